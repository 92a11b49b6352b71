use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};

use secrecy::SecretString;
use tempfile::TempDir;

use super::*;

fn account(site: &str, client_id: &str) -> Account {
    Account::new(site, "https://api.example", client_id)
}

fn own() -> Account {
    account("https://a.example", "app")
}

fn token(text: &str) -> StoredToken {
    let refresh = SecretString::from(format!("{text}-refresh"));
    let end = std::time::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    StoredToken::new(text.into(), Some(refresh), Some(end))
}

/// A private directory, and a store in a subdirectory that does not exist yet.
fn store() -> (TempDir, FileStore) {
    let directory = tempfile::tempdir().unwrap();
    let store = FileStore::new(&directory.path().join("config/braincube/credentials.json"));
    (directory, store)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o7777
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn names(store: &FileStore) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(store.directory())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_token_is_loaded_unchanged_and_only_by_its_account() {
    let (_folder, store) = store();
    assert!(store.load(&own()).unwrap().is_none());
    store.save(&own(), &token("first")).unwrap();
    store
        .save(&account("https://b.example", "app"), &token("other"))
        .unwrap();
    store.save(&own(), &token("second")).unwrap();

    let found = store.load(&own()).unwrap().unwrap();
    assert!(secret::is(found.access_token(), "second"));
    assert!(secret::is(found.refresh_token().unwrap(), "second-refresh"));
    assert_eq!(found.expires_at(), token("").expires_at());
    for stranger in [
        account("https://a.example", "another"),
        Account::new("https://a.example", "https://evil.example", "app"),
        own().with_verify(false),
        own().with_ca_bundle(Some("evil.pem".into())),
    ] {
        assert!(store.load(&stranger).unwrap().is_none(), "{stranger:?}");
    }

    assert!(store.remove(&own()).unwrap());
    assert!(!store.remove(&own()).unwrap());
    assert!(store.load(&own()).unwrap().is_none());
    let other = store.load(&account("https://b.example", "app")).unwrap();
    assert!(other.is_some());
}

#[test]
fn o15_the_file_is_0600_and_its_directory_0700_and_no_other_file_is_left() {
    let (_folder, store) = store();
    store.save(&own(), &token("first")).unwrap();
    assert_eq!(mode(store.path()), 0o600);
    assert_eq!(mode(&store.path().with_extension("lock")), 0o600);
    assert_eq!(mode(store.directory()), 0o700);
    assert_eq!(names(&store), ["credentials.json", "credentials.lock"]);
}

#[test]
fn o15_a_file_that_others_can_access_is_refused() {
    let (_folder, store) = store();
    store.save(&own(), &token("first")).unwrap();
    for file in [
        0o600, 0o400, 0o640, 0o604, 0o660, 0o606, 0o644, 0o666, 0o610,
    ] {
        chmod(store.path(), file);
        let found = store.load(&own());
        if file & 0o077 == 0 {
            assert!(found.unwrap().is_some(), "{file:o}");
        } else {
            assert!(
                matches!(found, Err(StoreError::InsecurePermissions { mode, .. }) if mode == file),
                "{file:o}"
            );
            // It is not overwritten either.
            assert!(store.save(&own(), &token("second")).is_err());
        }
    }
    chmod(store.path(), 0o600);
    for (directory, is_safe) in [
        (0o700, true),
        (0o755, true),
        (0o770, false),
        (0o777, false),
        (0o1777, false),
    ] {
        chmod(store.directory(), directory);
        assert_eq!(store.load(&own()).is_ok(), is_safe, "{directory:o}");
    }
}

#[test]
fn o15_links_and_directories_are_refused() {
    let (directory, store) = store();
    store.save(&own(), &token("first")).unwrap();
    let elsewhere = directory.path().join("elsewhere");
    fs::rename(store.path(), &elsewhere).unwrap();
    symlink(&elsewhere, store.path()).unwrap();
    assert!(matches!(
        store.load(&own()),
        Err(StoreError::WrongFileType { .. })
    ));
    assert!(store.save(&own(), &token("second")).is_err());

    fs::remove_file(store.path()).unwrap();
    fs::create_dir(store.path()).unwrap();
    assert!(matches!(
        store.load(&own()),
        Err(StoreError::WrongFileType { .. })
    ));
    // A lock file that is a link is not followed either.
    fs::remove_dir(store.path()).unwrap();
    fs::remove_file(store.path().with_extension("lock")).unwrap();
    symlink(&elsewhere, store.path().with_extension("lock")).unwrap();
    assert!(store.save(&own(), &token("second")).is_err());
}

#[test]
fn o16_a_failed_save_keeps_the_old_token_and_leaves_no_file() {
    let (_folder, store) = store();
    store.save(&own(), &token("first")).unwrap();
    let content = Content {
        credentials: vec![Entry {
            account: own(),
            token: WrittenToken::from(&token("lost")),
        }],
    };
    let nowhere = FileStore::new(&store.directory().join("missing/credentials.json"));
    assert!(nowhere.write(&content).is_err());
    // A rename onto a directory fails after the new file was written.
    let taken = FileStore::new(&store.directory().join("taken"));
    fs::create_dir(taken.path()).unwrap();
    assert!(taken.write(&content).is_err());
    fs::remove_dir(taken.path()).unwrap();

    assert_eq!(names(&store), ["credentials.json", "credentials.lock"]);
    let found = store.load(&own()).unwrap().unwrap();
    assert!(secret::is(found.access_token(), "first"));
}

#[test]
fn a_file_in_another_format_is_not_overwritten() {
    let (_folder, store) = store();
    store.save(&own(), &token("first")).unwrap();
    let large = format!("\"{}\"", "x".repeat(MAX_SIZE));
    for text in [
        "",
        "{",
        "[]",
        "{\"credentials\": 5}",
        "{\"credentials\": [{\"account\": {\"sso_base_url\": \"https://a.example\", \
         \"api_base_url\": \"https://api.example\", \"client_id\": \"app\"}, \
         \"token\": {\"access_token\": \"CAN\\nARY\"}}]}",
        &large,
    ] {
        fs::write(store.path(), text).unwrap();
        let error = store.load(&own()).unwrap_err();
        assert!(!format!("{error}{error:?}").contains("CAN"), "{error}");
        if !text.contains("CAN") {
            assert!(store.save(&own(), &token("second")).is_err());
            assert_eq!(fs::read_to_string(store.path()).unwrap(), text);
        }
    }
}

#[test]
fn o16_a_leftover_lock_file_does_not_block_and_no_write_is_lost() {
    let (_folder, store) = store();
    private_file::create_directory(store.directory()).unwrap();
    fs::write(store.path().with_extension("lock"), "").unwrap();
    std::thread::scope(|scope| {
        for number in 0..8 {
            let store = &store;
            scope.spawn(move || {
                let account = account("https://a.example", &format!("app-{number}"));
                store.save(&account, &token("a-token")).unwrap();
            });
        }
    });
    assert_eq!(store.read().unwrap().credentials.len(), 8);
    assert_eq!(names(&store), ["credentials.json", "credentials.lock"]);
}
