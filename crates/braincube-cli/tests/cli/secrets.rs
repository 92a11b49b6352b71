//! L6: no file of a run contains a part of a token.

use std::path::{Path, PathBuf};
use std::process::Output;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use braincube_sim::Simulator;

use crate::command::{braincube, stderr};

const TOKEN: &str = "pat-kQ3v9XzT1mWb7E2rY5uLpH8sD4gJ6cNa0";
/// The length from which a part of a secret counts as a leak, in bytes.
const TELLING: usize = 12;

/// Each part of the token in each encoding. Base64 has three, depending on the position of the token in the encoded bytes.
fn pieces() -> Vec<String> {
    let mut pieces = Vec::new();
    for piece in TOKEN.as_bytes().windows(TELLING) {
        let each = |form: fn(&u8) -> String| piece.iter().map(form).collect::<String>();
        pieces.push(String::from_utf8(piece.to_vec()).unwrap());
        pieces.push(each(|byte| format!("{byte:02x}")));
        pieces.push(each(|byte| format!("{byte:02X}")));
        pieces.push(each(|byte| format!("%{byte:02x}")));
        pieces.push(each(|byte| format!("%{byte:02X}")));
        // Whole groups of three bytes, which have the same encoding at each position.
        let encoded = BASE64_STANDARD_NO_PAD.encode(piece);
        pieces.push(encoded.replace('+', "-").replace('/', "_"));
        pieces.push(encoded);
    }
    pieces
}

/// Finds a part of the token.
fn leak(bytes: &[u8]) -> Option<String> {
    pieces().into_iter().find(|piece| {
        let mut windows = bytes.windows(piece.len());
        windows.any(|window| window == piece.as_bytes())
    })
}

/// All files below a directory.
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

/// Extracts data to a file, with the token in the environment and full logging.
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
fn a_part_of_the_token_is_found_in_each_encoding() {
    for before in ["", "x", "xy"] {
        let whole = BASE64_STANDARD_NO_PAD.encode(format!("{before}{TOKEN}"));
        assert!(leak(whole.as_bytes()).is_some(), "{before}");
    }
    let amid = [b"PAR1\x00\xff", &TOKEN.as_bytes()[5..17], b"\x00PAR1"].concat();
    assert!(leak(&amid).is_some());
    assert_eq!(leak(&TOKEN.as_bytes()[..TELLING - 1]), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn l6_no_file_of_an_extraction_contains_a_part_of_the_token() {
    let simulator = Simulator::builder().token(TOKEN).start().await.unwrap();
    let base_url = simulator.api_base_url().to_owned();
    let extracting = tokio::task::spawn_blocking(move || {
        for name in ["out.parquet", "out.arrow", "out.csv", "out.json"] {
            let folder = tempfile::tempdir().unwrap();
            let output = extract(folder.path(), &base_url, name);
            let message = stderr(&output);
            assert!(output.status.success(), "{name}: {message}");
            assert_eq!(leak(message.as_bytes()), None, "{name}: {message}");
            assert_eq!(leak(&output.stdout), None, "{name}");
            // The home directory, which is the working directory, and all directories below.
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

/// The HTTP library of the Python package replaces the credential by an entry of this file.
#[tokio::test(flavor = "multi_thread")]
async fn l10_an_entry_of_netrc_does_not_replace_the_credential() {
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
fn an_unknown_store_is_wrong_usage() {
    let folder = tempfile::tempdir().unwrap();
    let output = braincube(folder.path())
        .env("BRAINCUBE_DOMAIN", "plant.example")
        .env("BRAINCUBE_STORE", "drawer")
        .args(["config", "show"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    let message = stderr(&output);
    assert!(message.contains("expected file or keyring"), "{message}");
}
