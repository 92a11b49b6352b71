use std::error::Error as _;

use braincube_model::Operation;
use http::{Request, StatusCode};

use super::{ConnectStage, Error, ErrorKind, NotJson, TimeoutPhase, TlsReason};
use crate::operation::OperationState;

const LIST: Operation = Operation::read("memory_bases", "/braincube/{name}/mb/all/summary");

fn state(attempts: u32) -> OperationState {
    let mut request = Request::get("https://api.example.com/braincube/secret-site/mb/all/summary");
    request.extensions_mut().unwrap().insert(LIST);
    let state = OperationState::of(&mut request.body(()).unwrap());
    (0..attempts).for_each(|_| drop(state.begin_attempt()));
    state
}

#[test]
fn an_error_has_the_size_of_a_pointer_and_is_send_and_sync() {
    fn assert_send_sync<T: Send + Sync + 'static>() {}
    assert_send_sync::<Error>();
    assert_eq!(size_of::<Error>(), size_of::<usize>());
}

#[test]
fn the_text_contains_the_failure_the_request_and_the_attempts() {
    let error = Error::new(ErrorKind::Server, "the server failed");
    assert_eq!(error.to_string(), "the server failed");
    let error = |attempts| {
        Error::new(ErrorKind::Server, "the server failed")
            .with_status(StatusCode::BAD_GATEWAY)
            .with_request_id(Some("r-7".into()))
            .in_context(&state(attempts))
    };
    assert_eq!(
        error(1).to_string(),
        "memory_bases: the server failed (GET /braincube/{name}/mb/all/summary \
         at https://api.example.com, status 502, request id r-7)"
    );
    let text = error(4).to_string();
    assert!(text.contains(", 4 attempts in 0.0 s, "), "{text}");
}

#[test]
fn the_cause_is_only_in_the_source() {
    let error = Error::new(ErrorKind::Interrupted, "broken").with_source("the cause");
    assert_eq!(error.to_string(), "broken");
    assert_eq!(error.source().unwrap().to_string(), "the cause");
}

#[test]
fn the_first_context_is_kept() {
    let mut other = Request::get("https://sso.example.com/me").body(()).unwrap();
    let error = Error::new(ErrorKind::NotFound, "not found")
        .in_context(&state(1))
        .in_context(&OperationState::of(&mut other));
    assert_eq!(error.operation(), Some("memory_bases"));
    assert_eq!(error.origin(), Some("https://api.example.com"));
    assert_eq!(error.attempts(), 1);
}

#[test]
fn each_predicate_matches_its_kind() {
    let of = |kind| Error::new(kind, "");
    assert!(of(ErrorKind::Connect(ConnectStage::Tls(TlsReason::Other))).is_connect());
    assert!(of(ErrorKind::Timeout(TimeoutPhase::Idle)).is_timeout());
    assert!(of(ErrorKind::Interrupted).is_interrupted());
    assert!(of(ErrorKind::Unauthenticated).is_unauthenticated());
    assert!(of(ErrorKind::Forbidden).is_forbidden());
    assert!(of(ErrorKind::NotFound).is_not_found());
    assert!(of(ErrorKind::Throttled).is_throttled());
    assert!(of(ErrorKind::NotJson(NotJson::Empty)).is_empty_response());
    let none = of(ErrorKind::Pagination);
    assert!(!none.is_connect() && !none.is_timeout() && !none.is_not_found());
    assert!(!none.is_empty_response() && !none.is_throttled() && !none.is_forbidden());
}
