//! [`Cells`]: the cells of an Arrow column as text.

use arrow::array::Array;
use arrow::buffer::NullBuffer;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use braincube::arrow_array::RecordBatch;

use super::DATE_FORMAT;
use crate::failure::Failure;

/// The cells of one column as text. Dates are in ISO 8601, to the second and without a zone.
pub(super) struct Cells<'a> {
    formatter: ArrayFormatter<'a>,
    nulls: Option<NullBuffer>,
}

impl<'a> Cells<'a> {
    /// The cells of every column of a batch.
    ///
    /// # Errors
    ///
    /// If Arrow cannot format a column of that type.
    pub(super) fn of(batch: &'a RecordBatch) -> Result<Vec<Self>, Failure> {
        let options = FormatOptions::new().with_timestamp_format(Some(DATE_FORMAT));
        let columns = batch.columns().iter();
        columns
            .map(|column| {
                Ok(Self {
                    formatter: ArrayFormatter::try_new(column.as_ref(), &options)?,
                    nulls: column.logical_nulls(),
                })
            })
            .collect()
    }

    /// The text of a cell, written into the buffer; `None` for a null.
    ///
    /// # Errors
    ///
    /// If Arrow cannot format the value, such as a date beyond its range.
    pub(super) fn text<'b>(
        &self,
        row: usize,
        buffer: &'b mut String,
    ) -> Result<Option<&'b str>, Failure> {
        if self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            return Ok(None);
        }
        buffer.clear();
        self.formatter.value(row).write(buffer)?;
        Ok(Some(buffer))
    }

    /// The number of nulls.
    pub(super) fn null_count(&self) -> usize {
        self.nulls.as_ref().map_or(0, NullBuffer::null_count)
    }
}
