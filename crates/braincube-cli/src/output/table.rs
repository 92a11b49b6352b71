//! The head of a batch as a table for the eye.

use std::io::Write;

use arrow::util::display::FormatOptions;
use arrow::util::pretty::pretty_format_batches_with_options;
use braincube::arrow_array::RecordBatch;

use super::DATE_FORMAT;
use crate::failure::Failure;
use crate::visible::visible;

/// How many rows a preview shows.
const PREVIEW_ROWS: usize = 20;

/// Writes the first rows and says how many there are.
pub(super) fn write_preview(batch: &RecordBatch, mut out: impl Write) -> Result<(), Failure> {
    let shown = batch.num_rows().min(PREVIEW_ROWS);
    let options = FormatOptions::new().with_timestamp_format(Some(DATE_FORMAT));
    let table = pretty_format_batches_with_options(&[batch.slice(0, shown)], &options)?;
    for line in table.to_string().lines() {
        writeln!(out, "{}", visible(line))?;
    }
    if shown < batch.num_rows() {
        writeln!(
            out,
            "{shown} of {} rows; -o FILE or --format csv gives all",
            batch.num_rows()
        )?;
    }
    Ok(())
}
