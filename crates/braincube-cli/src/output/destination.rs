//! [`Destination`]: where a batch goes, from the `-o` of the command line to the bytes.

use std::ffi::OsStr;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use braincube::arrow_array::RecordBatch;

use super::{FileFormat, NewFile, TextFormat, check_standard_output, print_batch, standard_output};
use crate::arguments::Format;
use crate::failure::Failure;

/// What the system calls standard output. Written to as such: what stands behind it may be a file that a shell has
/// opened and others write to as well, or a reader that goes away.
const STANDARD_OUTPUT: [&str; 3] = ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

/// Where a batch goes, as `-o` and `--format` say.
pub(crate) enum Destination {
    /// To standard output, for people or as text.
    Shown(TextFormat),
    /// To standard output, in the form of a file.
    Piped(FileFormat),
    /// Into a file, a named pipe or a device.
    File(PathBuf, FileFormat),
}

/// A [`Destination`] that can be written to.
pub(crate) enum Sink {
    Shown(TextFormat),
    Piped(FileFormat),
    File(NewFile),
}

impl Destination {
    /// A path names a file, and by its ending the form, unless `asked` does. `-` is standard output, and `-.parquet`
    /// standard output in the form of such a file.
    ///
    /// # Errors
    ///
    /// If standard output is due and closed. Wrong usage if nothing names a form, if the ending and `asked` name two,
    /// or if a terminal would be sent what is not text.
    pub(crate) fn of(output: Option<&Path>, asked: Option<Format>) -> Result<Self, Failure> {
        let Some(path) = output.filter(|path| *path != Path::new("-")) else {
            check_standard_output()?;
            return match TextFormat::of(asked) {
                Ok(format) => Ok(Self::Shown(format)),
                Err(form) => Self::piped(form),
            };
        };
        let form = FileFormat::of(path, asked)?;
        match is_standard_output(path) {
            true => Self::piped(form),
            false => Ok(Self::File(path.to_owned(), form)),
        }
    }

    fn piped(form: FileFormat) -> Result<Self, Failure> {
        check_standard_output()?;
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
    pub(crate) async fn open(&self) -> Result<Sink, Failure> {
        Ok(match self {
            Self::Shown(format) => Sink::Shown(*format),
            Self::Piped(form) => Sink::Piped(*form),
            Self::File(path, form) => Sink::File(NewFile::create(path, *form).await?),
        })
    }
}

fn is_standard_output(path: &Path) -> bool {
    let has_stem = path.file_stem() == Some(OsStr::new("-"));
    let is_dash = has_stem && path.parent() == Some(Path::new(""));
    is_dash || STANDARD_OUTPUT.iter().any(|name| path == Path::new(name))
}

impl Sink {
    /// Writes the batch.
    pub(crate) async fn write(self, batch: RecordBatch) -> Result<(), Failure> {
        match self {
            Self::Shown(format) => print_batch(batch, format).await,
            Self::File(file) => file.write(batch).await,
            Self::Piped(form) => {
                // In one piece: the writer of Parquet may change its thread, standard output may not.
                standard_output::write(move |out| {
                    let mut bytes = Vec::new();
                    form.write(&batch, &mut bytes)?;
                    Ok(out.write_all(&bytes)?)
                })
                .await
            }
        }
    }
}
