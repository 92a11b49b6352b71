//! [`Pipeline`]: columns that are decoded several at once, while the bytes behind them arrive.
//!
//! Whoever pushes the answer cuts it; the threads of rayon's pool decode what has been cut. Each
//! column has a lane of its own, which one thread at a time works on, so the cells come in order
//! and the arrays are those that one thread would have made. How much waits is bounded: above the
//! bound, whoever pushes works as well.

mod lane;
mod shared;

use std::sync::Arc;

use self::lane::{Lane, Work};
use self::shared::Shared;
use super::job::{Begun, Decoded, Job};
use crate::error::Error;
use crate::splitter::{Chunk, Loose};

/// Up to so many bytes of an answer the threads cost more than they bring.
pub(super) const WORTH_BYTES: u64 = 1024 * 1024;

/// How many bytes may wait for each thread before whoever pushes helps.
const SOFT_BYTES: usize = 1024 * 1024;

/// How many bytes may wait at all, where too few columns are under way to occupy every thread.
const HARD_BYTES: usize = 12 * 1024 * 1024;

/// Columns that are decoded several at once.
#[derive(Debug)]
pub(super) struct Pipeline {
    shared: Arc<Shared>,
    /// Whether more cells come for the last lane.
    is_open: bool,
}

impl Pipeline {
    pub(super) fn new() -> Self {
        Self {
            shared: Arc::default(),
            is_open: false,
        }
    }

    /// Whether what ends at this byte of the answer is better decoded here.
    pub(super) const fn is_worth(&self, offset: u64) -> bool {
        offset >= WORTH_BYTES
    }

    /// Whether the last lane takes more cells.
    pub(super) const fn is_open(&self) -> bool {
        self.is_open
    }

    /// Opens a lane for a column of which cells may have been decoded.
    pub(super) fn begin(&mut self, begun: Begun) {
        self.shared.lock().lanes.push_back(Lane::new(begun));
        self.is_open = true;
    }

    /// Takes cells of the column whose lane is open; leaves memory for the next where they were kept.
    pub(super) fn chunk(&mut self, chunk: Chunk<'_>) {
        let Chunk { cells, offset } = chunk;
        let (bytes, open) = match cells {
            Loose::Pushed(pushed) => {
                let mut bytes = self.shared.lock().spare.take(pushed.len());
                bytes.extend_from_slice(pushed);
                (bytes, 0)
            }
            Loose::Kept { bytes, open } => {
                let mut next = self.shared.lock().spare.take(bytes.len());
                next.extend_from_slice(bytes.get(..=open).unwrap_or_default());
                (std::mem::replace(bytes, next), open)
            }
        };
        self.push(Work::Cells {
            bytes,
            open,
            offset,
        });
    }

    /// Takes a complete column, or the rest of the one whose lane is open; gives memory for the
    /// next.
    pub(super) fn column(&mut self, job: Job) -> Vec<u8> {
        if !std::mem::take(&mut self.is_open) {
            self.begin(Begun::default());
            self.is_open = false;
        }
        let next = self.shared.lock().spare.take(job.bytes.len());
        self.push(Work::End(Box::new(job)));
        next
    }

    fn push(&self, work: Work) {
        if self.shared.lock().push(work) {
            Shared::call(&self.shared);
        }
        let soft = SOFT_BYTES * (rayon::current_num_threads() + 1);
        let soft = soft.min(HARD_BYTES / 2);
        let mut state = self.shared.lock();
        while state.waiting_bytes > soft {
            if !state.ready.is_empty() {
                drop(state);
                Shared::help(&self.shared);
                state = self.shared.lock();
            } else if state.waiting_bytes > HARD_BYTES {
                state = self.shared.wait(state);
            } else {
                // All columns under way have a thread: what comes next may be for the others.
                break;
            }
        }
    }

    /// The next column in order, if it has been decoded.
    pub(super) fn done(&self) -> Option<Result<(Job, Decoded), Error>> {
        self.shared.lock().done()
    }

    /// The next column in order, once it has been decoded. `None` if there is none, or if it is not
    /// complete and nothing is wrong with what came of it.
    pub(super) fn wait(&self) -> Option<Result<(Job, Decoded), Error>> {
        let mut state = self.shared.lock();
        loop {
            let done = state.done();
            if done.is_some() || !state.is_first_busy() {
                return done;
            }
            if state.ready.is_empty() {
                state = self.shared.wait(state);
            } else {
                drop(state);
                Shared::help(&self.shared);
                state = self.shared.lock();
            }
        }
    }
}

impl Drop for Pipeline {
    /// Whatever nobody waits for any more is not decoded.
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.ready.clear();
        state.lanes.clear();
    }
}
