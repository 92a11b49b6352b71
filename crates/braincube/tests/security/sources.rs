//! L1 and L9: finds the types that can contain a secret in the source.

use std::path::Path;

use braincube::auth::{
    Authorization, Config, ConfigBuilder, Environment, PersonalAccessToken, ProxyAddress, Setting,
    SsoSession,
};
use braincube::{Client, ClientBuilder};
use serde::Serialize;

use crate::files::files_below;

/// Types that `debug.rs` and `login.rs` print with secrets.
const PRINTED: &[&str] = &[
    "Application",
    "Authorization",
    "AuthorizationCode",
    "AuthorizationRequest",
    "CallbackListener",
    "Client",
    "ClientBuilder",
    "Config",
    "ConfigBuilder",
    "PastedCallback",
    "PersonalAccessToken",
    "ProxyAddress",
    "ProxyOptions",
    "SsoSession",
    "StoredToken",
    "Environment",
    "Transport",
    "TransportBuilder",
];

/// Types that are printed as part of others, and those that their own crate tests.
const WITHIN_OTHERS: &[&str] = &["AuthorizeLayer", "Reauthenticate", "ReauthenticateLayer"];

/// Types of fields that contain a secret.
const HOLDS: [&str; 5] = [
    "SecretString",
    "HeaderValue",
    "Authorization",
    "dyn TokenSource",
    ": Config,",
];

#[test]
fn l1_every_public_type_that_contains_a_secret_is_printed_by_a_test() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut found = Vec::new();
    for name in ["braincube-auth", "braincube-transport", "braincube"] {
        for file in files_below(&crates.join(name).join("src")) {
            let text = std::fs::read_to_string(&file).unwrap();
            found.extend(holders(&text));
        }
    }
    assert!(
        found.iter().any(|name| name == "PersonalAccessToken"),
        "{found:?}"
    );
    let known = |name: &&String| !PRINTED.contains(&&***name) && !WITHIN_OTHERS.contains(&&***name);
    let unknown: Vec<_> = found.iter().filter(known).collect();
    assert_eq!(
        unknown, [""; 0],
        "print these types with a secret, and list them here"
    );
}

/// The public structs of a file with a field that may contain a secret.
fn holders(text: &str) -> Vec<String> {
    let structs = text.split("\npub struct ").skip(1);
    let holders = structs.filter(|rest| {
        let end = rest
            .find("\n}")
            .or_else(|| rest.find(';'))
            .unwrap_or(rest.len());
        let end = rest
            .find(");")
            .filter(|&semicolon| semicolon < end)
            .unwrap_or(end);
        HOLDS.iter().any(|held| rest[..end].contains(held))
    });
    let name = |rest: &str| {
        let end = rest.find(|character: char| !character.is_alphanumeric());
        rest[..end.unwrap_or(rest.len())].to_owned()
    };
    holders.map(name).collect()
}

/// Compiles only if none of the types can be serialized: otherwise `is_not_serialize` would be ambiguous.
macro_rules! assert_never_serialized {
    ($($type:ty),+ $(,)?) => {
        $({
            trait Either<Which> {
                fn is_not_serialize() -> bool {
                    true
                }
            }
            struct Serialized;
            impl<T: ?Sized> Either<()> for T {}
            impl<T: ?Sized + Serialize> Either<Serialized> for T {}
            assert!(<$type as Either<_>>::is_not_serialize());
        })+
    };
}

#[test]
fn l9_no_type_that_contains_a_secret_can_be_serialized() {
    assert_never_serialized!(
        Authorization,
        Client,
        ClientBuilder,
        Config,
        ConfigBuilder,
        PersonalAccessToken,
        ProxyAddress,
        Setting,
        SsoSession,
        Environment,
        braincube::auth::secrecy::SecretString,
    );
}
