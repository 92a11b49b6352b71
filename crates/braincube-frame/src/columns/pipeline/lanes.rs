//! [`Lanes`]: the queues that the threads of a pipeline share.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use super::super::job::{ColumnJob, DecodedCells, PartialColumn};
use crate::column::ColumnReader;
use crate::error::Error;

/// The amount of work after which the pushing thread checks whether the others have enough work.
const HELP_LIMIT: usize = 8;

/// The maximum capacity of the buffers for chunks.
const SMALL_BYTES: usize = 128 * 1024;

/// The number of buffers for whole columns that are kept.
const MAX_LARGE: usize = 8;

/// The result of a column.
pub(in crate::columns) type Outcome = Result<(ColumnJob, DecodedCells), Error>;

/// The queues that the threads of a pipeline share.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) lanes: VecDeque<Lane>,
    /// The number of the first lane. The others are numbered consecutively.
    first: usize,
    /// The lanes with work that no thread has started.
    pub(super) ready: VecDeque<usize>,
    /// The amount of text that is queued or being decoded.
    pub(super) queued_bytes: usize,
    pub(super) spare: SpareBuffers,
    readers: Vec<ColumnReader>,
    /// Whether a thread waits for a change.
    is_awaited: bool,
    panic: Option<Box<dyn Any + Send>>,
}

/// One column on its way through the pipeline.
#[derive(Debug)]
pub(super) struct Lane {
    work: VecDeque<Work>,
    /// The chunks decoded so far. Taken by the thread that works on the lane.
    column: PartialColumn,
    /// Whether a thread works on the lane, or was spawned for it.
    is_scheduled: bool,
    outcome: Option<Outcome>,
}

impl Lane {
    pub(super) const fn new(column: PartialColumn) -> Self {
        Self {
            work: VecDeque::new(),
            column,
            is_scheduled: false,
            outcome: None,
        }
    }
}

/// A part of a column.
#[derive(Debug)]
pub(super) enum Work {
    /// Cells; see [`ChunkBytes`](crate::splitter::ChunkBytes).
    Chunk {
        text: Text,
        open: usize,
        offset: u64,
    },
    /// The rest of the column.
    End(Box<ColumnJob>),
}

/// The text of a chunk.
#[derive(Debug)]
pub(super) enum Text {
    Owned(Vec<u8>),
    Shared(Bytes),
}

impl Text {
    fn as_slice(&self) -> &[u8] {
        match self {
            Self::Owned(bytes) => bytes,
            Self::Shared(bytes) => bytes,
        }
    }
}

/// The result of a part of a column.
#[derive(Debug)]
struct Done {
    /// A buffer for reuse.
    spare: Option<Vec<u8>>,
    /// Set by the last part, or by an error.
    outcome: Option<Outcome>,
}

impl Work {
    fn len(&self) -> usize {
        match self {
            Self::Chunk { text, .. } => text.as_slice().len(),
            Self::End(job) => job.bytes.len(),
        }
    }

    fn run(self, column: &mut PartialColumn, reader: &mut ColumnReader) -> Done {
        match self {
            Self::Chunk { text, open, offset } => {
                let padded = text.as_slice().get(open..).unwrap_or_default();
                let appended = column.append(reader, padded, offset, false);
                let outcome = appended.err().map(Err);
                let spare = match text {
                    Text::Owned(bytes) => Some(bytes),
                    Text::Shared(_) => None,
                };
                Done { spare, outcome }
            }
            Self::End(mut job) => {
                let decoded = job.run(std::mem::take(column), reader);
                let spare = Some(std::mem::take(&mut job.bytes));
                let outcome = Some(decoded.map(|decoded| (*job, decoded)));
                Done { spare, outcome }
            }
        }
    }
}

impl State {
    fn lane(&mut self, number: usize) -> Option<&mut Lane> {
        self.lanes.get_mut(number.checked_sub(self.first)?)
    }

    /// Adds work to the last lane. Returns whether a thread has to be spawned for it.
    pub(super) fn push(&mut self, work: Work) -> bool {
        let len = work.len();
        let last = self.first + self.lanes.len().saturating_sub(1);
        let Some(lane) = self.lanes.back_mut().filter(|lane| lane.outcome.is_none()) else {
            return false;
        };
        lane.work.push_back(work);
        self.queued_bytes += len;
        let was_scheduled = std::mem::replace(&mut lane.is_scheduled, true);
        if !was_scheduled {
            self.ready.push_back(last);
        }
        !was_scheduled
    }

    /// Removes the first lane, if it has an outcome.
    pub(super) fn pop(&mut self) -> Option<Outcome> {
        if let Some(panic) = self.panic.take() {
            resume_unwind(panic);
        }
        let outcome = self.lanes.front_mut()?.outcome.take()?;
        self.lanes.pop_front();
        self.first += 1;
        Some(outcome)
    }

    /// Whether a thread works on the first lane, or was spawned for it.
    pub(super) fn is_first_scheduled(&self) -> bool {
        self.lanes.front().is_some_and(|lane| lane.is_scheduled)
    }

    /// Stores the result of work with `len` bytes of text.
    fn finish(&mut self, number: usize, len: usize, done: Done) {
        self.queued_bytes = self.queued_bytes.saturating_sub(len);
        done.spare
            .into_iter()
            .for_each(|spare| self.spare.put(spare));
        if done.outcome.is_none() {
            return;
        }
        let Some(lane) = self.lane(number) else {
            return;
        };
        lane.outcome = done.outcome;
        let dropped: usize = lane.work.drain(..).map(|work| work.len()).sum();
        self.queued_bytes = self.queued_bytes.saturating_sub(dropped);
    }
}

impl Lanes {
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        // A panic of another thread is resumed by `State::pop`.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until a part has been decoded.
    pub(super) fn wait<'s>(&'s self, mut state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
        state.is_awaited = true;
        let woken = self.changed.wait(state);
        woken.unwrap_or_else(PoisonError::into_inner)
    }

    fn notify(&self, state: &mut State) {
        if std::mem::take(&mut state.is_awaited) {
            self.changed.notify_all();
        }
    }

    /// Spawns a task of the pool for a lane that is ready.
    pub(super) fn spawn(lanes: &Arc<Self>) {
        let lanes = Arc::clone(lanes);
        rayon::spawn(move || {
            lanes.work(usize::MAX);
        });
    }

    /// Does a limited amount of work that no thread of the pool has started.
    pub(super) fn help(lanes: &Arc<Self>) {
        if lanes.work(HELP_LIMIT) {
            Self::spawn(lanes);
        }
    }

    /// Works on a lane that is ready, until it is empty or the limit is reached. Returns whether it is ready again.
    fn work(&self, limit: usize) -> bool {
        let mut state = self.lock();
        let Some(number) = state.ready.pop_front() else {
            return false;
        };
        let mut reader = state.readers.pop().unwrap_or_default();
        let mut is_ready = false;
        for done in 0.. {
            let Some(lane) = state.lane(number) else {
                break;
            };
            if done == limit && !lane.work.is_empty() {
                state.ready.push_back(number);
                is_ready = true;
                break;
            }
            let Some(work) = lane.work.pop_front() else {
                lane.is_scheduled = false;
                break;
            };
            let mut column = std::mem::take(&mut lane.column);
            drop(state);
            let len = work.len();
            let result = catch_unwind(AssertUnwindSafe(|| work.run(&mut column, &mut reader)));
            state = self.lock();
            if let Some(lane) = state.lane(number) {
                lane.column = column;
            }
            let done = result.unwrap_or_else(|panic| {
                state.panic = Some(panic);
                Done {
                    spare: None,
                    outcome: Some(Err(Error::Failed)),
                }
            });
            state.finish(number, len, done);
            self.notify(&mut state);
        }
        state.readers.push(reader);
        self.notify(&mut state);
        is_ready
    }
}

/// Buffers of decoded parts, for reuse.
#[derive(Debug, Default)]
pub(super) struct SpareBuffers {
    small: Vec<Vec<u8>>,
    large: Vec<Vec<u8>>,
}

impl SpareBuffers {
    /// An empty buffer for about this number of bytes.
    pub(super) fn take(&mut self, len: usize) -> Vec<u8> {
        let spare = if len > SMALL_BYTES {
            self.large.pop()
        } else {
            self.small.pop()
        };
        let mut spare = spare.unwrap_or_else(|| Vec::with_capacity(len));
        spare.clear();
        spare
    }

    fn put(&mut self, bytes: Vec<u8>) {
        if bytes.capacity() <= SMALL_BYTES {
            self.small.push(bytes);
        } else if self.large.len() < MAX_LARGE {
            self.large.push(bytes);
        }
    }
}
