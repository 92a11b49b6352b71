//! Reading an answer to its end, from the first byte again where it breaks off.

use std::time::Duration;

use braincube_model::{Family, Operation};
use bytes::Bytes;
use http::{Request, Response};
use tokio::time::Instant;

use super::Transport;
use crate::body::Body;
use crate::context::operation_of;
use crate::deadline::Deadline;
use crate::error::{Error, ErrorKind, TimeoutPhase};
use crate::kept::Kept;
use crate::long_running::LongRunning;
use crate::progress::{Once, Progress};
use crate::retry::RetryOptions;

/// How often a response that broke off is requested again however long that takes. Columns of data are requested no more
/// often, since they take the service and the network long; other responses are for as long as failures are retried.
const REPLAYS: u32 = 2;

/// An error of whoever reads an answer: whether the answer broke off.
pub trait BrokenOff {
    /// Whether the answer ended too early, so that asking for it again may help.
    fn is_broken_off(&self) -> bool;

    /// Whether the answer came too slowly, so that asking for it once more may help, and no oftener.
    fn is_too_slow(&self) -> bool {
        false
    }
}

/// How often the answer of an operation is asked for again at the most.
fn most_replays(operation: Operation) -> u32 {
    match (operation.is_repeatable(), operation.family()) {
        (false, _) => 0,
        (true, Family::Data) => REPLAYS,
        (true, _) => u32::MAX,
    }
}

/// Whether asking again may help an answer that was given up for this reason.
fn may_help(error: &impl BrokenOff, progress: &Progress) -> bool {
    error.is_broken_off() || error.is_too_slow() && progress.has_left(Once::Slow)
}

impl BrokenOff for Error {
    fn is_broken_off(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::Interrupted | ErrorKind::Timeout(TimeoutPhase::Idle)
        )
    }

    fn is_too_slow(&self) -> bool {
        self.kind() == ErrorKind::Timeout(TimeoutPhase::Throughput)
    }
}

/// What a transport needs to know to ask for an answer again.
#[derive(Clone, Debug)]
pub(super) struct Replay {
    pub(super) retry: RetryOptions,
    pub(super) total: Option<Duration>,
}

impl Replay {
    /// No answer is asked for again.
    pub(super) fn none() -> Self {
        Self {
            retry: RetryOptions::none(),
            total: None,
        }
    }

    /// How long to wait before a response is requested again; `None` where it is not. `left` is the time for which that
    /// may still be done.
    fn wait(
        &self,
        replayed: u32,
        tries: u32,
        left: Duration,
        deadline: Option<Deadline>,
    ) -> Option<Duration> {
        // A stack without repeats counts no tries.
        if tries.max(replayed + 1) >= self.retry.attempts || replayed >= REPLAYS && left.is_zero() {
            return None;
        }
        let wait = self.retry.backoff(replayed + 1);
        let in_time = deadline.is_none_or(|deadline| wait < deadline.remaining());
        (in_time && self.retry.withdraw()).then_some(wait)
    }
}

impl Transport {
    /// Sends a request and hands the answer to `read`; where the answer breaks off while it is
    /// read, begins again: for as long as failures are retried and at least twice, columns of data twice; once where it comes too
    /// slowly.
    ///
    /// `read` must keep nothing of an answer that it gave an error for: the next one begins with
    /// its first byte. Only an operation that may be repeated is; one deadline holds for all.
    ///
    /// Whether an answer is whole is for `read` to say where it has no length and does not come in chunks: such a one ends
    /// without an error wherever the connection does. [`read`](Self::read) looks at the end of its JSON.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), and whatever `read` gives.
    pub async fn read_with<T, E, R, F>(
        &self,
        mut request: Request<Bytes>,
        mut read: R,
    ) -> Result<T, E>
    where
        T: Send,
        R: FnMut(Response<Body>) -> F + Send,
        F: Future<Output = Result<T, E>> + Send,
        E: From<Error> + BrokenOff + Send,
    {
        let most = most_replays(operation_of(&request));
        let deadline = Deadline::begin(&mut request, self.replay.total);
        // Begun before the request is kept, so that attempts and tries are counted over all of them.
        let progress = Progress::of(&mut request);
        let patience = self.replay.retry.patience(LongRunning::marks(&request));
        let kept = Kept::of(&request);
        let mut replayed = 0;
        let mut first_break = None;
        loop {
            let response = self.send(request).await?;
            let done = read(response).await;
            if done.is_ok() && replayed > 0 {
                self.replay.retry.deposit(true);
            }
            let failure = done.as_ref().err();
            if replayed >= most
                || patience.is_zero()
                || !failure.is_some_and(|it| may_help(it, &progress))
            {
                return done;
            }
            let is_too_slow = failure.is_some_and(BrokenOff::is_too_slow);
            let broken_for = first_break.get_or_insert_with(Instant::now).elapsed();
            let left = patience.saturating_sub(broken_for);
            let wait = self.replay.wait(replayed, progress.tries(), left, deadline);
            let Some(wait) = wait else {
                return done;
            };
            replayed += 1;
            if is_too_slow {
                progress.use_up(Once::Slow);
            }
            tracing::debug!(replayed, "the answer broke off and is asked for again");
            drop(done);
            tokio::time::sleep(wait).await;
            request = kept.request();
        }
    }
}
