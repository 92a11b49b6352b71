//! [`FileFormat`]: the four forms of a batch, and how each is written.

use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;

use arrow::ipc::writer::FileWriter;
use braincube::arrow_array::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use super::{csv, json};
use crate::arguments::Format;
use crate::failure::Failure;

/// The form of a file, named by its ending or by `--format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileFormat {
    Csv,
    Parquet,
    Arrow,
    Json,
}

impl FileFormat {
    /// The form of what is written to a path: the one that its ending names, else the one that was asked for.
    ///
    /// # Errors
    ///
    /// Wrong usage where neither names one, or each another.
    pub(super) fn of(path: &Path, asked: Option<Format>) -> Result<Self, Failure> {
        let shown = path.display();
        let wrong = match (Self::of_ending(path), asked) {
            (Some(form), None) => return Ok(form),
            (Some(form), Some(asked)) if Self::asked(asked) == Some(form) => return Ok(form),
            (Some(form), Some(asked)) => {
                format!(
                    "the ending of {shown} says {form:?} and --format says {asked:?}: leave one out"
                )
            }
            (None, Some(asked)) => match Self::asked(asked) {
                Some(form) => return Ok(form),
                None => "a table is for standard output, without -o; a file takes csv, parquet, arrow or json"
                    .into(),
            },
            (None, None) => format!(
                "the ending of {shown} names no format; use .csv, .parquet, .arrow or .json, or say it with --format"
            ),
        };
        Err(Failure::Usage(wrong))
    }

    fn of_ending(path: &Path) -> Option<Self> {
        let ending = path.extension().and_then(OsStr::to_str)?;
        match ending.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "parquet" => Some(Self::Parquet),
            "arrow" => Some(Self::Arrow),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    /// The form of a file that was asked for; `None` if it is one for the eye.
    const fn asked(format: Format) -> Option<Self> {
        match format {
            Format::Table => None,
            Format::Csv => Some(Self::Csv),
            Format::Json => Some(Self::Json),
            Format::Parquet => Some(Self::Parquet),
            Format::Arrow => Some(Self::Arrow),
        }
    }

    /// Whether people can read it.
    pub(super) const fn is_text(self) -> bool {
        matches!(self, Self::Csv | Self::Json)
    }

    /// Writes a batch from its first byte to its last; none of the forms needs to go back.
    pub(super) fn write(
        self,
        batch: &RecordBatch,
        out: &mut (impl Write + Send),
    ) -> Result<(), Failure> {
        match self {
            Self::Csv => csv::write(batch, out),
            Self::Json => json::write(batch, out),
            Self::Parquet => write_parquet(batch, out),
            Self::Arrow => write_arrow(batch, out),
        }
    }
}

fn write_parquet(batch: &RecordBatch, out: impl Write + Send) -> Result<(), Failure> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .build();
    let mut writer = ArrowWriter::try_new(out, batch.schema(), Some(properties))?;
    writer.write(batch)?;
    writer.close()?;
    Ok(())
}

fn write_arrow(batch: &RecordBatch, out: impl Write) -> Result<(), Failure> {
    let mut writer = FileWriter::try_new(out, &batch.schema())?;
    writer.write(batch)?;
    Ok(writer.finish()?)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::FileFormat;
    use crate::arguments::Format;
    use crate::failure::Failure;

    #[test]
    fn the_ending_or_the_option_says_the_form() {
        for (path, asked, expected) in [
            ("out.csv", None, FileFormat::Csv),
            ("OUT.Parquet", None, FileFormat::Parquet),
            ("out.arrow", Some(Format::Arrow), FileFormat::Arrow),
            ("out", Some(Format::Json), FileFormat::Json),
            ("out.dat", Some(Format::Parquet), FileFormat::Parquet),
            (".csv", Some(Format::Csv), FileFormat::Csv),
        ] {
            assert_eq!(
                FileFormat::of(Path::new(path), asked).unwrap(),
                expected,
                "{path}"
            );
        }
        for (path, asked, told) in [
            ("out", None, "--format"),
            ("out.xlsx", None, ".parquet"),
            ("out", Some(Format::Table), "table"),
            (
                "out.csv",
                Some(Format::Table),
                "Csv and --format says Table",
            ),
            (
                "out.parquet",
                Some(Format::Csv),
                "Parquet and --format says Csv",
            ),
        ] {
            let Err(Failure::Usage(text)) = FileFormat::of(Path::new(path), asked) else {
                panic!("{path} is taken")
            };
            assert!(text.contains(told), "{text}");
        }
    }
}
