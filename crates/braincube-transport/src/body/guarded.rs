//! [`GuardedBody`]: ends a body that stalls, is too slow or exceeds a limit.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tokio::time::{Instant, Sleep};

use crate::error::{BoxError, Error, ErrorKind, TimeoutPhase, from_body};
use crate::operation::OperationState;
use crate::options::{LimitOptions, Throughput, TimeoutOptions};

pin_project! {
    /// A decompressed body with its limits.
    pub(crate) struct GuardedBody<B> {
        #[pin]
        inner: B,
        limits: LimitOptions,
        idle: Duration,
        // Created at the first wait: a body that never waits needs no timer.
        #[pin]
        timer: Option<Sleep>,
        wait: Option<Wait>,
        pace: Pace,
        decoded: u64,
        state: OperationState,
        ended: bool,
    }
}

/// A wait for the next chunk.
struct Wait {
    since: Instant,
    /// Up to when [`Pace`] has counted it.
    counted: Instant,
}

impl Wait {
    fn begin() -> Self {
        let now = Instant::now();
        Self {
            since: now,
            counted: now,
        }
    }

    /// When to check the wait, if no chunk arrives before.
    fn next_check(&self, idle: Duration, pace: &Pace) -> Instant {
        let idle = self.since + idle;
        match pace.rest_of_window() {
            None => idle,
            Some(rest) => idle.min(self.counted + rest),
        }
    }
}

impl<B> GuardedBody<B> {
    pub(crate) fn new(
        inner: B,
        limits: LimitOptions,
        timeouts: &TimeoutOptions,
        state: OperationState,
    ) -> Self {
        Self {
            inner,
            limits,
            idle: timeouts.idle,
            timer: None,
            wait: None,
            pace: Pace::new(timeouts.throughput),
            decoded: 0,
            state,
            ended: false,
        }
    }
}

impl<B: Body<Data = Bytes, Error: Into<BoxError>>> Body for GuardedBody<B> {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let mut this = self.project();
        if *this.ended {
            return Poll::Ready(None);
        }
        let received = |decoded: u64| match this.state.wire_bytes() {
            0 => decoded,
            counted => counted,
        };
        let next = match this.inner.poll_frame(cx) {
            Poll::Ready(next) => {
                let fast = this
                    .wait
                    .take()
                    .is_none_or(|wait| this.pace.waited(wait.counted, received(*this.decoded)));
                match next {
                    Some(Ok(_)) if !fast => Some(Err(this.pace.too_slow())),
                    next => next.map(|frame| frame.map_err(|error| from_body(error.into()))),
                }
            }
            Poll::Pending => {
                let idle = *this.idle;
                let begins = this.wait.is_none();
                let wait = this.wait.get_or_insert_with(Wait::begin);
                let check = wait.next_check(idle, this.pace);
                if this.timer.is_none() {
                    this.timer.set(Some(tokio::time::sleep_until(check)));
                } else if begins && let Some(timer) = this.timer.as_mut().as_pin_mut() {
                    timer.reset(check);
                }
                let mut timer = this
                    .timer
                    .as_pin_mut()
                    .expect("the timer was made where there was none");
                loop {
                    if timer.as_mut().poll(cx).is_pending() {
                        return Poll::Pending;
                    }
                    if wait.since.elapsed() >= idle {
                        break Some(Err(Error::timeout(TimeoutPhase::Idle, idle)));
                    }
                    let counted = std::mem::replace(&mut wait.counted, Instant::now());
                    if !this.pace.waited(counted, received(*this.decoded)) {
                        break Some(Err(this.pace.too_slow()));
                    }
                    timer.as_mut().reset(wait.next_check(idle, this.pace));
                }
            }
        };
        let next = next.map(|frame| {
            let frame = frame?;
            *this.decoded += frame.data_ref().map_or(0, Bytes::len) as u64;
            check_size(this.limits, *this.decoded, this.state.wire_bytes())?;
            Ok(frame)
        });
        *this.ended = !matches!(next, Some(Ok(_)));
        Poll::Ready(next)
    }

    fn is_end_stream(&self) -> bool {
        self.ended || self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// Measures how many bytes arrive per second, in the time in which the reader waits.
#[derive(Debug)]
struct Pace {
    floor: Option<Throughput>,
    waited: Duration,
    /// The received bytes when the current window began.
    mark: u64,
}

impl Pace {
    fn new(floor: Option<Throughput>) -> Self {
        Self {
            floor,
            waited: Duration::ZERO,
            mark: 0,
        }
    }

    /// The rest of the current window.
    fn rest_of_window(&self) -> Option<Duration> {
        let floor = self.floor?;
        Some(floor.window.saturating_sub(self.waited))
    }

    fn too_slow(&self) -> Error {
        Error::timeout(
            TimeoutPhase::Throughput,
            self.floor.map_or(Duration::ZERO, |it| it.window),
        )
    }

    /// Adds a wait. At the end of a window, checks the speed and begins the next one; `false` if it is too slow.
    fn waited(&mut self, since: Instant, received: u64) -> bool {
        let Some(floor) = self.floor else { return true };
        self.waited += since.elapsed();
        if self.waited < floor.window {
            return true;
        }
        let due = self.waited.as_secs().saturating_mul(floor.bytes_per_second);
        let enough = received.saturating_sub(self.mark) >= due;
        self.waited = Duration::ZERO;
        self.mark = received;
        enough
    }
}

/// Checks the size of a body.
pub(crate) fn check_size(limits: &LimitOptions, decoded: u64, wire: u64) -> Result<(), Error> {
    if decoded > limits.body {
        let message = format!("the response exceeds the limit of {} bytes", limits.body);
        return Err(Error::new(ErrorKind::TooLarge, message));
    }
    // Without a count of received bytes, there is no ratio.
    if wire > 0 && decoded > limits.ratio_from && decoded / wire > limits.ratio {
        let ratio = limits.ratio;
        let message = format!("the response decompresses to more than {ratio} times its size");
        return Err(Error::new(ErrorKind::TooLarge, message));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check_size;
    use crate::options::LimitOptions;

    #[test]
    fn h20_a_body_is_bounded_by_size_and_by_ratio() {
        const MIB: u64 = 1 << 20;
        let limits = LimitOptions::default().body(100 * MIB);
        for (decoded, wire, allowed) in [
            (100 * MIB, MIB, true),
            (100 * MIB + 1, MIB, false),
            // The ratio of small bodies is not limited.
            (16 * MIB, 1, true),
            (17 * MIB, 16 << 10, false),
            (17 * MIB, 18 << 10, true),
            // Received bytes that are not counted.
            (17 * MIB, 0, true),
        ] {
            assert_eq!(
                check_size(&limits, decoded, wire).is_ok(),
                allowed,
                "{decoded} {wire}"
            );
        }
    }
}
