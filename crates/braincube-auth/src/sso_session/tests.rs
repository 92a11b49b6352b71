use std::pin::pin;
use std::task::Poll;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use mockall::Sequence;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::*;
use crate::{BoxError, MockExchange, async_trait};

const CURRENT: &str = "/sso-server/ws/oauth2/session";
const LEGACY: &str = "/sso-server/rest/session/openWithToken";

type Scripted = Result<(u16, &'static str), &'static str>;

/// A mock exchange that expects exactly these paths in this order.
fn exchange(script: &[(&'static str, Scripted)]) -> MockExchange {
    let mut exchange = MockExchange::new();
    let mut order = Sequence::new();
    for (path, response) in script.iter().copied() {
        exchange
            .expect_send()
            .withf(move |request| request.uri().path() == path)
            .times(1)
            .in_sequence(&mut order)
            .return_once(move |_| reply(response));
    }
    exchange
}

fn reply(response: Scripted) -> Result<Response<Bytes>, BoxError> {
    let (status, body) = response?;
    let mut response = Response::new(Bytes::from_static(body.as_bytes()));
    *response.status_mut() = StatusCode::from_u16(status)?;
    Ok(response)
}

fn session(exchange: impl Exchange + 'static) -> SsoSession {
    SsoSession::new("https://host", "an-oauth2-token", Arc::new(exchange)).unwrap()
}

#[tokio::test]
async fn a_session_is_opened_on_first_use_and_kept() {
    let session = session(exchange(&[(CURRENT, Ok((200, r#"{"token": "first"}"#)))]));

    let authorization = session.authorization().await.unwrap();
    assert_eq!(authorization.name(), "IPLSSOTOKEN");
    assert_eq!(authorization.value(), "first");
    assert_eq!(session.authorization().await.unwrap(), authorization);
}

#[tokio::test]
async fn a_session_is_cached_while_it_is_open_and_accepted() {
    let session = session(exchange(&[
        (CURRENT, Ok((200, "\"first\""))),
        (CURRENT, Ok((200, "\"second\""))),
    ]));

    assert_eq!(session.cached(), None);
    let first = session.authorization().await.unwrap();
    assert_eq!(session.cached(), Some(first.clone()));
    session.invalidate(first.generation()).await;
    assert_eq!(session.cached(), None);
    let second = session.authorization().await.unwrap();
    assert_eq!(session.cached(), Some(second));
}

#[tokio::test]
async fn an_older_service_uses_the_legacy_endpoint_from_then_on() {
    let session = session(exchange(&[
        (CURRENT, Ok((404, ""))),
        (LEGACY, Ok((200, "\"first\""))),
        (LEGACY, Ok((200, "\"second\""))),
    ]));

    let first = session.authorization().await.unwrap();
    assert_eq!(first.value(), "first");
    session.invalidate(first.generation()).await;
    assert_eq!(session.authorization().await.unwrap().value(), "second");
}

#[tokio::test]
async fn a_service_with_neither_endpoint_is_tried_at_both_again() {
    let session = session(exchange(&[
        (CURRENT, Ok((404, ""))),
        (LEGACY, Ok((404, ""))),
        (CURRENT, Ok((200, "\"first\""))),
    ]));

    let error = session.authorization().await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::NOT_FOUND));
    assert_eq!(session.authorization().await.unwrap().value(), "first");
}

#[tokio::test]
async fn h1_only_the_current_generation_can_be_invalidated() {
    let session = session(exchange(&[
        (CURRENT, Ok((200, "\"first\""))),
        (CURRENT, Ok((200, "\"second\""))),
    ]));

    let first = session.authorization().await.unwrap();
    let again = session.invalidate(first.generation()).await;
    assert_eq!(again, Invalidated::Renewable);
    let second = session.authorization().await.unwrap();
    assert_eq!(second.value(), "second");
    assert!(second.generation() > first.generation());

    // A slower request learns only now that the first token was rejected.
    session.invalidate(first.generation()).await;
    assert_eq!(session.authorization().await.unwrap(), second);
}

#[tokio::test]
async fn a_failed_renewal_is_an_error_and_keeps_the_old_session() {
    let session = session(exchange(&[
        (CURRENT, Ok((200, "\"first\""))),
        (CURRENT, Err("no route")),
        (CURRENT, Ok((401, "revoked"))),
    ]));

    let first = session.authorization().await.unwrap();
    session.invalidate(first.generation()).await;
    let error = session.authorization().await.unwrap_err();
    assert!(error.is_transient());
    assert_eq!(
        std::error::Error::source(&error).unwrap().to_string(),
        "no route"
    );
    assert_eq!(session.authorization().await.unwrap(), first);

    session.invalidate(first.generation()).await;
    let error = session.authorization().await.unwrap_err();
    assert!(matches!(error, AuthError::Rejected { .. }));
    assert_eq!(session.authorization().await.unwrap(), first);
}

/// An exchange that responds when the test permits it, counts its calls, and fails at once after the
/// expected number of calls.
#[derive(Debug)]
struct Gate {
    permits: Semaphore,
    calls: AtomicU64,
    limit: u64,
    response: Scripted,
}

impl Gate {
    fn closed(limit: u64, response: Scripted) -> Arc<Self> {
        Arc::new(Self {
            permits: Semaphore::new(0),
            calls: AtomicU64::new(0),
            limit,
            response,
        })
    }
}

#[async_trait]
impl Exchange for Arc<Gate> {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, BoxError> {
        if self.calls.fetch_add(1, Ordering::Relaxed) >= self.limit {
            return Err("too many calls".into());
        }
        self.permits.acquire().await?.forget();
        reply(self.response)
    }
}

/// The results of 64 requests that wait for the first exchange; one response is permitted.
async fn concurrent_requests(gate: &Arc<Gate>) -> Vec<Result<Authorization, AuthError>> {
    let session = Arc::new(session(Arc::clone(gate)));
    let mut requests = JoinSet::new();
    for _ in 0..64 {
        let session = Arc::clone(&session);
        requests.spawn(async move { session.authorization().await });
    }
    while gate.calls.load(Ordering::Relaxed) == 0 {
        tokio::task::yield_now().await;
    }
    // Let all others reach the point where they wait.
    for _ in 0..64 {
        tokio::task::yield_now().await;
    }
    gate.permits.add_permits(1);
    requests.join_all().await
}

#[tokio::test]
async fn h1_64_concurrent_requests_cause_one_exchange() {
    let gate = Gate::closed(1, Ok((200, "\"first\"")));
    let outcomes = concurrent_requests(&gate).await;
    assert_eq!(outcomes.len(), 64);
    for outcome in outcomes {
        assert_eq!(outcome.unwrap().value(), "first");
    }
    assert_eq!(gate.calls.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn h3_64_concurrent_requests_share_one_refusal() {
    let gate = Gate::closed(1, Ok((401, "")));
    for outcome in concurrent_requests(&gate).await {
        assert!(matches!(outcome, Err(AuthError::Rejected { .. })));
    }
    assert_eq!(gate.calls.load(Ordering::Relaxed), 1);
}

/// An exchange that yields a few times before each response and has the legacy endpoint only.
#[derive(Debug, Default)]
struct SlowLegacy {
    calls: AtomicU64,
}

#[async_trait]
impl Exchange for Arc<SlowLegacy> {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, BoxError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        match request.uri().path() {
            LEGACY => reply(Ok((200, "\"first\""))),
            _ => reply(Ok((404, ""))),
        }
    }
}

#[tokio::test]
async fn x4_the_request_that_runs_the_exchange_may_be_dropped_at_any_point() {
    for polls in 0.. {
        let exchange = Arc::new(SlowLegacy::default());
        let session = session(Arc::clone(&exchange));
        let mut second = pin!(session.authorization());
        let finished = {
            let mut first = pin!(session.authorization());
            std::future::poll_fn(|context| {
                let mut finished = false;
                for _ in 0..=polls {
                    finished = finished || first.as_mut().poll(context).is_ready();
                }
                assert!(finished || second.as_mut().poll(context).is_pending());
                Poll::Ready(finished)
            })
            .await
        };
        if finished {
            assert!(polls >= 6, "two responses take three polls each");
            return;
        }
        assert_eq!(second.await.unwrap().value(), "first", "polls {polls}");
        assert!(session.cached().is_some(), "the session is still locked");
        let calls = exchange.calls.load(Ordering::Relaxed);
        // Two endpoints, and those that the dropped request has called.
        assert!((3..=4).contains(&calls), "polls {polls}: {calls}");
    }
}

#[tokio::test]
async fn x4_when_the_request_that_runs_the_exchange_is_dropped_the_next_one_runs_it() {
    let gate = Gate::closed(2, Ok((200, "\"first\"")));
    let session = session(Arc::clone(&gate));

    let mut second = pin!(session.authorization());
    {
        let mut first = pin!(session.authorization());
        std::future::poll_fn(|context| {
            assert!(first.as_mut().poll(context).is_pending());
            assert!(second.as_mut().poll(context).is_pending());
            Poll::Ready(())
        })
        .await;
    }
    gate.permits.add_permits(1);
    assert_eq!(second.await.unwrap().value(), "first");
    assert_eq!(gate.calls.load(Ordering::Relaxed), 2);
}
