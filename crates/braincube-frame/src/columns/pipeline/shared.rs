//! [`Shared`]: what the threads of a [`Pipeline`](super::Pipeline) share.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::super::job::{Decoded, Job};
use super::lane::{Lane, Left, Work};
use crate::column::ColumnReader;
use crate::error::Error;

/// After so many pieces, whoever pushes looks whether the others have enough to do.
const HELPED_PIECES: usize = 8;

/// Up to this size, memory is taken for that of a chunk of cells.
const SMALL_BYTES: usize = 128 * 1024;

/// How much memory for whole columns is kept, in pieces.
const LARGE_PIECES: usize = 8;

/// What the threads share.
#[derive(Debug, Default)]
pub(super) struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

/// The lanes, and what waits in them.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) lanes: VecDeque<Lane>,
    /// The number of the first lane; the others count on.
    first: usize,
    /// The lanes with work that no thread has taken on yet.
    pub(super) ready: VecDeque<usize>,
    /// How many bytes wait, or are being decoded.
    pub(super) waiting_bytes: usize,
    pub(super) spare: Spare,
    readers: Vec<ColumnReader>,
    /// Whether somebody waits for a change.
    is_awaited: bool,
    panic: Option<Box<dyn Any + Send>>,
}

impl State {
    fn lane(&mut self, number: usize) -> Option<&mut Lane> {
        self.lanes.get_mut(number.checked_sub(self.first)?)
    }

    /// Adds work to the last lane; tells whether a thread is to be called for it.
    pub(super) fn push(&mut self, work: Work) -> bool {
        let len = work.len();
        let last = self.first + self.lanes.len().saturating_sub(1);
        let Some(lane) = self.lanes.back_mut().filter(|lane| lane.outcome.is_none()) else {
            return false;
        };
        lane.work.push_back(work);
        self.waiting_bytes += len;
        let is_taken = std::mem::replace(&mut lane.is_taken, true);
        if !is_taken {
            self.ready.push_back(last);
        }
        !is_taken
    }

    /// What the first lane has become, if that is known.
    pub(super) fn done(&mut self) -> Option<Result<(Job, Decoded), Error>> {
        if let Some(panic) = self.panic.take() {
            resume_unwind(panic);
        }
        let outcome = self.lanes.front_mut()?.outcome.take()?;
        self.lanes.pop_front();
        self.first += 1;
        Some(outcome)
    }

    /// Whether a thread works on the first lane, or will.
    pub(super) fn is_first_busy(&self) -> bool {
        self.lanes.front().is_some_and(|lane| lane.is_taken)
    }

    /// Takes what a piece of work has left; tells whether the lane takes more.
    fn settle(&mut self, number: usize, len: usize, left: Left) {
        self.waiting_bytes = self.waiting_bytes.saturating_sub(len);
        self.spare.give(left.bytes);
        if left.outcome.is_none() {
            return;
        }
        let Some(lane) = self.lane(number) else {
            return;
        };
        lane.outcome = left.outcome;
        let dropped: usize = lane.work.drain(..).map(|work| work.len()).sum();
        self.waiting_bytes = self.waiting_bytes.saturating_sub(dropped);
    }
}

impl Shared {
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        // What a thread that panicked has left is resumed by whoever asks for its column.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until a piece of work is done.
    pub(super) fn wait<'s>(&'s self, mut state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
        state.is_awaited = true;
        let woken = self.changed.wait(state);
        woken.unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls a thread of the pool for a lane that is ready.
    pub(super) fn call(shared: &Arc<Self>) {
        let shared = Arc::clone(shared);
        rayon::spawn(move || {
            shared.turn(usize::MAX);
        });
    }

    /// Does a little of what the threads of the pool have not come to.
    pub(super) fn help(shared: &Arc<Self>) {
        if shared.turn(HELPED_PIECES) {
            Self::call(shared);
        }
    }

    /// Works on a lane that is ready, until nothing waits in it or so many pieces are done; tells
    /// whether it is ready again.
    fn turn(&self, most: usize) -> bool {
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
            if lane.work.is_empty() {
                lane.is_taken = false;
                break;
            }
            if done == most {
                state.ready.push_back(number);
                is_ready = true;
                break;
            }
            let Some(work) = lane.work.pop_front() else {
                break;
            };
            let mut begun = std::mem::take(&mut lane.begun);
            drop(state);
            let len = work.len();
            let left = catch_unwind(AssertUnwindSafe(|| work.run(&mut begun, &mut reader)));
            state = self.lock();
            if let Some(lane) = state.lane(number) {
                lane.begun = begun;
            }
            let left = left.unwrap_or_else(|panic| {
                state.panic = Some(panic);
                Left {
                    bytes: Vec::new(),
                    outcome: Some(Err(Error::Failed)),
                }
            });
            state.settle(number, len, left);
            if std::mem::take(&mut state.is_awaited) {
                self.changed.notify_all();
            }
        }
        state.readers.push(reader);
        // Whoever waits for the lane to come to rest sees it now.
        if std::mem::take(&mut state.is_awaited) {
            self.changed.notify_all();
        }
        is_ready
    }
}

/// Memory of pieces that have been decoded.
#[derive(Debug, Default)]
pub(super) struct Spare {
    small: Vec<Vec<u8>>,
    large: Vec<Vec<u8>>,
}

impl Spare {
    /// Empty memory, for about so many bytes.
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

    fn give(&mut self, bytes: Vec<u8>) {
        if bytes.capacity() <= SMALL_BYTES {
            self.small.push(bytes);
        } else if self.large.len() < LARGE_PIECES {
            self.large.push(bytes);
        }
    }
}
