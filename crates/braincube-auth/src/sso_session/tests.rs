use std::pin::pin;
use std::task::Poll;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use mockall::Sequence;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::*;
use crate::{BoxError, MockExchange, async_trait};

const NEW: &str = "/sso-server/ws/oauth2/session";
const OLD: &str = "/sso-server/rest/session/openWithToken";

type Answer = Result<(u16, &'static str), &'static str>;

/// An exchange that is asked exactly these paths in this order.
fn exchange(script: &[(&'static str, Answer)]) -> MockExchange {
    let mut exchange = MockExchange::new();
    let mut order = Sequence::new();
    for (path, answer) in script.iter().copied() {
        exchange
            .expect_send()
            .withf(move |request| request.uri().path() == path)
            .times(1)
            .in_sequence(&mut order)
            .return_once(move |_| reply(answer));
    }
    exchange
}

fn reply(answer: Answer) -> Result<Response<Bytes>, BoxError> {
    let (status, body) = answer?;
    let mut response = Response::new(Bytes::from_static(body.as_bytes()));
    *response.status_mut() = StatusCode::from_u16(status)?;
    Ok(response)
}

fn session(exchange: impl Exchange + 'static) -> SsoSession {
    SsoSession::new("https://host", "an-oauth2-token", Arc::new(exchange)).unwrap()
}

#[tokio::test]
async fn a_session_is_opened_when_first_needed_and_kept() {
    let session = session(exchange(&[(NEW, Ok((200, r#"{"token": "first"}"#)))]));

    let authorization = session.authorization().await.unwrap();
    assert_eq!(authorization.name(), "IPLSSOTOKEN");
    assert_eq!(authorization.value(), "first");
    assert_eq!(session.authorization().await.unwrap(), authorization);
}

#[tokio::test]
async fn a_session_is_at_hand_while_it_is_open_and_accepted() {
    let session = session(exchange(&[
        (NEW, Ok((200, "\"first\""))),
        (NEW, Ok((200, "\"second\""))),
    ]));

    assert_eq!(session.at_hand(), None);
    let first = session.authorization().await.unwrap();
    assert_eq!(session.at_hand(), Some(first.clone()));
    session.invalidate(first.generation()).await;
    assert_eq!(session.at_hand(), None);
    let second = session.authorization().await.unwrap();
    assert_eq!(session.at_hand(), Some(second));
}

#[tokio::test]
async fn an_older_service_is_asked_at_its_own_door_and_only_there_from_then_on() {
    let session = session(exchange(&[
        (NEW, Ok((404, ""))),
        (OLD, Ok((200, "\"first\""))),
        (OLD, Ok((200, "\"second\""))),
    ]));

    let first = session.authorization().await.unwrap();
    assert_eq!(first.value(), "first");
    session.invalidate(first.generation()).await;
    assert_eq!(session.authorization().await.unwrap().value(), "second");
}

#[tokio::test]
async fn a_service_without_either_door_is_asked_at_both_again() {
    let session = session(exchange(&[
        (NEW, Ok((404, ""))),
        (OLD, Ok((404, ""))),
        (NEW, Ok((200, "\"first\""))),
    ]));

    let error = session.authorization().await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::NOT_FOUND));
    assert_eq!(session.authorization().await.unwrap().value(), "first");
}

#[tokio::test]
async fn h1_only_the_current_generation_can_be_invalidated() {
    let session = session(exchange(&[
        (NEW, Ok((200, "\"first\""))),
        (NEW, Ok((200, "\"second\""))),
    ]));

    let first = session.authorization().await.unwrap();
    let again = session.invalidate(first.generation()).await;
    assert_eq!(again, Invalidated::Renewable);
    let second = session.authorization().await.unwrap();
    assert_eq!(second.value(), "second");
    assert!(second.generation() > first.generation());

    // A slower request learns only now that the first one was refused.
    session.invalidate(first.generation()).await;
    assert_eq!(session.authorization().await.unwrap(), second);
}

#[tokio::test]
async fn a_failed_renewal_is_told_and_the_old_session_kept() {
    let session = session(exchange(&[
        (NEW, Ok((200, "\"first\""))),
        (NEW, Err("no route")),
        (NEW, Ok((401, "revoked"))),
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
    assert!(matches!(error, AuthError::Refused { .. }));
    assert_eq!(session.authorization().await.unwrap(), first);
}

/// An exchange that answers when it is told to, counts how often it was asked, and fails at once
/// when it is asked more often than it should be.
#[derive(Debug)]
struct Gate {
    may_answer: Semaphore,
    asked: AtomicU64,
    most: u64,
    answer: Answer,
}

impl Gate {
    fn closed(most: u64, answer: Answer) -> Arc<Self> {
        Arc::new(Self {
            may_answer: Semaphore::new(0),
            asked: AtomicU64::new(0),
            most,
            answer,
        })
    }
}

#[async_trait]
impl Exchange for Arc<Gate> {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, BoxError> {
        if self.asked.fetch_add(1, Ordering::Relaxed) >= self.most {
            return Err("asked too often".into());
        }
        self.may_answer.acquire().await?.forget();
        reply(self.answer)
    }
}

/// What 64 requests get that ask before the first exchange is answered; one answer is given.
async fn herd(gate: &Arc<Gate>) -> Vec<Result<Authorization, AuthError>> {
    let session = Arc::new(session(Arc::clone(gate)));
    let mut requests = JoinSet::new();
    for _ in 0..64 {
        let session = Arc::clone(&session);
        requests.spawn(async move { session.authorization().await });
    }
    while gate.asked.load(Ordering::Relaxed) == 0 {
        tokio::task::yield_now().await;
    }
    // Let all the others come to the point where they wait.
    for _ in 0..64 {
        tokio::task::yield_now().await;
    }
    gate.may_answer.add_permits(1);
    requests.join_all().await
}

#[tokio::test]
async fn h1_a_herd_of_requests_leads_to_one_exchange() {
    let gate = Gate::closed(1, Ok((200, "\"first\"")));
    let outcomes = herd(&gate).await;
    assert_eq!(outcomes.len(), 64);
    for outcome in outcomes {
        assert_eq!(outcome.unwrap().value(), "first");
    }
    assert_eq!(gate.asked.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn h3_a_herd_of_requests_shares_one_refusal() {
    let gate = Gate::closed(1, Ok((401, "")));
    for outcome in herd(&gate).await {
        assert!(matches!(outcome, Err(AuthError::Refused { .. })));
    }
    assert_eq!(gate.asked.load(Ordering::Relaxed), 1);
}

/// An exchange that takes a few turns for each answer, and knows the older door alone.
#[derive(Debug, Default)]
struct Turns {
    asked: AtomicU64,
}

#[async_trait]
impl Exchange for Arc<Turns> {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, BoxError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        match request.uri().path() {
            OLD => reply(Ok((200, "\"first\""))),
            _ => reply(Ok((404, ""))),
        }
    }
}

#[tokio::test]
async fn x4_the_request_that_asks_may_be_dropped_at_any_point() {
    for point in 0.. {
        let turns = Arc::new(Turns::default());
        let session = session(Arc::clone(&turns));
        let mut waits = pin!(session.authorization());
        let ended = {
            let mut asks = pin!(session.authorization());
            std::future::poll_fn(|context| {
                let mut ended = false;
                for _ in 0..=point {
                    ended = ended || asks.as_mut().poll(context).is_ready();
                }
                assert!(ended || waits.as_mut().poll(context).is_pending());
                Poll::Ready(ended)
            })
            .await
        };
        if ended {
            assert!(point >= 6, "two answers take three turns each");
            return;
        }
        assert_eq!(waits.await.unwrap().value(), "first", "point {point}");
        assert!(session.at_hand().is_some(), "nothing holds the session");
        let asked = turns.asked.load(Ordering::Relaxed);
        // Two doors, and those that the dropped one has knocked at.
        assert!((3..=4).contains(&asked), "point {point}: {asked}");
    }
}

#[tokio::test]
async fn x4_when_the_request_that_asks_is_dropped_the_next_one_asks() {
    let gate = Gate::closed(2, Ok((200, "\"first\"")));
    let session = session(Arc::clone(&gate));

    let mut waits = pin!(session.authorization());
    {
        let mut asks = pin!(session.authorization());
        std::future::poll_fn(|context| {
            assert!(asks.as_mut().poll(context).is_pending());
            assert!(waits.as_mut().poll(context).is_pending());
            Poll::Ready(())
        })
        .await;
    }
    gate.may_answer.add_permits(1);
    assert_eq!(waits.await.unwrap().value(), "first");
    assert_eq!(gate.asked.load(Ordering::Relaxed), 2);
}
