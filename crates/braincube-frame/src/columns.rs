//! [`Columns`]: takes the columns as they come and keeps them as arrays.

use std::collections::{HashMap, HashSet};

use arrow_array::ArrayRef;
use braincube_model::{LongId, VariableType};

use crate::array::{Observed, make_decoder};
use crate::column::{ColumnReader, Header};
use crate::error::Error;
use crate::expected::ExpectedColumn;
use crate::options::FrameOptions;
use crate::splitter::RawColumn;

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
    options: FrameOptions,
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
            options,
            expected,
            places,
            seen: HashSet::new(),
            arrived: Vec::new(),
            unasked: Vec::new(),
            rows: None,
        }
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

    /// Takes the next column.
    pub(crate) fn take(&mut self, mut column: RawColumn<'_>) -> Result<(), Error> {
        let header = self.reader.header(&column)?;
        let id = header.id;
        if !self.seen.insert(id) {
            return Err(Error::DuplicateColumn { column: id });
        }
        let place = self.places.get(&id).and_then(|at| self.expected.get(*at));
        if place.is_none() && !self.expected.is_empty() {
            return self.take_unasked(&mut column, &header);
        }
        let declared = header
            .declared
            .or_else(|| place.and_then(|expected| expected.declared.clone()));
        let data = match column.cells.take().filter(|_| header.has_data) {
            None => None,
            Some(span) => {
                let capacity = span.commas + 1;
                let mut decoder = make_decoder(declared.as_ref(), &self.options, capacity);
                let rows = self
                    .reader
                    .cells(&mut column, &span, id, Some(&mut *decoder))?;
                self.check_rows(id, rows)?;
                Some(decoder.finish())
            }
        };
        self.arrived.push(Arrived { id, declared, data });
        Ok(())
    }

    fn take_unasked(&mut self, column: &mut RawColumn<'_>, header: &Header) -> Result<(), Error> {
        if self.options.strict {
            return Err(Error::UnaskedColumn { column: header.id });
        }
        if let Some(span) = column.cells.take() {
            let rows = self.reader.cells(column, &span, header.id, None)?;
            self.check_rows(header.id, rows)?;
        }
        self.unasked.push(header.id);
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
