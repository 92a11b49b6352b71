use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use http::{Request, Response};

use super::*;
use crate::bytes::Bytes;
use crate::{BoxError, MockExchange, SsoSession, TokenSource as _, secret};

const SESSION: &str = "/sso-server/ws/oauth2/session";
const TOKEN: &str = "/sso-server/ws/oauth2/token";

/// A store in memory for one account.
#[derive(Debug, Default)]
struct Memory(Mutex<Option<StoredToken>>);

impl SecretStore for Memory {
    fn load(&self, _: &Account) -> Result<Option<StoredToken>, StoreError> {
        Ok(self.0.lock().unwrap().clone())
    }

    fn save(&self, _: &Account, token: &StoredToken) -> Result<(), StoreError> {
        *self.0.lock().unwrap() = Some(token.clone());
        Ok(())
    }

    fn remove(&self, _: &Account) -> Result<bool, StoreError> {
        Ok(self.0.lock().unwrap().take().is_some())
    }
}

type Expected = (&'static str, &'static str, Result<(u16, &'static str), ()>);

/// The expected requests: path, the token that the request contains (bearer or refresh token), and
/// the response.
fn exchange(script: Vec<Expected>) -> MockExchange {
    let mut exchange = MockExchange::new();
    let mut order = mockall::Sequence::new();
    for (path, credential, response) in script {
        exchange
            .expect_send()
            .withf(move |request| {
                request.uri().path() == path && contains_credential(request, credential)
            })
            .times(1)
            .in_sequence(&mut order)
            .return_once(move |_| reply(response));
    }
    exchange
}

fn contains_credential(request: &Request<Bytes>, expected: &str) -> bool {
    let form: BTreeMap<_, _> = url::form_urlencoded::parse(request.body()).collect();
    match form.get("refresh_token") {
        Some(refresh_token) => refresh_token == expected,
        None => request.headers()["authorization"] == format!("Bearer {expected}").as_str(),
    }
}

fn reply(response: Result<(u16, &'static str), ()>) -> Result<Response<Bytes>, BoxError> {
    let (status, body) = response.map_err(|()| "no response")?;
    let mut response = Response::new(Bytes::from_static(body.as_bytes()));
    *response.status_mut() = StatusCode::from_u16(status)?;
    Ok(response)
}

fn token(access: &str, refresh: Option<&str>, end: Option<SystemTime>) -> StoredToken {
    StoredToken::new(access.into(), refresh.map(Into::into), end)
}

/// A session of a login with this token, which is also in the store.
fn session(token: &StoredToken, script: Vec<Expected>) -> (SsoSession, Arc<Memory>) {
    let store = Arc::new(Memory(Mutex::new(Some(token.clone()))));
    let application = Application::new("https://host", "app", None).unwrap();
    let account = Account::new("https://host", "https://api.host", "app");
    let exchange = Arc::new(exchange(script));
    let kept: Arc<dyn SecretStore> = Arc::<Memory>::clone(&store);
    let session = SsoSession::from_login(application, account, token.clone(), kept, exchange);
    (session.unwrap(), store)
}

const FRESH: &str = r#"{"access_token": "fresh", "refresh_token": "next", "expires_in": 60}"#;
const OPEN: &str = r#"{"token": "a-session"}"#;

#[tokio::test]
async fn a_token_that_the_service_rejects_is_refreshed_and_stored() {
    let (session, store) = session(
        &token("stale", Some("one"), None),
        vec![
            (SESSION, "stale", Ok((401, ""))),
            (TOKEN, "one", Ok((200, FRESH))),
            (SESSION, "fresh", Ok((200, OPEN))),
        ],
    );
    assert_eq!(session.authorization().await.unwrap().value(), "a-session");
    let kept = store.0.lock().unwrap().clone().unwrap();
    assert!(secret::is(kept.access_token(), "fresh"));
    assert!(secret::is(kept.refresh_token().unwrap(), "next"));
}

#[tokio::test]
async fn an_expired_token_is_refreshed_before_it_is_sent() {
    let past = SystemTime::now() - Duration::from_secs(1);
    let (session, store) = session(
        &token("stale", Some("one"), Some(past)),
        vec![
            (TOKEN, "one", Ok((200, r#"{"access_token": "fresh"}"#))),
            (SESSION, "fresh", Ok((200, OPEN))),
        ],
    );
    session.authorization().await.unwrap();
    // The service issued no other refresh token: the old one stays in use.
    let kept = store.0.lock().unwrap().clone().unwrap();
    assert!(secret::is(kept.refresh_token().unwrap(), "one"));
}

#[tokio::test]
async fn a_wrong_clock_does_not_end_a_login() {
    let past = SystemTime::now() - Duration::from_secs(1);
    let (session, _store) = session(
        &token("good", Some("one"), Some(past)),
        vec![(TOKEN, "one", Err(())), (SESSION, "good", Ok((200, OPEN)))],
    );
    assert!(session.authorization().await.is_ok());
}

#[tokio::test]
async fn a_failed_refresh_keeps_the_old_token_and_is_not_retried() {
    for (response, is_transient) in [
        (Ok((400, r#"{"error": "invalid_grant"}"#)), false),
        (Ok((400, "")), false),
        (Ok((200, "<html>")), false),
        (Ok((503, "")), true),
        (Err(()), true),
    ] {
        let (session, store) = session(
            &token("stale", Some("one"), None),
            vec![(SESSION, "stale", Ok((401, ""))), (TOKEN, "one", response)],
        );
        let error = session.authorization().await.unwrap_err();
        assert_eq!(error.is_transient(), is_transient, "{response:?}: {error}");
        let kept = store.0.lock().unwrap().clone().unwrap();
        assert!(secret::is(kept.access_token(), "stale"), "{response:?}");
    }
}

#[tokio::test]
async fn the_message_of_the_service_at_the_end_of_a_login_is_kept() {
    let message = r#"{"error": "invalid_grant", "error_description": "one has been used already"}"#;
    let (session, _store) = session(
        &token("stale", Some("one"), None),
        vec![
            (SESSION, "stale", Ok((401, ""))),
            (TOKEN, "one", Ok((400, message))),
        ],
    );
    let error = session.authorization().await.unwrap_err();
    assert!(matches!(error, AuthError::LoginEnded { .. }));
    assert_eq!(error.detail(), Some("[credential] has been used already"));
}

#[tokio::test]
async fn l2_a_message_of_the_service_contains_no_secret_of_the_login() {
    let stale = token("stale-0123456789", Some("one-for-refreshes"), None);
    for canary in ["stale-0123456789", "one-for-refreshes", "fresh-abcdefghij"] {
        let message: &'static str = format!(r#"{{"error": "no {canary}"}}"#).leak();
        let fresh = r#"{"access_token": "fresh-abcdefghij", "refresh_token": "next"}"#;
        let refused = vec![
            (SESSION, "stale-0123456789", Ok((401, message))),
            (TOKEN, "one-for-refreshes", Ok((400, message))),
        ];
        let renewed = vec![
            (SESSION, "stale-0123456789", Ok((401, message))),
            (TOKEN, "one-for-refreshes", Ok((200, fresh))),
            (SESSION, "fresh-abcdefghij", Ok((401, message))),
        ];
        let is_known = [canary != "fresh-abcdefghij", true];
        for (script, is_known) in [refused, renewed].into_iter().zip(is_known) {
            let (session, _store) = session(&stale, script);
            let error = session.authorization().await.unwrap_err();
            // A token that was not issued is not a secret.
            let expected = if is_known { "[credential]" } else { canary };
            assert_eq!(error.detail(), Some(&*format!("no {expected}")));
        }
    }
}

#[tokio::test]
async fn a_login_without_a_refresh_token_ends() {
    let (session, _store) = session(
        &token("stale", None, None),
        vec![(SESSION, "stale", Ok((401, "")))],
    );
    let error = session.authorization().await.unwrap_err();
    assert!(matches!(error, AuthError::LoginEnded { .. }));
}

#[tokio::test]
async fn another_process_may_have_refreshed_the_token_or_logged_out() {
    let stale = token("stale", Some("one"), None);
    let (renewed, store) = session(
        &stale,
        vec![
            (SESSION, "stale", Ok((401, ""))),
            (SESSION, "theirs", Ok((200, OPEN))),
        ],
    );
    *store.0.lock().unwrap() = Some(token("theirs", Some("two"), None));
    assert!(renewed.authorization().await.is_ok());

    let (ended, store) = session(&stale, vec![(SESSION, "stale", Ok((401, "")))]);
    *store.0.lock().unwrap() = None;
    let error = ended.authorization().await.unwrap_err();
    assert!(matches!(error, AuthError::LoginEnded { .. }));
}
