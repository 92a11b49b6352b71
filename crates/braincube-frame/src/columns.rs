//! [`Columns`]: decodes the columns of a response and keeps their arrays.

mod job;
#[cfg(feature = "parallel")]
mod pipeline;

use std::collections::{HashMap, HashSet};

use arrow_array::ArrayRef;
use braincube_model::{LongId, VariableType};
use bytes::Bytes;

use self::job::{ColumnJob, DecodedCells, DecoderSpec, PartialColumn};
#[cfg(feature = "parallel")]
use self::pipeline::Pipeline;
use crate::array::Decoder;
use crate::column::ColumnReader;
use crate::error::Error;
use crate::expected::ExpectedColumn;
use crate::options::{FrameOptions, OnBadCell};
use crate::report::Observed;
use crate::splitter::{Chunk, RawColumn, Sink};
use crate::tally::BadCells;

/// A column of the response.
#[derive(Debug)]
pub(crate) struct DecodedColumn {
    /// The id and the type; label and names are set when the frame is assembled.
    pub(crate) column: ExpectedColumn,
    /// The array and the unusual cells; `None` if the column has no data.
    pub(crate) data: Option<(ArrayRef, Observed)>,
}

/// Decodes the columns of a response and keeps their arrays.
#[derive(Debug)]
pub(crate) struct Columns {
    pub(crate) reader: ColumnReader,
    /// The open column, if its cells are decoded before it is complete.
    open: Option<PartialColumn>,
    /// The pushed bytes, if they are in a shared buffer.
    pub(crate) part: Option<Bytes>,
    /// Created when the response is long enough for several threads.
    #[cfg(feature = "parallel")]
    pipeline: Option<Pipeline>,
    pub(crate) options: FrameOptions,
    /// Whether a column without a type is an error.
    pub(crate) rejects_untyped: bool,
    /// The requested columns; empty if all columns are accepted.
    pub(crate) expected: Vec<ExpectedColumn>,
    /// The indices of the requested columns.
    indices: HashMap<LongId, usize>,
    pub(crate) seen: HashSet<LongId>,
    pub(crate) decoded: Vec<DecodedColumn>,
    pub(crate) unrequested: Vec<LongId>,
    /// The first column with cells, and its length.
    pub(crate) rows: Option<(LongId, usize)>,
    /// The columns with bad cells. They become one error at the end.
    bad: Vec<(LongId, BadCells)>,
    /// The first column whose array `data` is empty.
    empty: Option<LongId>,
}

impl Columns {
    pub(crate) fn new(
        expected: Vec<ExpectedColumn>,
        options: FrameOptions,
        reader: ColumnReader,
        seen: HashSet<LongId>,
        decoded: Vec<DecodedColumn>,
    ) -> Self {
        let indices = expected.iter().map(|column| column.id).zip(0..).collect();
        Self {
            reader,
            open: None,
            part: None,
            #[cfg(feature = "parallel")]
            pipeline: None,
            options,
            rejects_untyped: false,
            expected,
            indices,
            seen,
            decoded,
            unrequested: Vec::new(),
            rows: None,
            bad: Vec::new(),
            empty: None,
        }
    }

    /// Checks that the expected columns have distinct ids and labels.
    pub(crate) fn check_expected(&self) -> Result<(), Error> {
        let (mut ids, mut labels) = (HashSet::new(), HashSet::new());
        for column in &self.expected {
            if !ids.insert(column.id) {
                return Err(Error::DuplicateExpected {
                    what: "column",
                    name: column.id.to_string().into(),
                });
            }
            if !column.is_internal && !labels.insert(column.label.as_str()) {
                return Err(Error::DuplicateExpected {
                    what: "label",
                    name: column.label.as_str().into(),
                });
            }
        }
        Ok(())
    }

    /// Parses the header of a complete column and returns the work that remains.
    fn job(&mut self, column: &mut RawColumn<'_>, is_open: bool) -> Result<ColumnJob, Error> {
        let header = self.reader.header(column)?;
        let id = header.id;
        if !self.seen.insert(id) {
            return Err(Error::DuplicateColumn { column: id });
        }
        let expected = self.indices.get(&id).and_then(|at| self.expected.get(*at));
        let is_requested = expected.is_some() || self.expected.is_empty();
        if !is_requested && self.options.strict {
            return Err(Error::UnrequestedColumn { column: id });
        }
        let declared = header
            .declared
            .or_else(|| expected.and_then(|expected| expected.declared.clone()));
        if self.rejects_untyped && is_requested && header.has_data && declared.is_none() {
            return Err(Error::UntypedColumn { column: id });
        }
        let span = column.cells.take().filter(|_| header.has_data);
        let new = span.as_ref().filter(|_| is_requested && !is_open);
        let decoder = new.map(|span| {
            // A cell and its comma have at least two bytes, and usually six or more. If all cells are in one chunk, the
            // decoder learns their number from it.
            let bytes = span.close.saturating_sub(span.open);
            let estimate = if span.cuts.is_empty() { 0 } else { bytes / 6 };
            DecoderSpec {
                options: self.options.clone(),
                cells: self
                    .rows
                    .map_or(estimate, |(_, rows)| rows.min(bytes / 2 + 1)),
            }
        });
        Ok(ColumnJob {
            id,
            declared,
            is_requested,
            bytes: std::mem::take(column.bytes),
            offset: column.offset + column.taken,
            span,
            decoder,
        })
    }

    /// Keeps the result of a column.
    fn keep(&mut self, job: ColumnJob, decoded: DecodedCells) -> Result<(), Error> {
        if job.span.is_some() && decoded.rows > 0 {
            self.check_rows(job.id, decoded.rows)?;
        } else if job.span.is_some() {
            self.empty.get_or_insert(job.id);
        }
        if !job.is_requested {
            self.unrequested.push(job.id);
            return Ok(());
        }
        let mut column = ExpectedColumn::new(job.id, String::new());
        column.declared = job.declared;
        let mut data = decoded.data;
        // Drops the array of a column with bad cells, which is not needed.
        if let Some((_, observed)) = data.take_if(|(_, observed)| self.rejects(&observed.bad)) {
            self.bad.push((job.id, observed.bad));
        }
        self.decoded.push(DecodedColumn { column, data });
        Ok(())
    }

    /// Whether these bad cells are an error.
    fn rejects(&self, bad: &BadCells) -> bool {
        let is_error = self.options.strict || self.options.on_bad_cell == OnBadCell::Error;
        is_error && bad.count() > 0
    }

    /// Returns the error for all columns with bad cells, if there are any.
    pub(crate) fn check_cells(&mut self) -> Result<(), Error> {
        match std::mem::take(&mut self.bad) {
            columns if columns.is_empty() => Ok(()),
            columns => Err(Error::BadCells { columns }),
        }
    }

    /// Waits for the columns that other threads decode.
    pub(crate) fn wait(&mut self) -> Result<(), Error> {
        #[cfg(feature = "parallel")]
        while let Some(outcome) = self.pipeline.as_ref().and_then(Pipeline::wait) {
            let (job, decoded) = outcome?;
            self.keep(job, decoded)?;
        }
        Ok(())
    }

    /// Keeps the columns that have been decoded, up to the first that has not.
    #[cfg(feature = "parallel")]
    fn collect(&mut self) -> Result<(), Error> {
        while let Some(outcome) = self.pipeline.as_ref().and_then(Pipeline::poll) {
            let kept = outcome.and_then(|(job, decoded)| self.keep(job, decoded));
            if kept.is_err() {
                // Discards the columns after the error.
                self.pipeline = None;
                return kept;
            }
        }
        Ok(())
    }

    /// Whether a part that ends at this offset is decoded by other threads.
    #[cfg(feature = "parallel")]
    const fn is_parallel(&self, offset: u64) -> bool {
        self.options.parallel && offset >= pipeline::MIN_BYTES
    }

    fn check_rows(&mut self, column: LongId, rows: usize) -> Result<(), Error> {
        let (other, other_rows) = *self.rows.get_or_insert((column, rows));
        if rows != other_rows {
            return Err(Error::ColumnLength {
                column,
                rows,
                other,
                other_rows,
            });
        }
        Ok(())
    }

    /// If a column has cells, treats columns without cells as columns without data.
    pub(crate) fn drop_empty(&mut self) {
        if self.rows.is_some() {
            for decoded in &mut self.decoded {
                decoded.data.take_if(|(array, _)| array.is_empty());
            }
        }
        self.rows = self.rows.or(self.empty.map(|column| (column, 0)));
    }

    pub(crate) fn expected_ids(&self) -> Vec<LongId> {
        self.expected.iter().map(|column| column.id).collect()
    }

    /// The requested columns without data.
    pub(crate) fn missing(&self) -> Vec<LongId> {
        let with_data = self.decoded.iter().filter(|decoded| decoded.data.is_some());
        let with_data: HashSet<_> = with_data.map(|decoded| decoded.column.id).collect();
        let mut missing = self.expected_ids();
        missing.retain(|id| !with_data.contains(id));
        missing
    }

    /// Sets the type of a requested column without data, unless it has one.
    pub(crate) fn declare(&mut self, id: LongId, declared: VariableType) {
        let mut decoded = self.decoded.iter_mut();
        let decoded = decoded.find(|decoded| decoded.column.id == id);
        if let Some(DecodedColumn { column, .. }) = decoded.filter(|decoded| decoded.data.is_none())
        {
            column.declared.get_or_insert(declared.clone());
        }
        let expected = self.indices.get(&id);
        if let Some(expected) = expected.and_then(|at| self.expected.get_mut(*at)) {
            expected.declared.get_or_insert(declared);
        }
    }
}

impl Sink for Columns {
    fn begin(&mut self, head: &[u8]) -> bool {
        let declared = self.reader.declared(head);
        self.open = declared.map(|declared| {
            let rows = self.rows.map_or(0, |(_, rows)| rows);
            PartialColumn::new(Decoder::new(Some(&declared), &self.options, rows))
        });
        self.open.is_some()
    }

    fn chunk(&mut self, chunk: Chunk<'_>) -> Result<(), Error> {
        #[cfg(feature = "parallel")]
        if self.is_parallel(chunk.offset) {
            let pipeline = self.pipeline.get_or_insert_default();
            if let Some(open) = self.open.take() {
                pipeline.open(open);
            }
            pipeline.chunk(chunk, self.part.as_ref());
            return self.collect();
        }
        let open = self.open.get_or_insert_default();
        open.append(&mut self.reader, chunk.padded(), chunk.offset, false)
    }

    fn column(&mut self, mut column: RawColumn<'_>) -> Result<(), Error> {
        let open = self.open.take();
        #[cfg(feature = "parallel")]
        if self.is_parallel(column.offset + column.taken + column.len as u64) {
            let pipeline = self.pipeline.get_or_insert_default();
            if let Some(open) = open {
                pipeline.open(open);
            }
            let is_open = pipeline.is_open;
            let job = self.job(&mut column, is_open)?;
            *column.bytes = self.pipeline.get_or_insert_default().column(job);
            return self.collect();
        }
        let mut job = self.job(&mut column, open.is_some())?;
        let decoded = job.run(open.unwrap_or_default(), &mut self.reader);
        *column.bytes = std::mem::take(&mut job.bytes);
        self.keep(job, decoded?)
    }
}
