//! A batch as a JSON array of objects: nulls as `null`, dates in ISO 8601 without a zone.

use std::io::Write;

use arrow::json::WriterBuilder;
use arrow::json::writer::JsonArray;
use braincube::arrow_array::RecordBatch;

use super::DATE_FORMAT;
use crate::failure::Failure;

/// Writes the batch as an array with one object a row; a null is `null`, never left out.
pub(super) fn write(batch: &RecordBatch, mut out: impl Write) -> Result<(), Failure> {
    let mut writer = WriterBuilder::new()
        .with_explicit_nulls(true)
        .with_timestamp_format(DATE_FORMAT.into())
        .build::<_, JsonArray>(&mut out);
    writer.write(batch)?;
    writer.finish()?;
    Ok(writeln!(out)?)
}
