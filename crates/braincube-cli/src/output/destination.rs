//! [`Destination`]: where a batch goes, from the `-o` of the command line to the bytes.

use std::ffi::OsStr;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use braincube::arrow_array::RecordBatch;

use super::{FileFormat, NewFile, print_batch, print_bytes};
use crate::arguments::Format;
use crate::failure::Failure;

/// Where a batch goes, as `-o` names it.
pub(crate) enum Destination {
    /// To standard output, for people or as text.
    Shown,
    /// To standard output, in the form of a file.
    Piped(FileFormat),
    /// Into a file, a named pipe or a device.
    File(PathBuf, FileFormat),
}

/// A [`Destination`] that can be written to.
pub(crate) enum Sink {
    Shown(Format),
    Piped(FileFormat),
    File(NewFile),
}

impl Destination {
    /// A path names a file, and by its ending the form. `-` is standard output, and `-.parquet` standard output in the
    /// form of such a file.
    ///
    /// # Errors
    ///
    /// Wrong usage where the ending names no form, or a terminal would be sent what is no text.
    pub(crate) fn of(output: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = output.filter(|path| *path != Path::new("-")) else {
            return Ok(Self::Shown);
        };
        let form = FileFormat::of(path)?;
        let is_piped =
            path.file_stem() == Some(OsStr::new("-")) && path.parent() == Some(Path::new(""));
        if !is_piped {
            return Ok(Self::File(path.to_owned(), form));
        }
        match !form.is_text() && io::stdout().is_terminal() {
            true => Err(Failure::Usage(
                "Parquet and Arrow are no text for a terminal: name a file, or pipe it".into(),
            )),
            false => Ok(Self::Piped(form)),
        }
    }

    /// Makes sure that it can be written to, before what goes there is fetched.
    ///
    /// # Errors
    ///
    /// As [`NewFile::create`].
    pub(crate) async fn open(&self, shown: Format) -> Result<Sink, Failure> {
        Ok(match self {
            Self::Shown => Sink::Shown(shown),
            Self::Piped(form) => Sink::Piped(*form),
            Self::File(path, form) => Sink::File(NewFile::create(path, *form).await?),
        })
    }
}

impl Sink {
    /// Writes the batch.
    pub(crate) fn write(self, batch: &RecordBatch) -> Result<(), Failure> {
        match self {
            Self::Shown(format) => print_batch(batch, format),
            Self::File(file) => file.write(batch),
            Self::Piped(form) => {
                // In one piece: the writer of Parquet may change its thread, standard output may not.
                let mut bytes = Vec::new();
                form.write(batch, &mut bytes)?;
                print_bytes(&bytes)
            }
        }
    }
}
