use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::Frame;
use tokio::time::Instant;

use super::{Body, GuardedBody, WireBody};
use crate::error::{ErrorKind, TimeoutPhase};
use crate::operation::OperationState;
use crate::options::{LimitOptions, TimeoutOptions};

/// Chunks with a wait before each.
struct Paced {
    chunks: VecDeque<(Duration, &'static str)>,
    timer: Option<Pin<Box<tokio::time::Sleep>>>,
}

fn paced(chunks: impl IntoIterator<Item = (u64, &'static str)>) -> Paced {
    let seconds = |(seconds, chunk)| (Duration::from_secs(seconds), chunk);
    Paced {
        chunks: chunks.into_iter().map(seconds).collect(),
        timer: None,
    }
}

impl http_body::Body for Paced {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let Some(&(wait, chunk)) = self.chunks.front() else {
            return Poll::Ready(None);
        };
        let timer = self
            .timer
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(wait)));
        if timer.as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
        self.timer = None;
        self.chunks.pop_front();
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(chunk.as_bytes())))))
    }
}

fn guarded(body: Paced) -> Body {
    let idle = Duration::from_secs(60);
    Body::new(GuardedBody::new(
        body,
        LimitOptions::default(),
        &TimeoutOptions::default().idle(idle).throughput(0, idle),
        OperationState::default(),
    ))
}

#[tokio::test(start_paused = true)]
async fn n11_a_stalled_body_ends_after_the_idle_time() {
    let mut body = guarded(paced([(0, "a"), (3600, "b")]));
    assert_eq!(body.chunk().await.unwrap().as_deref(), Some(&b"a"[..]));
    let stalled_at = Instant::now();
    let error = body.chunk().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout(TimeoutPhase::Idle));
    assert_eq!(stalled_at.elapsed().as_secs(), 60);
    assert_eq!(body.chunk().await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn n13_a_slow_body_that_keeps_arriving_is_not_interrupted() {
    let started = Instant::now();
    let mut body = guarded(paced(std::iter::repeat_n((25, "x"), 72)));
    assert_eq!(body.collect().await.unwrap().len(), 72);
    assert_eq!(started.elapsed(), Duration::from_secs(30 * 60));
}

#[tokio::test]
async fn h20_a_body_that_exceeds_the_limit_ends_there() {
    let limits = LimitOptions::default().body(5);
    let chunks = paced([(0, "abc"), (0, "de"), (0, "f"), (0, "g")]);
    let guarded = GuardedBody::new(
        chunks,
        limits,
        &TimeoutOptions::default(),
        OperationState::default(),
    );
    let mut body = Body::new(guarded);
    assert_eq!(body.chunk().await.unwrap().unwrap(), "abc");
    assert_eq!(body.chunk().await.unwrap().unwrap(), "de");
    assert_eq!(body.chunk().await.unwrap_err().kind(), ErrorKind::TooLarge);
    assert_eq!(body.chunk().await.unwrap(), None);
}

#[tokio::test]
async fn a_chunk_that_was_put_back_is_read_first() {
    let mut body = guarded(paced([(0, "abc"), (0, ""), (0, "def"), (0, "g")]));
    let first = body.chunk().await.unwrap().unwrap();
    body.unread(first);
    assert_eq!(body.collect().await.unwrap(), "abcdefg");
}

#[tokio::test]
async fn received_bytes_are_counted() {
    let received = OperationState::default();
    let wire = WireBody::new(paced([(0, "abc"), (0, "de")]), Some(received.clone()));
    let mut body = Body::new(wire).of_operation(&received, None);
    assert_eq!(body.wire_bytes(), 0);
    body.chunk().await.unwrap();
    assert_eq!(body.wire_bytes(), 3);
    body.chunk().await.unwrap();
    assert_eq!(body.wire_bytes(), 5);
}
