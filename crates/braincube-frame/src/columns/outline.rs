//! [`Outline`]: the columns of an answer that is there as a whole, as the splitter finds them.
//!
//! Where all bytes are there, the splitter runs ahead of the decoders to the end, which takes it a
//! tenth of their time, and keeps only where each column stands. Other threads, and at last the one
//! that has split, decode the columns in their place: the cells of large columns are not copied.
//!
//! The threads are its own, not those of rayon's pool: whoever waits for a job in a pool waits for
//! whatever else the pool does, and for ever if that waits for him.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};

use braincube_model::VariableType;

use super::job::{Begun, Decoded, Job};
use crate::array::{Tables, make_decoder};
use crate::column::ColumnReader;
use crate::error::Error;
use crate::options::FrameOptions;
use crate::splitter::{Chunk, Loose, PADDING};

/// The columns of an answer that is there as a whole, as the splitter finds them.
#[derive(Debug)]
pub(super) struct Outline {
    /// How many bytes the answer has.
    len: usize,
    /// The column for which more cells come.
    open: Option<Column>,
    /// How many columns are complete.
    count: usize,
    found: Arc<Found>,
}

/// What the splitter has found, and what has become of it.
#[derive(Debug, Default)]
pub(crate) struct Found {
    waiting: Mutex<Waiting>,
    changed: Condvar,
    /// The length of a column, once one is decoded.
    rows: OnceLock<usize>,
    tables: Tables,
    /// The number of the first column with which something is wrong.
    first_wrong: AtomicUsize,
    /// Each with its number.
    decoded: Mutex<Vec<(usize, Outcome)>>,
}

/// The columns that wait for a thread, each with its number.
#[derive(Debug, Default)]
struct Waiting {
    columns: VecDeque<(usize, Column)>,
    /// Whether no more columns come.
    is_closed: bool,
}

/// What a column has become.
pub(crate) type Outcome = Result<(Job, Decoded), Error>;

/// Where a column stands.
#[derive(Debug, Default)]
struct Column {
    /// The type that it says before its cells.
    declared: Option<VariableType>,
    chunks: Vec<Piece>,
    /// What there is to do behind the chunks, once the column is complete.
    job: Option<Job>,
}

/// Cells, and the bytes that stand around them in a chunk.
#[derive(Debug)]
struct Piece {
    /// Where they stand in the answer.
    offset: u64,
    len: usize,
    /// The same bytes, where the splitter had to put them together or the answer ends too soon behind them.
    kept: Option<Vec<u8>>,
}

impl Outline {
    pub(super) fn new(len: usize, tables: Tables) -> Self {
        let found = Found {
            first_wrong: AtomicUsize::new(usize::MAX),
            tables,
            ..Found::default()
        };
        Self {
            len,
            open: None,
            count: 0,
            found: Arc::new(found),
        }
    }

    /// What is found.
    pub(super) fn found(&self) -> Arc<Found> {
        Arc::clone(&self.found)
    }

    /// Whether the last column takes more cells.
    pub(super) const fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Takes a column that says its type before its cells.
    pub(super) fn begin(&mut self, declared: VariableType) {
        self.open = Some(Column {
            declared: Some(declared),
            ..Column::default()
        });
    }

    /// Takes cells of the column that has begun.
    pub(super) fn chunk(&mut self, chunk: &Chunk<'_>) {
        let padded = chunk.padded();
        let kept = match &chunk.cells {
            Loose::Pushed(_) => None,
            Loose::Kept { .. } => Some(padded.to_vec()),
        };
        if let Some(column) = &mut self.open {
            column.chunks.push(Piece {
                offset: chunk.offset,
                len: padded.len(),
                kept,
            });
        }
    }

    /// Takes a complete column, or the rest of the one that has begun; gives its memory back, if
    /// its cells can be read where they stand.
    pub(super) fn column(&mut self, mut job: Job) -> Vec<u8> {
        let behind = job.span.as_ref().map_or(0, |span| span.close + PADDING);
        let is_there = place(job.offset).saturating_add(behind) < self.len;
        let bytes = if is_there {
            std::mem::take(&mut job.bytes)
        } else {
            Vec::new()
        };
        let mut column = self.open.take().unwrap_or_default();
        column.job = Some(job);
        self.found.push(self.count, column);
        self.count += 1;
        bytes
    }

    /// Ends with what came, whether it is complete or not.
    pub(super) fn close(mut self) {
        if let Some(column) = self.open.take() {
            self.found.push(self.count, column);
        }
    }
}

impl Found {
    /// Decodes the columns of `body` that `split` finds, while it does; gives what they have
    /// become, in their order. What comes behind one with which something is wrong may be left out.
    pub(crate) fn decode(
        &self,
        body: &[u8],
        options: &FrameOptions,
        split: impl FnOnce(),
    ) -> Vec<Outcome> {
        std::thread::scope(|scope| {
            let closed = Closed(self);
            for _ in 1..rayon::current_num_threads() {
                let work = || self.work(body, options);
                // Where the system gives no thread, those that there are do all the work.
                let _thread = std::thread::Builder::new().spawn_scoped(scope, work);
            }
            split();
            drop(closed);
            self.work(body, options);
        });
        let mut decoded = std::mem::take(&mut *lock(&self.decoded));
        decoded.sort_unstable_by_key(|(number, _)| *number);
        decoded.into_iter().map(|(_, outcome)| outcome).collect()
    }

    fn push(&self, number: usize, column: Column) {
        lock(&self.waiting).columns.push_back((number, column));
        self.changed.notify_one();
    }

    /// The next column, once there is one; `None` if no more come.
    fn next(&self) -> Option<(usize, Column)> {
        let mut waiting = lock(&self.waiting);
        while waiting.columns.is_empty() && !waiting.is_closed {
            let woken = self.changed.wait(waiting);
            waiting = woken.unwrap_or_else(PoisonError::into_inner);
        }
        waiting.columns.pop_front()
    }

    /// Decodes columns until no more come.
    fn work(&self, body: &[u8], options: &FrameOptions) {
        let mut reader = ColumnReader::default();
        while let Some((number, column)) = self.next() {
            if number > self.first_wrong.load(Ordering::Relaxed) {
                continue;
            }
            let Some(outcome) = column.decode(body, options, self, &mut reader) else {
                continue;
            };
            if outcome.is_err() {
                self.first_wrong.fetch_min(number, Ordering::Relaxed);
            }
            lock(&self.decoded).push((number, outcome));
        }
    }
}

/// Says, once it is dropped, that no more columns come: also where the splitter panics.
struct Closed<'f>(&'f Found);

impl Drop for Closed<'_> {
    fn drop(&mut self) {
        lock(&self.0.waiting).is_closed = true;
        self.0.changed.notify_all();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Column {
    /// Decodes the column. `None` if it is not complete, and nothing is wrong with what came of it.
    fn decode(
        self,
        body: &[u8],
        options: &FrameOptions,
        found: &Found,
        reader: &mut ColumnReader,
    ) -> Option<Outcome> {
        let mut begun = self.declared.map_or_else(Begun::default, |declared| {
            let cells = found.rows.get().copied().unwrap_or_default();
            Begun::new(make_decoder(Some(&declared), options, cells, &found.tables))
        });
        for Piece { offset, len, kept } in &self.chunks {
            let there = || behind(body, *offset).get(..*len).unwrap_or_default();
            let padded = kept.as_deref().unwrap_or_else(there);
            if let Err(error) = begun.read(reader, padded, *offset, false) {
                return Some(Err(error));
            }
        }
        let mut job = self.job?;
        let decoded = if job.bytes.is_empty() {
            job.run_on(behind(body, job.offset), begun, reader)
        } else {
            job.run(begun, reader)
        };
        Some(decoded.map(|decoded| {
            if job.span.is_some() {
                let _ = found.rows.set(decoded.rows);
            }
            (job, decoded)
        }))
    }
}

fn behind(body: &[u8], offset: u64) -> &[u8] {
    body.get(place(offset)..).unwrap_or_default()
}

/// A place in the answer as one in memory, where it is.
fn place(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}
