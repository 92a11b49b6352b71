//! [`Destination`]: where `data` writes a batch.

use std::ffi::OsStr;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use braincube::arrow_array::RecordBatch;

use super::file::NewFile;
use super::{Format, check_standard_output, print};
use crate::exit::Failure;

/// Paths of standard output. They are not opened: a file that a shell has opened for appending would be truncated.
const STANDARD_OUTPUT: [&str; 3] = ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

/// The message if a binary format would be written to a terminal.
pub(super) const BINARY: &str = "Parquet and Arrow are binary and cannot be shown on a terminal; name a file, or pipe the output";

/// Where a batch is written and in which format.
pub(crate) enum Destination {
    StandardOutput(Format),
    /// A file, a named pipe or a device.
    File(PathBuf, Format),
}

/// An open [`Destination`].
pub(crate) enum Sink {
    StandardOutput(Format),
    File(NewFile),
}

impl Destination {
    /// Evaluates `-o` and `--format`. `-` is standard output, and `-.parquet` is standard output in this format.
    ///
    /// # Errors
    ///
    /// If standard output is needed and closed. Wrong usage if the format is missing or ambiguous, or if it is binary and
    /// standard output is a terminal.
    pub(crate) fn of(output: Option<&Path>, option: Option<Format>) -> Result<Self, Failure> {
        let format = match output.filter(|path| *path != Path::new("-")) {
            None => Format::of_output(option),
            Some(path) => {
                let format = Format::of_file(path, option)?;
                if !is_standard_output(path) {
                    return Ok(Self::File(path.to_owned(), format));
                }
                format
            }
        };
        check_standard_output()?;
        if !format.is_text() && io::stdout().is_terminal() {
            return Err(Failure::Usage(BINARY.into()));
        }
        Ok(Self::StandardOutput(format))
    }

    /// Opens the destination, so that no data is requested that cannot be written.
    pub(crate) async fn open(&self) -> Result<Sink, Failure> {
        Ok(match self {
            Self::StandardOutput(format) => Sink::StandardOutput(*format),
            Self::File(path, format) => Sink::File(NewFile::create(path, *format).await?),
        })
    }
}

fn is_standard_output(path: &Path) -> bool {
    let has_stem = path.file_stem() == Some(OsStr::new("-"));
    let is_dash = has_stem && path.parent() == Some(Path::new(""));
    is_dash || STANDARD_OUTPUT.iter().any(|name| path == Path::new(name))
}

impl Sink {
    pub(crate) async fn write(self, batch: RecordBatch) -> Result<(), Failure> {
        match self {
            Self::StandardOutput(format) => print(move |out| format.write(&batch, out)).await,
            Self::File(file) => file.write(batch).await,
        }
    }
}
