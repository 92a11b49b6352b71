//! A batch as comma-separated values: a header, nulls empty, dates in ISO 8601 without a zone.

use std::io::Write;

use arrow::csv::WriterBuilder;
use braincube::arrow_array::RecordBatch;

use super::DATE_FORMAT;
use crate::failure::Failure;

/// Writes the batch with a header; nulls are empty cells.
pub(super) fn write(batch: &RecordBatch, out: impl Write) -> Result<(), Failure> {
    let mut writer = WriterBuilder::new()
        .with_header(true)
        .with_timestamp_format(DATE_FORMAT.into())
        .build(out);
    Ok(writer.write(batch)?)
}
