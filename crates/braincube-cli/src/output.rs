//! Where rows go: to standard output in a format, or to a file in the form that its ending names.

mod csv;
mod destination;
mod file;
mod form;
mod json;
mod pipe;
mod records;
mod table;
mod visible;

pub(crate) use self::destination::Destination;
use self::file::NewFile;
use self::form::FileFormat;
use self::pipe::Pipe;
pub(crate) use self::records::Records;

use std::io::{self, IsTerminal as _};

use braincube::arrow_array::RecordBatch;

use crate::arguments::Format;
use crate::failure::Failure;

/// Dates in ISO 8601 to the second, without a zone: the service has neither fractions nor a zone.
const DATE_FORMAT: &str = "%Y-%m-%dT%H:%M:%S";

/// The format for standard output: what was asked, else a table for a person and CSV for a program.
pub(crate) fn format_or_default(asked: Option<Format>) -> Format {
    asked.unwrap_or(if io::stdout().is_terminal() {
        Format::Table
    } else {
        Format::Csv
    })
}

/// Prints a list.
pub(crate) fn print_records(records: &Records, format: Format) -> Result<(), Failure> {
    Pipe::write(|mut out| match format {
        Format::Table => records.write_table(&mut out),
        Format::Csv => records.write_csv(&mut out),
        Format::Json => records.write_json(&mut out),
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
fn print_batch(batch: &RecordBatch, format: Format) -> Result<(), Failure> {
    Pipe::write(|out| match format {
        Format::Table => table::write_preview(batch, out),
        Format::Csv => csv::write(batch, out),
        Format::Json => json::write(batch, out),
    })
}
