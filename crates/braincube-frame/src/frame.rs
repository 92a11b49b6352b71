//! [`Frame`]: a decoded response, and the join of the parts of one extraction.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Float64Type, Int32Type, Int64Type, TimestampMillisecondType};
use arrow_array::{
    Array as _, ArrayRef, RecordBatch, RecordBatchIterator, RecordBatchOptions, RecordBatchReader,
};
use arrow_schema::Schema;
use braincube_model::LongId;

use crate::error::Error;
use crate::report::{Report, Spent};

/// The columns of a response as a `RecordBatch`, and a [`Report`].
///
/// All fields are nullable. The metadata of a field contains the long id (`braincube:id`), the declared type
/// (`braincube:type`) and the known names (`braincube:standard`, `braincube:tag`, `braincube:local`). The metadata of the
/// schema contains the time zone of the memory base, if known (`braincube:timezone`).
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    batch: RecordBatch,
    report: Report,
}

impl Frame {
    pub(crate) const fn new(batch: RecordBatch, report: Report) -> Self {
        Self { batch, report }
    }

    pub(crate) const fn set_time_spent(&mut self, spent: Duration) {
        self.report.spent = Spent(spent);
    }

    /// Returns the rows as an Arrow `RecordBatch`.
    pub const fn batch(&self) -> &RecordBatch {
        &self.batch
    }

    /// What the decoder changed, counted or could not use.
    pub const fn report(&self) -> &Report {
        &self.report
    }

    /// Converts the frame into its `RecordBatch`, without the report.
    pub fn into_batch(self) -> RecordBatch {
        self.batch
    }

    /// The columns as a reader of one batch, as other libraries accept it.
    ///
    /// With the feature `ffi` of `arrow-array`, `FFI_ArrowArrayStream::new(Box::new(frame.into_reader()))` exports the frame
    /// to other languages through the Arrow C stream interface, without a copy.
    ///
    /// ```
    /// use arrow_array::RecordBatchReader;
    /// use braincube_frame::{FrameOptions, arrow_array, decode};
    ///
    /// let body = br#"{"datadefs": [{"id": "mb20/d1", "type": "NUMERIC", "data": ["1.5"]}]}"#;
    /// let reader = decode(body, Vec::new(), FrameOptions::default())?.into_reader();
    /// assert_eq!(reader.schema().field(0).name(), "1");
    /// assert_eq!(reader.map(|batch| batch.unwrap().num_rows()).sum::<usize>(), 1);
    /// # Ok::<(), braincube_frame::Error>(())
    /// ```
    pub fn into_reader(self) -> impl RecordBatchReader + Send {
        let schema = self.batch.schema();
        RecordBatchIterator::new([Ok(self.batch)], schema)
    }

    /// The columns and the report.
    pub fn into_parts(self) -> (RecordBatch, Report) {
        (self.batch, self.report)
    }

    /// Joins the parts of one extraction horizontally to a frame with these columns, in this order.
    ///
    /// All parts must have the same cells in the order column `order`, which must be distinct and not null. Otherwise rows of
    /// different parts could be mixed, because the service may return rows with equal order values in any order. The order
    /// column is in the joined frame only if `columns` contains it.
    ///
    /// ```
    /// use braincube_frame::{Frame, FrameOptions, LongId, decode};
    ///
    /// let part = |variable: u64| {
    ///     let body = format!(
    ///         r#"{{"datadefs": [{{"id": "mb20/d1", "type": "DATETIME", "data": ["20201127_124000"]}},
    ///             {{"id": "mb20/d{variable}", "type": "NUMERIC", "data": ["1"]}}]}}"#
    ///     );
    ///     decode(body.as_bytes(), Vec::new(), FrameOptions::default())
    /// };
    /// let [date, two, three] = [1, 2, 3].map(|variable| LongId::variable(20, variable));
    /// let frame = Frame::join(vec![part(2)?, part(3)?], date, &[three, two])?;
    /// assert_eq!(frame.batch().num_columns(), 2);
    /// # Ok::<(), braincube_frame::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::OrderMissing`] if a part has no order column, [`Error::OrderAmbiguous`] if it has nulls or equal cells,
    /// [`Error::OrderDiffers`] if it differs between parts, [`Error::MissingColumn`] if no part has a column.
    pub fn join(parts: Vec<Self>, order: LongId, columns: &[LongId]) -> Result<Self, Error> {
        check_rows(&parts, order)?;
        let rows = parts.first().map_or(0, |part| part.report.rows);
        let schema_metadata = parts
            .first()
            .map(|part| part.batch.schema().metadata().clone());
        let mut report = Report {
            rows,
            json_bytes: parts.iter().map(|part| part.report.json_bytes).sum(),
            columns: Vec::with_capacity(columns.len()),
            unrequested: unrequested(&parts),
            spent: Spent(parts.iter().map(|part| part.report.spent.0).sum()),
        };
        let mut known = HashMap::new();
        for part in parts {
            let (batch, part) = part.into_parts();
            let fields = batch.schema().fields().clone();
            let described = part.columns.into_iter().zip(fields.iter().cloned());
            for ((column, field), array) in described.zip(batch.columns()) {
                known
                    .entry(column.id)
                    .or_insert_with(|| (column, field, Arc::clone(array)));
            }
        }
        let mut fields = Vec::with_capacity(columns.len());
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(columns.len());
        for id in columns {
            let found = known.remove(id);
            let (column, field, array) = found.ok_or(Error::MissingColumn { column: *id })?;
            report.columns.push(column);
            fields.push(field);
            arrays.push(array);
        }
        let schema = Schema::new(fields).with_metadata(schema_metadata.unwrap_or_default());
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let batch = RecordBatch::try_new_with_options(Arc::new(schema), arrays, &options)
            .expect("the columns have the length of the order columns, which are equal");
        Ok(Self::new(batch, report))
    }

    /// Checks that the cells of the order column are distinct and not null, as [`join`](Self::join) requires.
    ///
    /// # Errors
    ///
    /// [`Error::OrderMissing`] if the column has no data, [`Error::OrderAmbiguous`] if its cells are not distinct.
    pub fn check_order(&self, order: LongId) -> Result<(), Error> {
        let cells = self.cells(order).ok_or(Error::OrderMissing { order })?;
        let (row, equal_to) = match indistinct(cells) {
            None => return Ok(()),
            Some(Indistinct::Null(row)) => (row, None),
            Some(Indistinct::Equal(first, row)) => (row, Some(first)),
        };
        Err(Error::OrderAmbiguous {
            order,
            row,
            equal_to,
        })
    }

    /// The cells of a column, if it has data.
    fn cells(&self, id: LongId) -> Option<&ArrayRef> {
        let mut columns = self.report.columns.iter();
        let index = columns.position(|column| column.id == id && !column.is_missing)?;
        Some(self.batch.column(index))
    }
}

/// Checks that all parts have the same rows, in the same order.
fn check_rows(parts: &[Frame], order: LongId) -> Result<(), Error> {
    let cells = |part: &Frame| {
        part.cells(order)
            .cloned()
            .ok_or(Error::OrderMissing { order })
    };
    let cells = parts.iter().map(cells).collect::<Result<Vec<_>, _>>()?;
    let (Some(part), Some(first)) = (parts.first(), cells.first()) else {
        return Err(Error::OrderMissing { order });
    };
    part.check_order(order)?;
    let others = cells.iter().skip(1);
    match others.zip(2..).find(|(cells, _)| *cells != first) {
        None => Ok(()),
        Some((_, part)) => Err(Error::OrderDiffers { order, part }),
    }
}

fn unrequested(parts: &[Frame]) -> Vec<LongId> {
    let mut seen = HashSet::new();
    let all = parts.iter().flat_map(|part| part.report.unrequested.iter());
    all.copied().filter(|id| seen.insert(*id)).collect()
}

/// Why the cells of an order column are not distinct.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Indistinct {
    /// The first null, or `NaN`, which has no order.
    Null(usize),
    /// An earlier cell, and the first that is equal to it.
    Equal(usize, usize),
}

/// The first cell that is not distinct; `None` if all are.
fn indistinct(cells: &ArrayRef) -> Option<Indistinct> {
    let null = |row: &usize| cells.is_null(*row);
    if let Some(row) = (0..cells.len()).find(null) {
        return Some(Indistinct::Null(row));
    }
    let repeated = if let Some(dates) = cells.as_primitive_opt::<TimestampMillisecondType>() {
        repeated(dates.values(), |date| *date)
    } else if let Some(integers) = cells.as_primitive_opt::<Int64Type>() {
        repeated(integers.values(), |integer| *integer)
    } else if let Some(floats) = cells.as_primitive_opt::<Float64Type>() {
        if let Some(row) = floats.values().iter().position(|float| float.is_nan()) {
            return Some(Indistinct::Null(row));
        }
        // -0 and 0 are equal.
        repeated(floats.values(), |float| (float + 0.0).to_bits())
    } else if let Some(labels) = cells.as_dictionary_opt::<Int32Type>() {
        repeated(labels.keys().values(), |key| *key)
    } else if let Some(texts) = cells.as_string_opt::<i32>() {
        let texts: Vec<&str> = texts.iter().flatten().collect();
        repeated(&texts, |text| *text)
    } else {
        // Columns have no other types.
        return Some(Indistinct::Null(0));
    };
    repeated.map(|(first, row)| Indistinct::Equal(first, row))
}

/// An earlier cell, and the first that is equal to it.
fn repeated<T: PartialOrd, K: Eq + Hash>(
    cells: &[T],
    key: impl Fn(&T) -> K,
) -> Option<(usize, usize)> {
    // Order columns are usually sorted.
    if cells.is_sorted_by(|left, right| left < right) {
        return None;
    }
    let mut rows = HashMap::with_capacity(cells.len());
    let mut numbered = cells.iter().map(key).zip(0..);
    numbered.find_map(|(key, row)| rows.insert(key, row).map(|first| (first, row)))
}

#[cfg(test)]
mod tests;
