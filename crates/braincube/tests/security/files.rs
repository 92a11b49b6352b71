//! L6 and L8: files, and the recorded responses of the repository.

use std::path::{Path, PathBuf};

use braincube_sim::{DEMO_OAUTH2_TOKEN, DEMO_TOKEN};

/// All files below a folder.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files
}

#[test]
fn l8_recorded_responses_contain_no_credential() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let recorded = files_below(&tests).into_iter().filter(|path| {
        let extension = path.extension().unwrap_or_default();
        extension == "json" || extension == "snap"
    });
    let mut count = 0;
    for path in recorded {
        let text = std::fs::read_to_string(&path).unwrap().to_lowercase();
        for telling in [
            DEMO_TOKEN,
            DEMO_OAUTH2_TOKEN,
            "x-api-key",
            "iplssotoken",
            "authorization",
            "set-cookie",
            "bearer ",
        ] {
            assert!(
                !text.contains(telling),
                "{} holds {telling:?}",
                path.display()
            );
        }
        count += 1;
    }
    assert!(count >= 7, "too few recorded responses");
}
