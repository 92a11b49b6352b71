//! A batch in a file, whole or not at all.

use std::ffi::OsStr;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

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
}

/// A file that is written beside its place and moved there once it is whole, so that no reader
/// ever takes half a file for the data.
pub(crate) struct NewFile {
    path: PathBuf,
    format: FileFormat,
    file: NamedTempFile,
}

impl NewFile {
    /// Makes sure that the file can be written, before what goes into it is fetched.
    ///
    /// # Errors
    ///
    /// Where the place is a folder, or one that cannot be written to.
    pub(crate) fn create(path: &Path, format: FileFormat) -> Result<Self, Failure> {
        // Where a link stands, what it leads to is replaced, not the link.
        let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if target.is_dir() {
            return Err(format!("cannot write {}: it is a folder", path.display()).into());
        }
        let folder = match target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let file = temporary_file(folder, &target)
            .map_err(|error| format!("cannot write {}: {}", path.display(), error.kind()))?;
        Ok(Self {
            path: target,
            format,
            file,
        })
    }

    /// Writes a batch and moves the file to its place.
    ///
    /// # Errors
    ///
    /// Where it cannot be written; what stood in its place before still does.
    pub(crate) fn write(self, batch: &RecordBatch) -> Result<(), Failure> {
        let name = self.path.display().to_string();
        self.fill_and_move(batch)
            .map_err(|failure| failure.about(&format!("cannot write {name}")))
    }

    fn fill_and_move(mut self, batch: &RecordBatch) -> Result<(), Failure> {
        let mut out = BufWriter::new(&mut self.file);
        match self.format {
            FileFormat::Csv => csv::write(batch, &mut out)?,
            FileFormat::Json => json::write(batch, &mut out)?,
            FileFormat::Parquet => write_parquet(batch, &mut out)?,
            FileFormat::Arrow => write_arrow(batch, &mut out)?,
        }
        out.flush()?;
        drop(out);
        self.file.persist(&self.path).map_err(|error| error.error)?;
        Ok(())
    }
}

/// A new file beside the place, with the permissions of the file that it replaces, else those of
/// any new file.
fn temporary_file(folder: &Path, target: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".braincube-").suffix(".partial");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let file = builder.tempfile_in(folder)?;
    if let Ok(replaced) = target.metadata() {
        file.as_file().set_permissions(replaced.permissions())?;
    }
    Ok(file)
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
