//! L6: no file that a run leaves behind holds a piece of a token.

use std::path::{Path, PathBuf};
use std::process::Output;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use braincube_sim::Simulator;

use crate::command::{braincube, stderr};

const TOKEN: &str = "pat-kQ3v9XzT1mWb7E2rY5uLpH8sD4gJ6cNa0";
/// A piece of a secret as long as this gives too much of it away, in bytes.
const TELLING: usize = 12;

/// What would give the token away: each piece of it, in each form. Base64 has one for each way to
/// cut what is encoded into threes.
fn pieces() -> Vec<String> {
    let mut pieces = Vec::new();
    for piece in TOKEN.as_bytes().windows(TELLING) {
        let each = |form: fn(&u8) -> String| piece.iter().map(form).collect::<String>();
        pieces.push(String::from_utf8(piece.to_vec()).unwrap());
        pieces.push(each(|byte| format!("{byte:02x}")));
        pieces.push(each(|byte| format!("{byte:02X}")));
        pieces.push(each(|byte| format!("%{byte:02x}")));
        pieces.push(each(|byte| format!("%{byte:02X}")));
        // Whole groups of three bytes: the same wherever they stand.
        let encoded = BASE64_STANDARD_NO_PAD.encode(piece);
        pieces.push(encoded.replace('+', "-").replace('/', "_"));
        pieces.push(encoded);
    }
    pieces
}

/// The first piece in some bytes.
fn leak(bytes: &[u8]) -> Option<String> {
    pieces().into_iter().find(|piece| {
        let mut windows = bytes.windows(piece.len());
        windows.any(|window| window == piece.as_bytes())
    })
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// Extracts data into a file, with the token in the environment and every detail logged.
fn extract(folder: &Path, base_url: &str, name: &str) -> Output {
    braincube(folder)
        .env("BRAINCUBE_SSO_BASE_URL", base_url)
        .env("BRAINCUBE_BASE_URL", base_url)
        .env("BRAINCUBE_API_KEY", TOKEN)
        .args(["-vv", "data", "demo", "20", "-o", name, "--variables"])
        .arg("2000001,2000002,2000034")
        .output()
        .unwrap()
}

#[test]
fn a_piece_of_the_token_is_found_in_every_form() {
    for before in ["", "x", "xy"] {
        let whole = BASE64_STANDARD_NO_PAD.encode(format!("{before}{TOKEN}"));
        assert!(leak(whole.as_bytes()).is_some(), "{before}");
    }
    let amid = [b"PAR1\x00\xff", &TOKEN.as_bytes()[5..17], b"\x00PAR1"].concat();
    assert!(leak(&amid).is_some());
    assert_eq!(leak(&TOKEN.as_bytes()[..TELLING - 1]), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn l6_no_file_of_an_extraction_holds_a_piece_of_the_token() {
    let simulator = Simulator::builder().token(TOKEN).start().await.unwrap();
    let base_url = simulator.api_base_url().to_owned();
    let extracting = tokio::task::spawn_blocking(move || {
        for name in ["out.parquet", "out.arrow", "out.csv", "out.json"] {
            let folder = tempfile::tempdir().unwrap();
            let output = extract(folder.path(), &base_url, name);
            let said = stderr(&output);
            assert!(output.status.success(), "{name}: {said}");
            assert_eq!(leak(said.as_bytes()), None, "{name}: {said}");
            assert_eq!(leak(&output.stdout), None, "{name}");
            // The home folder, which is the working directory, and all below it.
            let left = files(folder.path());
            assert_eq!(left, [folder.path().join(name)]);
            for file in left {
                let content = std::fs::read(&file).unwrap();
                assert!(content.len() > 1000, "{} is empty", file.display());
                assert_eq!(leak(&content), None, "{}", file.display());
            }
        }
    });
    extracting.await.unwrap();
}

/// The Python package's HTTP library replaces the credential by an entry of this file.
#[tokio::test(flavor = "multi_thread")]
async fn l10_an_entry_of_netrc_replaces_no_credential() {
    let simulator = Simulator::builder().token(TOKEN).start().await.unwrap();
    let base_url = simulator.api_base_url().to_owned();
    let extracting = tokio::task::spawn_blocking(move || {
        let folder = tempfile::tempdir().unwrap();
        let netrc = folder.path().join(".netrc");
        let entry = "machine 127.0.0.1 login netrc-user password netrc-password\n\
                     default login netrc-user password netrc-password\n";
        std::fs::write(&netrc, entry).unwrap();
        braincube(folder.path())
            .env("NETRC", &netrc)
            .env("BRAINCUBE_SSO_BASE_URL", &base_url)
            .env("BRAINCUBE_BASE_URL", &base_url)
            .env("BRAINCUBE_API_KEY", TOKEN)
            .args(["variables", "demo", "20"])
            .output()
            .unwrap()
    });
    let output = extracting.await.unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let requests = simulator.requests();
    assert!(!requests.is_empty());
    for request in requests {
        assert_eq!(request.header("x-api-key"), Some(TOKEN));
        assert_eq!(request.header("authorization"), None);
    }
}

#[test]
fn a_store_that_is_not_known_is_wrong_usage() {
    let folder = tempfile::tempdir().unwrap();
    let output = braincube(folder.path())
        .env("BRAINCUBE_DOMAIN", "plant.example")
        .env("BRAINCUBE_STORE", "drawer")
        .args(["config", "show"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    let said = stderr(&output);
    assert!(said.contains("neither file nor keyring"), "{said}");
}
