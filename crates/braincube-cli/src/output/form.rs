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
use crate::failure::Failure;

/// The form of a file, named by its ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileFormat {
    Csv,
    Parquet,
    Arrow,
    Json,
}

impl FileFormat {
    /// The form that the ending of a path names.
    ///
    /// # Errors
    ///
    /// Wrong usage where the ending names none.
    pub(super) fn of(path: &Path) -> Result<Self, Failure> {
        let ending = path
            .extension()
            .and_then(OsStr::to_str)
            .map(str::to_ascii_lowercase);
        match ending.as_deref() {
            Some("csv") => Ok(Self::Csv),
            Some("parquet") => Ok(Self::Parquet),
            Some("arrow") => Ok(Self::Arrow),
            Some("json") => Ok(Self::Json),
            _ => Err(Failure::Usage(format!(
                "the ending of {} names no format; use .csv, .parquet, .arrow or .json",
                path.display()
            ))),
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
