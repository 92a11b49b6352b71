use std::error::Error as _;
use std::time::{Duration, SystemTime};

use keyring_core::mock;

use super::*;

const ACCESS: &str = "an-access-token-Zk48vQ";
const REFRESH: &str = "a-refresh-token-Wp91mX";

/// A store in a mock keyring.
fn store() -> KeyringStore {
    let keyring = mock::Store::new().unwrap();
    KeyringStore { keyring }
}

fn account(client_id: &str) -> Account {
    Account::new("https://sso.example", "https://api.example", client_id)
}

fn token() -> StoredToken {
    let end = SystemTime::UNIX_EPOCH + Duration::from_secs(1_900_000_000);
    StoredToken::new(ACCESS.into(), Some(REFRESH.into()), Some(end))
}

/// The error and its source, in both formats.
fn everything(error: &StoreError) -> String {
    let source = error.source().unwrap();
    format!("{error} {error:?} {source} {source:?}")
}

#[test]
fn a_token_is_loaded_unchanged_until_it_is_removed() {
    let store = store();
    let mine = account("mine");
    assert!(store.load(&mine).unwrap().is_none());
    assert!(!store.remove(&mine).unwrap());

    store.save(&mine, &token()).unwrap();
    let kept = store.load(&mine).unwrap().unwrap();
    assert!(secret::is(kept.access_token(), ACCESS));
    assert!(secret::is(kept.refresh_token().unwrap(), REFRESH));
    assert_eq!(kept.expires_at(), token().expires_at());

    let newer = StoredToken::new("another-access-token".into(), None, None);
    store.save(&mine, &newer).unwrap();
    let kept = store.load(&mine).unwrap().unwrap();
    assert!(secret::is(kept.access_token(), "another-access-token"));
    assert!(kept.refresh_token().is_none());

    assert!(store.remove(&mine).unwrap());
    assert!(store.load(&mine).unwrap().is_none());
}

#[test]
fn each_account_has_a_token_of_its_own() {
    let store = store();
    store.save(&account("one"), &token()).unwrap();
    let others = [
        account("other"),
        account("one").with_verify(false),
        account("one").with_ca_bundle(Some("plant.pem".into())),
        Account::new("https://evil.example", "https://api.example", "one"),
    ];
    for other in others {
        assert!(store.load(&other).unwrap().is_none(), "{other:?}");
        assert!(!store.remove(&other).unwrap(), "{other:?}");
    }
    assert!(store.load(&account("one")).unwrap().is_some());
}

#[test]
fn an_entry_of_another_account_or_program_is_rejected_without_quoting_it() {
    let store = store();
    let (mine, other) = (account("mine"), account("other"));
    store.save(&other, &token()).unwrap();
    let of_other = store.entry(&other).unwrap().get_secret().unwrap();
    let unusable = String::from_utf8(of_other.clone()).unwrap();
    let unusable = unusable.replace("other", "mine").replace("Zk48vQ", "\\n");
    let invalid = [
        of_other,
        format!("{{\"token\": \"{ACCESS}").into_bytes(),
        unusable.into_bytes(),
        vec![0xff, 0xfe],
    ];
    for entry in invalid {
        store.entry(&mine).unwrap().set_secret(&entry).unwrap();
        let shown = everything(&store.load(&mine).unwrap_err());
        assert!(shown.contains("log out and log in again"), "{shown}");
        assert!(!shown.contains("an-access-token"), "{shown}");
    }
    // It can still be removed.
    assert!(store.remove(&mine).unwrap());
}

#[test]
fn l3_no_error_of_a_keyring_contains_an_entry() {
    let bytes = || ACCESS.as_bytes().to_vec();
    let failures = [
        Error::BadEncoding(bytes()),
        Error::BadDataFormat(bytes(), ACCESS.into()),
        Error::BadStoreFormat(ACCESS.to_owned()),
        Error::Invalid(ACCESS.to_owned(), ACCESS.to_owned()),
        Error::TooLong(ACCESS.to_owned(), 2560),
        Error::NotSupportedByStore(ACCESS.to_owned()),
        Error::NoDefaultStore,
    ];
    for failure in failures {
        let store = store();
        let mine = account("mine");
        store.save(&mine, &token()).unwrap();
        let entry = store.entry(&mine).unwrap();
        let cred: &mock::Cred = entry.as_any().downcast_ref().unwrap();
        cred.set_error(failure);
        let shown = everything(&store.load(&mine).unwrap_err());
        assert!(!shown.contains("an-access-token"), "{shown}");
        assert!(
            !shown.contains(&format!("{:?}", &bytes()[..4])[1..12]),
            "{shown}"
        );
        // The failure was temporary.
        assert!(store.load(&mine).unwrap().is_some());
    }
    assert_eq!(format!("{:?}", store()), "KeyringStore { .. }");
}
