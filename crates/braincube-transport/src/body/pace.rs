//! [`Pace`]: whether an answer comes fast enough, counting only the time in which it was waited for.

use std::time::Duration;

use tokio::time::Instant;

use crate::error::{Error, TimeoutPhase};
use crate::options::Throughput;

/// How much has come in how much waiting.
#[derive(Debug)]
pub(super) struct Pace {
    floor: Option<Throughput>,
    waited: Duration,
    /// How many bytes had come when the count of the waiting began.
    mark: u64,
}

impl Pace {
    pub(super) fn new(floor: Option<Throughput>) -> Self {
        Self {
            floor,
            waited: Duration::ZERO,
            mark: 0,
        }
    }

    /// How much longer may be waited until the next judgement.
    pub(super) fn patience(&self) -> Option<Duration> {
        let floor = self.floor?;
        Some(floor.window.saturating_sub(self.waited))
    }

    pub(super) fn too_slow(&self) -> Error {
        Error::timeout(
            TimeoutPhase::Throughput,
            self.floor.map_or(Duration::ZERO, |it| it.window),
        )
    }

    /// Adds a wait; once there has been a window's worth of them, judges and begins anew. `false` is too slow.
    pub(super) fn waited(&mut self, since: Instant, received: u64) -> bool {
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
