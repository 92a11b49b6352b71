use braincube_auth::{Authorization, redact};
use http::{HeaderName, HeaderValue, Request};

use super::{OperationState, operation_of, origin_of};

impl Default for OperationState {
    fn default() -> Self {
        Self::of(&mut Request::new(()))
    }
}

/// The message in a body of an operation that was sent with this credential.
fn message(body: &str, credential: Option<&str>) -> Option<Box<str>> {
    let state = OperationState::default();
    if let Some(credential) = credential {
        let value = HeaderValue::from_str(credential).unwrap();
        let name = HeaderName::from_static("x-api-key");
        state.record_authorization(Authorization::new(name, value, 1));
    }
    state.error_message(body.as_bytes())
}

#[test]
fn h12_an_attempt_inside_another_is_counted_once() {
    let state = OperationState::default();
    let outer = state.begin_attempt();
    let inner = state.begin_attempt();
    let innermost = state.begin_attempt();
    assert_eq!(state.attempts(), 1);
    drop(innermost);
    drop(inner);
    // A layer between the two sends the request again.
    let inner = state.begin_attempt();
    let innermost = state.begin_attempt();
    assert_eq!(state.attempts(), 2);
    drop((innermost, inner, outer));
    let outer = state.begin_attempt();
    assert_eq!(state.attempts(), 3);
    drop(outer);
}

#[test]
fn an_origin_shows_no_user_path_or_query() {
    let uri = "https://user:secret@api.example.com:8443/mb/20?token=secret";
    assert_eq!(
        &*origin_of(&uri.parse().unwrap()),
        "https://api.example.com:8443"
    );
    assert_eq!(&*origin_of(&"/mb/20".parse().unwrap()), "?://?");
    let state = OperationState::of(&mut Request::get(uri).body(()).unwrap());
    assert_eq!(
        state.origin().as_deref(),
        Some("https://api.example.com:8443")
    );
    let relative = OperationState::of(&mut Request::get("/mb/20").body(()).unwrap());
    assert_eq!(relative.origin(), None);
    assert!(!format!("{state:?}").contains("secret"), "{state:?}");
}

#[test]
fn a_request_without_an_operation_is_idempotent_if_its_method_is_safe() {
    for (method, idempotent) in [
        ("GET", true),
        ("HEAD", true),
        ("POST", false),
        ("PUT", false),
        ("DELETE", false),
    ] {
        let request = Request::builder().method(method).body(()).unwrap();
        assert_eq!(
            operation_of(&request).is_idempotent(),
            idempotent,
            "{method}"
        );
    }
}

#[test]
fn control_and_invisible_characters_are_escaped() {
    let detail = message(r#"{"message": "a\u001b[31mb\nc\u202ed"}"#, None).unwrap();
    assert_eq!(&*detail, "a\\u{1b}[31mb\\u{a}c\\u{202e}d");
}

#[test]
fn a_long_message_is_cut_between_characters() {
    let body = format!(r#"{{"message": "{}"}}"#, "é".repeat(500));
    let detail = message(&body, None).unwrap();
    assert_eq!(detail.len(), redact::MAX_LEN);
    assert!(detail.chars().all(|character| character == 'é'));
}

#[test]
fn l2_an_echoed_credential_is_removed() {
    let token = "canary-0123456789-token";
    let body = format!(r#"{{"message": "token {token} is unknown"}}"#);
    for credential in [&format!("Bearer {token}"), token] {
        let detail = message(&body, Some(credential)).unwrap();
        assert_eq!(&*detail, "token [credential] is unknown");
    }
}

#[test]
fn l2_a_part_of_a_credential_withholds_the_message() {
    let body = r#"{"message": "no token begins with canary-012345"}"#;
    assert_eq!(message(body, Some("canary-0123456789-token")), None);
}
