//! Where rows go: to standard output in a format, or to a file in the form that its ending names.

mod cells;
mod csv;
mod destination;
mod file;
mod form;
mod json;
mod records;
mod standard_output;
mod table;
mod text_format;

pub(crate) use self::destination::Destination;
use self::file::NewFile;
use self::form::FileFormat;
pub(crate) use self::records::Records;
pub(crate) use self::standard_output::check_standard_output;
pub(crate) use self::text_format::TextFormat;

use braincube::arrow_array::RecordBatch;

use crate::failure::Failure;
use crate::stream::Stream;

/// Dates in ISO 8601 to the second, without a zone: the service has neither fractions nor a zone.
const DATE_FORMAT: &str = "%Y-%m-%dT%H:%M:%S";

/// Prints a list.
pub(crate) async fn print_records(records: Records, format: TextFormat) -> Result<(), Failure> {
    standard_output::write(move |mut out| match format {
        TextFormat::Table => records.write_table(&mut out, Stream::width()),
        TextFormat::Csv => records.write_csv(&mut out),
        TextFormat::Json => records.write_json(&mut out),
    })
    .await
}

/// Prints a text and ends its line.
pub(crate) async fn print_line(text: String) -> Result<(), Failure> {
    standard_output::write(move |out| Ok(writeln!(out, "{text}")?)).await
}

/// Prints bytes as they are.
pub(crate) async fn print_bytes(bytes: impl AsRef<[u8]> + Send + 'static) -> Result<(), Failure> {
    standard_output::write(move |out| Ok(out.write_all(bytes.as_ref())?)).await
}

/// Prints data: all of it as CSV or JSON, its head as a table.
async fn print_batch(batch: RecordBatch, format: TextFormat) -> Result<(), Failure> {
    standard_output::write(move |out| match format {
        TextFormat::Table => table::write_preview(&batch, out, Stream::width()),
        TextFormat::Csv => csv::write(&batch, out),
        TextFormat::Json => json::write(&batch, out),
    })
    .await
}
