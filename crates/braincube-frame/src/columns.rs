//! [`Columns`]: takes the columns as they come and keeps them as arrays.

mod job;
#[cfg(feature = "parallel")]
mod outline;
#[cfg(feature = "parallel")]
mod pipeline;
mod sink;

use std::collections::{HashMap, HashSet};
#[cfg(feature = "parallel")]
use std::sync::Arc;

use arrow_array::ArrayRef;
use braincube_model::{LongId, VariableType};

use self::job::{Begun, Decoded, Job, Plan};
#[cfg(feature = "parallel")]
pub(crate) use self::outline::Found;
#[cfg(feature = "parallel")]
use self::outline::{Outcome, Outline};
#[cfg(feature = "parallel")]
use self::pipeline::{Pipeline, WORTH_BYTES};
use crate::array::{Observed, Tables};
use crate::column::ColumnReader;
use crate::error::Error;
use crate::expected::ExpectedColumn;
use crate::options::{FrameOptions, OnBadCell};
use crate::report::BadCells;
use crate::splitter::RawColumn;

/// A column that came.
#[derive(Debug)]
pub(crate) struct Arrived {
    /// What is known of it: its id and its type, until more is told.
    pub(crate) column: ExpectedColumn,
    /// The array, and what happened to it; `None` if the column has no data.
    pub(crate) data: Option<(ArrayRef, Observed)>,
}

/// Takes the columns as they come and keeps them as arrays.
#[derive(Debug)]
pub(crate) struct Columns {
    pub(crate) reader: ColumnReader,
    /// The column whose cells are taken before it is complete.
    begun: Option<Begun>,
    /// Where columns are decoded several at once, if they are to be.
    #[cfg(feature = "parallel")]
    pipeline: Option<Pipeline>,
    /// Where the columns are kept instead, if the answer is there as a whole.
    #[cfg(feature = "parallel")]
    outline: Option<Outline>,
    options: FrameOptions,
    pub(crate) tables: Tables,
    /// Whether a column of no known type is an error.
    refuses_untyped: bool,
    /// What was asked for; empty if nothing is known of that.
    pub(crate) expected: Vec<ExpectedColumn>,
    places: HashMap<LongId, usize>,
    pub(crate) seen: HashSet<LongId>,
    pub(crate) arrived: Vec<Arrived>,
    pub(crate) unasked: Vec<LongId>,
    /// The first column with cells, and its length.
    pub(crate) rows: Option<(LongId, usize)>,
    /// The columns whose cells are an error, which is raised once all of them are known.
    bad: Vec<(LongId, BadCells)>,
    /// The first column whose data has no cells.
    empty: Option<LongId>,
}

impl Columns {
    /// Takes these columns, in the memory that is given.
    pub(crate) fn new(
        expected: Vec<ExpectedColumn>,
        options: FrameOptions,
        reader: ColumnReader,
        seen: HashSet<LongId>,
        arrived: Vec<Arrived>,
        tables: Tables,
    ) -> Self {
        let places = expected.iter().map(|column| column.id).zip(0..).collect();
        Self {
            reader,
            begun: None,
            #[cfg(feature = "parallel")]
            pipeline: options.parallel.then(Pipeline::new),
            #[cfg(feature = "parallel")]
            outline: None,
            options,
            tables,
            refuses_untyped: false,
            expected,
            places,
            seen,
            arrived,
            unasked: Vec::new(),
            rows: None,
            bad: Vec::new(),
            empty: None,
        }
    }

    pub(crate) const fn refuse_untyped(&mut self, refuse: bool) {
        self.refuses_untyped = refuse;
    }

    /// Where the columns of a whole answer of so many bytes are found, which is pushed next. `None`
    /// if they are better decoded one after the other.
    #[cfg(feature = "parallel")]
    pub(crate) fn outline(&mut self, len: usize) -> Option<Arc<Found>> {
        if (len as u64) < WORTH_BYTES {
            return None;
        }
        self.pipeline.take()?;
        let outline = self.outline.insert(Outline::new(len, self.tables.clone()));
        Some(outline.found())
    }

    /// Takes no more of an answer that was there as a whole.
    #[cfg(feature = "parallel")]
    pub(crate) fn close_outline(&mut self) {
        if let Some(outline) = self.outline.take() {
            outline.close();
        }
    }

    /// Keeps columns that are decoded, in their order.
    #[cfg(feature = "parallel")]
    pub(crate) fn keep_all(&mut self, decoded: Vec<Outcome>) -> Result<(), Error> {
        for decoded in decoded {
            let (job, decoded) = decoded?;
            self.keep(job, decoded)?;
        }
        Ok(())
    }

    /// Refuses a column or a label that is asked for twice.
    pub(crate) fn check_expected(&self) -> Result<(), Error> {
        let mut ids = HashSet::new();
        let mut labels = HashSet::new();
        for ExpectedColumn {
            id,
            label,
            is_internal,
            ..
        } in &self.expected
        {
            if !ids.insert(*id) {
                return Err(Error::AskedTwice {
                    what: "column",
                    name: id.to_string().into(),
                });
            }
            if !is_internal && !labels.insert(label.as_str()) {
                return Err(Error::AskedTwice {
                    what: "label",
                    name: label.as_str().into(),
                });
            }
        }
        Ok(())
    }

    /// What is to be done with a complete column.
    fn job(&mut self, column: &mut RawColumn<'_>, has_begun: bool) -> Result<Job, Error> {
        let header = self.reader.header(column)?;
        let id = header.id;
        if !self.seen.insert(id) {
            return Err(Error::DuplicateColumn { column: id });
        }
        let place = self.places.get(&id).and_then(|at| self.expected.get(*at));
        let is_asked = place.is_some() || self.expected.is_empty();
        if !is_asked && self.options.strict {
            return Err(Error::UnaskedColumn { column: id });
        }
        let declared = header
            .declared
            .or_else(|| place.and_then(|expected| expected.declared.clone()));
        if self.refuses_untyped && is_asked && header.has_data && declared.is_none() {
            return Err(Error::Untyped { column: id });
        }
        let span = column.cells.take().filter(|_| header.has_data);
        let plan = span
            .as_ref()
            .filter(|_| is_asked && !has_begun)
            .map(|span| {
                // A cell and its comma have two bytes at least, and rarely less than six. Where
                // all cells come at once, whoever decodes them sees how many they are.
                let most = span.close.saturating_sub(span.open);
                let likely = if span.cuts.is_empty() { 0 } else { most / 6 };
                let cells = self.rows.map_or(likely, |(_, rows)| rows.min(most / 2 + 1));
                Plan {
                    options: self.options.clone(),
                    cells,
                    tables: self.tables.clone(),
                }
            });
        Ok(Job {
            id,
            declared,
            is_asked,
            bytes: std::mem::take(column.bytes),
            offset: column.offset + column.taken,
            span,
            plan,
        })
    }

    /// Keeps what a column has become.
    fn keep(&mut self, job: Job, decoded: Decoded) -> Result<(), Error> {
        if job.span.is_some() && decoded.rows > 0 {
            self.check_rows(job.id, decoded.rows)?;
        } else if job.span.is_some() {
            self.empty.get_or_insert(job.id);
        }
        if !job.is_asked {
            self.unasked.push(job.id);
            return Ok(());
        }
        let mut column = ExpectedColumn::new(job.id, String::new());
        column.declared = job.declared;
        let mut data = decoded.data;
        if let Some((_, observed)) = data.take_if(|(_, observed)| self.refuses(&observed.bad)) {
            // The array is not needed any more: it is dropped while the others are decoded.
            self.bad.push((job.id, observed.bad));
        }
        self.arrived.push(Arrived { column, data });
        Ok(())
    }

    /// Whether these cells of a column are an error.
    fn refuses(&self, bad: &BadCells) -> bool {
        let is_error = self.options.strict || self.options.on_bad_cell == OnBadCell::Error;
        is_error && bad.count() > 0
    }

    /// The error of all columns with bad cells, if there is one.
    pub(crate) fn check_cells(&mut self) -> Result<(), Error> {
        match std::mem::take(&mut self.bad) {
            columns if columns.is_empty() => Ok(()),
            columns => Err(Error::BadCells { columns }),
        }
    }

    /// Decodes what waits, whatever has come behind it.
    pub(crate) fn settle(&mut self) -> Result<(), Error> {
        #[cfg(feature = "parallel")]
        while let Some(done) = self.pipeline.as_ref().and_then(Pipeline::wait) {
            let (job, decoded) = done?;
            self.keep(job, decoded)?;
        }
        Ok(())
    }

    /// Keeps the columns that are decoded by now, up to the first that is not.
    #[cfg(feature = "parallel")]
    fn collect(&mut self) -> Result<(), Error> {
        while let Some(done) = self.pipeline.as_ref().and_then(Pipeline::done) {
            let kept = done.and_then(|(job, decoded)| self.keep(job, decoded));
            if kept.is_err() {
                // What has been found further behind does not matter any more.
                self.pipeline = None;
                return kept;
            }
        }
        Ok(())
    }

    fn check_rows(&mut self, column: LongId, rows: usize) -> Result<(), Error> {
        let (other, other_rows) = *self.rows.get_or_insert((column, rows));
        if rows != other_rows {
            return Err(Error::Length {
                column,
                rows,
                other,
                other_rows,
            });
        }
        Ok(())
    }

    /// Takes columns of no cells for columns without data, if another column has cells: the response has rows.
    pub(crate) fn drop_empty(&mut self) {
        let has_rows = self.rows.is_some();
        for arrived in self.arrived.iter_mut().filter(|_| has_rows) {
            arrived.data.take_if(|(array, _)| array.is_empty());
        }
        self.rows = self.rows.or(self.empty.map(|column| (column, 0)));
    }

    pub(crate) fn expected_ids(&self) -> Vec<LongId> {
        self.expected.iter().map(|column| column.id).collect()
    }

    /// The columns asked for that have brought no data.
    pub(crate) fn missing(&self) -> Vec<LongId> {
        let with_data = self.arrived.iter().filter(|one| one.data.is_some());
        let with_data: HashSet<_> = with_data.map(|one| one.column.id).collect();
        let ids = self.expected.iter().map(|column| column.id);
        ids.filter(|id| !with_data.contains(id)).collect()
    }

    /// Says the type of a column that was asked for, unless the answer or the caller has said it.
    pub(crate) fn declare(&mut self, id: LongId, declared: VariableType) {
        let place = self
            .places
            .get(&id)
            .and_then(|at| self.expected.get_mut(*at));
        let mut arrived = self.arrived.iter_mut();
        let arrived = arrived.find(|arrived| arrived.column.id == id);
        if let Some(Arrived { column, .. }) = arrived.filter(|arrived| arrived.data.is_none()) {
            column.declared.get_or_insert(declared.clone());
        }
        if let Some(expected) = place {
            expected.declared.get_or_insert(declared);
        }
    }

    pub(crate) const fn options(&self) -> &FrameOptions {
        &self.options
    }
}
