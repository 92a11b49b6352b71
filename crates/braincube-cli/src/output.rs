//! Where rows go: to standard output in a format, or to a file in the form that its ending names.

mod csv;
mod destination;
mod file;
mod form;
mod json;
mod pipe;
mod records;
mod table;
mod text_format;
mod visible;

pub(crate) use self::destination::Destination;
use self::file::NewFile;
use self::form::FileFormat;
use self::pipe::Pipe;
pub(crate) use self::records::Records;
pub(crate) use self::text_format::TextFormat;

use braincube::arrow_array::RecordBatch;

use crate::failure::Failure;

/// Dates in ISO 8601 to the second, without a zone: the service has neither fractions nor a zone.
const DATE_FORMAT: &str = "%Y-%m-%dT%H:%M:%S";

/// Prints a list.
pub(crate) fn print_records(records: &Records, format: TextFormat) -> Result<(), Failure> {
    Pipe::write(|mut out| match format {
        TextFormat::Table => records.write_table(&mut out),
        TextFormat::Csv => records.write_csv(&mut out),
        TextFormat::Json => records.write_json(&mut out),
    })
}

/// Prints a text and ends its line.
pub(crate) fn print_line(text: &str) -> Result<(), Failure> {
    Pipe::write(|out| Ok(writeln!(out, "{text}")?))
}

/// Prints bytes as they are.
pub(crate) fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    Pipe::write(|out| Ok(out.write_all(bytes)?))
}

/// Prints data: all of it as CSV or JSON, its head as a table.
fn print_batch(batch: &RecordBatch, format: TextFormat) -> Result<(), Failure> {
    Pipe::write(|out| match format {
        TextFormat::Table => table::write_preview(batch, out),
        TextFormat::Csv => csv::write(batch, out),
        TextFormat::Json => json::write(batch, out),
    })
}
