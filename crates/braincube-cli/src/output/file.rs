//! A batch in a file, whole or not at all.

use std::ffi::OsStr;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use arrow::ipc::writer::FileWriter;
use braincube::arrow_array::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use tempfile::NamedTempFile;

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
    pub(crate) fn of(path: &Path) -> Result<Self, Failure> {
        match path.extension().and_then(OsStr::to_str) {
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
}

/// Writes a batch beside its place and moves it there once it is whole, so that no reader ever
/// takes half a file for the data.
pub(crate) fn write_file(
    batch: &RecordBatch,
    path: &Path,
    form: FileFormat,
) -> Result<(), Failure> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let failed = |error: std::io::Error| format!("cannot write {}: {error}", path.display());
    let mut file = new_file(folder).map_err(failed)?;
    let mut out = BufWriter::new(&mut file);
    match form {
        FileFormat::Csv => csv::write(batch, &mut out)?,
        FileFormat::Json => json::write(batch, &mut out)?,
        FileFormat::Parquet => write_parquet(batch, &mut out)?,
        FileFormat::Arrow => write_arrow(batch, &mut out)?,
    }
    out.flush().map_err(failed)?;
    drop(out);
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// A new file beside the place; readable as any other new file, where a temporary one is the owner's alone.
fn new_file(folder: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".braincube-").suffix(".partial");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

fn write_parquet(batch: &RecordBatch, out: impl std::io::Write + Send) -> Result<(), Failure> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .build();
    let mut writer = ArrowWriter::try_new(out, batch.schema(), Some(properties))?;
    writer.write(batch)?;
    writer.close()?;
    Ok(())
}

fn write_arrow(batch: &RecordBatch, out: impl std::io::Write) -> Result<(), Failure> {
    let mut writer = FileWriter::try_new(out, &batch.schema())?;
    writer.write(batch)?;
    Ok(writer.finish()?)
}
