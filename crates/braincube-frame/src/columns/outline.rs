//! [`Outline`]: the columns of an answer that is there as a whole, before any of them is decoded.
//!
//! Where all bytes are there, the splitter runs ahead of the decoders to the end, which takes it a
//! tenth of their time, and keeps only where each column stands. Then the threads of rayon's pool
//! decode the columns in their place: no cell is copied, and no thread waits for another.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use braincube_model::VariableType;
use rayon::iter::{IndexedParallelIterator as _, IntoParallelIterator as _, ParallelIterator as _};

use super::job::{Begun, Decoded, Job};
use crate::array::make_decoder;
use crate::column::ColumnReader;
use crate::error::Error;
use crate::options::FrameOptions;
use crate::splitter::{Chunk, Loose, PADDING};

/// What a column has become; `None` if it is not complete and nothing is wrong with what came of it.
type Outcome = Option<Result<(Job, Decoded), Error>>;

/// The columns of an answer that is there as a whole, before any of them is decoded.
#[derive(Debug)]
pub(super) struct Outline {
    /// How many bytes the answer has.
    len: usize,
    columns: Vec<Column>,
    /// Whether more cells come for the last column.
    is_open: bool,
}

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
    /// The same bytes, where the answer ends too soon behind them.
    kept: Option<Vec<u8>>,
}

impl Outline {
    pub(super) const fn new(len: usize) -> Self {
        Self {
            len,
            columns: Vec::new(),
            is_open: false,
        }
    }

    /// Whether the last column takes more cells.
    pub(super) const fn is_open(&self) -> bool {
        self.is_open
    }

    /// Takes a column that says its type before its cells.
    pub(super) fn begin(&mut self, declared: VariableType) {
        self.is_open = true;
        self.columns.push(Column {
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
        if let Some(column) = self.columns.last_mut() {
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
        if !std::mem::take(&mut self.is_open) {
            self.columns.push(Column::default());
        }
        let behind = job.span.as_ref().map_or(0, |span| span.close + PADDING);
        let is_there = place(job.offset).saturating_add(behind) < self.len;
        let bytes = if is_there {
            std::mem::take(&mut job.bytes)
        } else {
            Vec::new()
        };
        if let Some(column) = self.columns.last_mut() {
            column.job = Some(job);
        }
        bytes
    }

    /// Decodes the columns of `body`; what comes behind one with which something is wrong may be
    /// left out.
    pub(super) fn decode(self, body: &[u8], options: &FrameOptions) -> Vec<Outcome> {
        let rows = OnceLock::new();
        let first_wrong = AtomicUsize::new(usize::MAX);
        let columns = self.columns.into_par_iter().enumerate().with_max_len(1);
        let decoded = columns.map_init(ColumnReader::default, |reader, (at, column)| {
            if at > first_wrong.load(Ordering::Relaxed) {
                return None;
            }
            let outcome = column.decode(body, options, &rows, reader);
            if matches!(outcome, Some(Err(_))) {
                first_wrong.fetch_min(at, Ordering::Relaxed);
            }
            outcome
        });
        decoded.collect()
    }
}

impl Column {
    /// Decodes the column; `rows` is the length of another, once one is decoded.
    fn decode(
        self,
        body: &[u8],
        options: &FrameOptions,
        rows: &OnceLock<usize>,
        reader: &mut ColumnReader,
    ) -> Outcome {
        let mut begun = self.declared.map_or_else(Begun::default, |declared| {
            let cells = rows.get().copied().unwrap_or_default();
            Begun::new(make_decoder(Some(&declared), options, cells))
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
                let _ = rows.set(decoded.rows);
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
