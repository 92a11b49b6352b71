//! [`Columns`]: takes the columns as they come and keeps them as arrays.

mod job;
#[cfg(feature = "parallel")]
mod queue;

use std::collections::{HashMap, HashSet};

use arrow_array::ArrayRef;
use braincube_model::{LongId, VariableType};

use self::job::{Begun, Job};
#[cfg(feature = "parallel")]
use self::queue::Queue;
use crate::array::{ColumnDecoder, Observed, make_decoder};
use crate::column::ColumnReader;
use crate::error::Error;
use crate::expected::ExpectedColumn;
use crate::options::FrameOptions;
use crate::splitter::{Chunk, RawColumn, Sink};

/// A column that came.
#[derive(Debug)]
pub(crate) struct Arrived {
    pub(crate) id: LongId,
    pub(crate) declared: Option<VariableType>,
    /// The array, and what happened to it; `None` if the column has no data.
    pub(crate) data: Option<(ArrayRef, Observed)>,
}

/// Takes the columns as they come and keeps them as arrays.
#[derive(Debug)]
pub(crate) struct Columns {
    reader: ColumnReader,
    /// The column whose cells are taken before it is complete.
    begun: Option<Begun>,
    /// The columns that wait for a core, if they are to be decoded several at once.
    #[cfg(feature = "parallel")]
    queue: Option<Queue>,
    options: FrameOptions,
    /// Whether a column of no known type is an error.
    refuses_untyped: bool,
    /// What was asked for; empty if nothing is known of that.
    pub(crate) expected: Vec<ExpectedColumn>,
    places: HashMap<LongId, usize>,
    seen: HashSet<LongId>,
    pub(crate) arrived: Vec<Arrived>,
    pub(crate) unasked: Vec<LongId>,
    /// The first column with data, and its length.
    pub(crate) rows: Option<(LongId, usize)>,
}

impl Columns {
    pub(crate) fn new(expected: Vec<ExpectedColumn>, options: FrameOptions) -> Self {
        let places = expected.iter().map(|column| column.id).zip(0..).collect();
        Self {
            reader: ColumnReader::default(),
            begun: None,
            #[cfg(feature = "parallel")]
            queue: options.parallel.then(Queue::default),
            options,
            refuses_untyped: false,
            expected,
            places,
            seen: HashSet::new(),
            arrived: Vec::new(),
            unasked: Vec::new(),
            rows: None,
        }
    }

    pub(crate) const fn refuse_untyped(&mut self, refuse: bool) {
        self.refuses_untyped = refuse;
    }

    /// Refuses a column or a label that is asked for twice.
    pub(crate) fn check_expected(&self) -> Result<(), Error> {
        let mut ids = HashSet::new();
        let mut labels = HashSet::new();
        for ExpectedColumn { id, label, .. } in &self.expected {
            if !ids.insert(*id) {
                return Err(Error::AskedTwice {
                    what: "column",
                    name: id.to_string().into(),
                });
            }
            if !labels.insert(label.as_str()) {
                return Err(Error::AskedTwice {
                    what: "label",
                    name: label.as_str().into(),
                });
            }
        }
        Ok(())
    }

    /// What is to be done with a complete column.
    fn job(&mut self, column: &mut RawColumn<'_>) -> Result<Job, Error> {
        let begun = self.begun.take();
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
        let mut begun = begun.unwrap_or_default();
        if !is_asked {
            begun.decoder = None;
        } else if begun.decoder.is_none()
            && let Some(span) = &span
        {
            // A cell and its comma have two bytes at least, and rarely less than six.
            let most = span.close.saturating_sub(span.open);
            let known = self.rows.map_or(most / 6, |(_, rows)| rows.min(most / 2)) + 1;
            begun.decoder = Some(make_decoder(declared.as_ref(), &self.options, known));
        }
        Ok(Job {
            id,
            declared,
            is_asked,
            bytes: std::mem::take(column.bytes),
            offset: column.offset + column.taken,
            span,
            begun,
        })
    }

    /// Keeps what a column has become.
    fn keep(&mut self, job: Job, rows: Result<usize, Error>) -> Result<(), Error> {
        let rows = rows?;
        let has_data = job.span.is_some();
        if has_data {
            self.check_rows(job.id, rows)?;
        }
        if !job.is_asked {
            self.unasked.push(job.id);
            return Ok(());
        }
        let decoder = job.begun.decoder.filter(|_| has_data);
        self.arrived.push(Arrived {
            id: job.id,
            declared: job.declared,
            data: decoder.map(ColumnDecoder::finish),
        });
        Ok(())
    }

    /// Decodes the columns that wait, whatever has come behind them.
    pub(crate) fn settle(&mut self) -> Result<(), Error> {
        #[cfg(feature = "parallel")]
        for (job, rows) in self.queue.as_mut().map(Queue::run).unwrap_or_default() {
            self.keep(job, rows)?;
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

    /// The columns asked for that have brought no data so far, and whose type nobody has said.
    pub(crate) fn undeclared(&self) -> Vec<LongId> {
        let known = |arrived: &&Arrived| arrived.data.is_some() || arrived.declared.is_some();
        let known: HashSet<_> = self
            .arrived
            .iter()
            .filter(known)
            .map(|column| column.id)
            .collect();
        let undeclared = self
            .expected
            .iter()
            .filter(|column| column.declared.is_none());
        undeclared
            .map(|column| column.id)
            .filter(|id| !known.contains(id))
            .collect()
    }

    /// Says the type of a column that was asked for, unless the answer or the caller has said it.
    pub(crate) fn declare(&mut self, id: LongId, declared: VariableType) {
        let place = self
            .places
            .get(&id)
            .and_then(|at| self.expected.get_mut(*at));
        let arrived = self.arrived.iter_mut().find(|column| column.id == id);
        if let Some(column) = arrived.filter(|column| column.data.is_none()) {
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

impl Sink for Columns {
    fn begin(&mut self, head: &[u8]) -> bool {
        #[cfg(feature = "parallel")]
        if self.queue.is_some() {
            return false;
        }
        let declared = self.reader.declared(head);
        self.begun = declared.map(|declared| {
            let known = self.rows.map_or(0, |(_, rows)| rows);
            Begun::new(make_decoder(Some(&declared), &self.options, known))
        });
        self.begun.is_some()
    }

    fn chunk(&mut self, chunk: Chunk<'_>) -> Result<(), Error> {
        let begun = self.begun.get_or_insert_default();
        begun.read(&mut self.reader, chunk.padded, chunk.offset, false)
    }

    fn column(&mut self, mut column: RawColumn<'_>) -> Result<(), Error> {
        let mut job = self.job(&mut column)?;
        #[cfg(feature = "parallel")]
        if let Some(queue) = &mut self.queue {
            *column.bytes = queue.push(job);
            return if queue.is_full() {
                self.settle()
            } else {
                Ok(())
            };
        }
        let rows = job.run(&mut self.reader);
        *column.bytes = std::mem::take(&mut job.bytes);
        self.keep(job, rows)
    }
}
