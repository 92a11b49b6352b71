//! [`Format`]: the formats of lists and data.

use std::ffi::OsStr;
use std::io::{self, IsTerminal as _, Write};
use std::path::Path;

use arrow::ipc::writer::FileWriter;
use braincube::arrow_array::RecordBatch;
use clap::ValueEnum;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use super::{table, text};
use crate::exit::Failure;
use crate::stream::Stream;

/// A format of lists and data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned columns for a terminal; data is cut to its first rows
    Table,
    /// Comma-separated values with a header
    Csv,
    /// A JSON array of objects
    Json,
    /// A Parquet file (data only)
    Parquet,
    /// An Arrow file (data only)
    Arrow,
}

impl Format {
    /// Returns the format of standard output. The default is a table on a terminal, and CSV otherwise.
    pub(super) fn of_output(option: Option<Self>) -> Self {
        option.unwrap_or_else(|| match io::stdout().is_terminal() {
            true => Self::Table,
            false => Self::Csv,
        })
    }

    /// Returns the format of a list on standard output.
    ///
    /// # Errors
    ///
    /// Wrong usage if the option is a format of data.
    pub(crate) fn of_list(option: Option<Self>) -> Result<Self, Failure> {
        match Self::of_output(option) {
            format @ (Self::Table | Self::Csv | Self::Json) => Ok(format),
            format => Err(format.not_for_lists()),
        }
    }

    /// The error for a list in a format of data.
    pub(super) fn not_for_lists(self) -> Failure {
        Failure::Usage(format!(
            "--format {} is only for data; a list is written as table, csv or json",
            self.name()
        ))
    }

    /// Returns the format of a file: the one of its extension, or the one of the option.
    ///
    /// # Errors
    ///
    /// Wrong usage if neither names a format of files, or if they differ.
    pub(super) fn of_file(path: &Path, option: Option<Self>) -> Result<Self, Failure> {
        let shown = path.display();
        let wrong = match (Self::of_extension(path), option) {
            (Some(format), None) => return Ok(format),
            (Some(format), Some(option)) if format == option => return Ok(format),
            (Some(format), Some(option)) => format!(
                "the name {shown} means {}, but --format says {}; leave one out",
                format.name(),
                option.name()
            ),
            (None, Some(Self::Table)) => {
                "a file cannot be written as table; expected csv, parquet, arrow or json".into()
            }
            (None, Some(option)) => return Ok(option),
            (None, None) => format!(
                "unknown format of {shown}; use the extension .csv, .parquet, .arrow or .json, or --format"
            ),
        };
        Err(Failure::Usage(wrong))
    }

    fn of_extension(path: &Path) -> Option<Self> {
        let extension = path.extension().and_then(OsStr::to_str)?;
        let format = Self::from_str(extension, true).ok()?;
        (format != Self::Table).then_some(format)
    }

    /// The value of `--format`.
    fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }

    /// Whether a terminal can show it.
    pub(super) const fn is_text(self) -> bool {
        matches!(self, Self::Table | Self::Csv | Self::Json)
    }

    /// Writes a batch. As a table, writes only its first rows.
    pub(super) fn write(
        self,
        batch: &RecordBatch,
        out: &mut (dyn Write + Send),
    ) -> Result<(), Failure> {
        match self {
            Self::Table => table::write_preview(batch, out, Stream::width()),
            Self::Csv => text::write_csv(batch, out),
            Self::Json => text::write_json(batch, out),
            Self::Parquet => write_parquet(batch, out),
            Self::Arrow => write_arrow(batch, out),
        }
    }
}

fn write_parquet(batch: &RecordBatch, out: &mut (dyn Write + Send)) -> Result<(), Failure> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .build();
    let mut writer = ArrowWriter::try_new(out, batch.schema(), Some(properties))?;
    writer.write(batch)?;
    writer.close()?;
    Ok(())
}

fn write_arrow(batch: &RecordBatch, out: &mut dyn Write) -> Result<(), Failure> {
    let mut writer = FileWriter::try_new(out, &batch.schema())?;
    writer.write(batch)?;
    Ok(writer.finish()?)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Format;
    use crate::exit::Failure;

    #[test]
    fn the_extension_or_the_option_selects_the_format_of_a_file() {
        for (path, option, expected) in [
            ("out.csv", None, Format::Csv),
            ("OUT.Parquet", None, Format::Parquet),
            ("out.arrow", Some(Format::Arrow), Format::Arrow),
            ("out", Some(Format::Json), Format::Json),
            ("out.dat", Some(Format::Parquet), Format::Parquet),
            (".csv", Some(Format::Csv), Format::Csv),
            ("out.table", Some(Format::Csv), Format::Csv),
        ] {
            assert_eq!(
                Format::of_file(Path::new(path), option).unwrap(),
                expected,
                "{path}"
            );
        }
        for (path, option, expected) in [
            ("out", None, "--format"),
            ("out.xlsx", None, ".parquet"),
            ("out.table", None, ".parquet"),
            ("out", Some(Format::Table), "table"),
            (
                "out.csv",
                Some(Format::Table),
                "csv, but --format says table",
            ),
            (
                "out.parquet",
                Some(Format::Csv),
                "parquet, but --format says csv",
            ),
        ] {
            let Err(Failure::Usage(text)) = Format::of_file(Path::new(path), option) else {
                panic!("{path} is accepted")
            };
            assert!(text.contains(expected), "{text}");
        }
    }
}
