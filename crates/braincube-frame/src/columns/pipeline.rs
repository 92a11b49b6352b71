//! [`Pipeline`]: decodes several columns at once while the response is received.
//!
//! The pushing thread splits the response, and threads of the rayon pool decode it. Each column has a lane, which one thread
//! at a time works on, so the arrays are the same as with one thread. The amount of queued text is limited: above the limit,
//! the pushing thread decodes as well.

mod lanes;

use std::sync::Arc;

use bytes::Bytes;

use self::lanes::{Lane, Lanes, Outcome, Text, Work};
use super::job::{ColumnJob, PartialColumn};
use crate::splitter::{Chunk, ChunkBytes};

/// The length of a response up to which several threads are slower than one.
pub(super) const MIN_BYTES: u64 = 1024 * 1024;

/// The amount of queued text per thread above which the pushing thread helps.
const SOFT_BYTES: usize = 1024 * 1024;

/// The maximum amount of queued text, which is reached if too few columns are open to occupy all threads.
const HARD_BYTES: usize = 12 * 1024 * 1024;

/// Decodes several columns at once.
#[derive(Debug, Default)]
pub(super) struct Pipeline {
    lanes: Arc<Lanes>,
    /// Whether the last lane accepts more cells.
    pub(super) is_open: bool,
}

impl Pipeline {
    /// Opens a lane for a column, of which some cells may have been decoded.
    pub(super) fn open(&mut self, column: PartialColumn) {
        self.lanes.lock().lanes.push_back(Lane::new(column));
        self.is_open = true;
    }

    /// Queues a chunk of the open column. A chunk of pushed bytes is copied, unless they are in a shared buffer; the buffer of
    /// any other chunk is replaced.
    pub(super) fn chunk(&self, chunk: Chunk<'_>, part: Option<&Bytes>) {
        let Chunk { bytes, offset } = chunk;
        let (text, open) = match bytes {
            ChunkBytes::Pushed(pushed) => match part {
                Some(part) => (Text::Shared(part.slice_ref(pushed)), 0),
                None => {
                    let mut copy = self.lanes.lock().spare.take(pushed.len());
                    copy.extend_from_slice(pushed);
                    (Text::Owned(copy), 0)
                }
            },
            ChunkBytes::Buffered { buffer, open } => {
                let mut next = self.lanes.lock().spare.take(buffer.len());
                next.extend_from_slice(buffer.get(..=open).unwrap_or_default());
                (Text::Owned(std::mem::replace(buffer, next)), open)
            }
        };
        self.push(Work::Chunk { text, open, offset });
    }

    /// Queues a complete column and closes its lane. Returns a buffer for the next column.
    pub(super) fn column(&mut self, job: ColumnJob) -> Vec<u8> {
        if !self.is_open {
            self.open(PartialColumn::default());
        }
        self.is_open = false;
        let next = self.lanes.lock().spare.take(job.bytes.len());
        self.push(Work::End(Box::new(job)));
        next
    }

    fn push(&self, work: Work) {
        if self.lanes.lock().push(work) {
            Lanes::spawn(&self.lanes);
        }
        let soft = SOFT_BYTES * (rayon::current_num_threads() + 1);
        let soft = soft.min(HARD_BYTES / 2);
        let mut state = self.lanes.lock();
        while state.queued_bytes > soft {
            if !state.ready.is_empty() {
                drop(state);
                Lanes::help(&self.lanes);
                state = self.lanes.lock();
            } else if state.queued_bytes > HARD_BYTES {
                state = self.lanes.wait(state);
            } else {
                // A thread works on each open column; the next column may occupy another thread.
                break;
            }
        }
    }

    /// The next column in order, if it has been decoded.
    pub(super) fn poll(&self) -> Option<Outcome> {
        self.lanes.lock().pop()
    }

    /// Waits for the next column in order. Returns `None` if there is none, or if it is valid and incomplete.
    pub(super) fn wait(&self) -> Option<Outcome> {
        let mut state = self.lanes.lock();
        loop {
            let outcome = state.pop();
            if outcome.is_some() || !state.is_first_scheduled() {
                return outcome;
            }
            if state.ready.is_empty() {
                state = self.lanes.wait(state);
            } else {
                drop(state);
                Lanes::help(&self.lanes);
                state = self.lanes.lock();
            }
        }
    }
}

impl Drop for Pipeline {
    /// Discards queued work.
    fn drop(&mut self) {
        let mut state = self.lanes.lock();
        state.ready.clear();
        state.lanes.clear();
    }
}
