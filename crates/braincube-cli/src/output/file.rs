//! [`NewFile`]: a file, a named pipe or a device that a batch is written to.

mod replace;

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use braincube::arrow_array::RecordBatch;

use self::replace::{Beside, Replacement};
use super::form::FileFormat;
use crate::aside::aside;
use crate::failure::Failure;

/// A file that is written to a temporary file beside its path and renamed when it is complete, so that no reader takes
/// half a file for the data. Where that cannot work, an existing file is overwritten in place, with a warning. A named
/// pipe or a device is written into.
pub(crate) struct NewFile {
    path: PathBuf,
    format: FileFormat,
    to: To,
}

enum To {
    /// A temporary file, which is renamed to the path.
    Beside(Beside),
    /// The existing file, which is truncated first.
    InPlace,
    /// A named pipe or a device.
    Into(File),
}

impl NewFile {
    /// Makes sure that the file can be written, before the data is requested. A named pipe is waited for until it has a
    /// reader.
    ///
    /// # Errors
    ///
    /// If the path is a directory or a read-only file, or if neither the file nor its directory can be written to.
    pub(super) async fn create(path: &Path, format: FileFormat) -> Result<Self, Failure> {
        let cannot = |why: String| format!("cannot write {}: {why}", path.display());
        // The target of a symbolic link is replaced, not the link.
        let target = target(path);
        let to = match target.metadata() {
            Ok(existing) if existing.is_dir() => Err("it is a directory".into()),
            Ok(existing) if existing.is_file() => match replace::prepare(&target, &existing) {
                Ok(Replacement::Beside(file)) => Ok(To::Beside(file)),
                Ok(Replacement::InPlace(why)) => {
                    let path = path.display();
                    tracing::warn!(
                        "{path} is overwritten in place, because {why}: it is incomplete while it is \
                         written, and stays so if writing fails"
                    );
                    Ok(To::InPlace)
                }
                Err(why) => Err(why),
            },
            Ok(_) => open(&target).await.map(To::Into).map_err(|e| reason(&e)),
            Err(_) => replace::new_file(&target).map(To::Beside),
        };
        Ok(Self {
            to: to.map_err(cannot)?,
            path: target,
            format,
        })
    }

    /// Writes a batch and moves the file to its path.
    ///
    /// # Errors
    ///
    /// If it cannot be written. An existing file is unchanged then, unless it is overwritten in place.
    pub(super) async fn write(self, batch: RecordBatch) -> Result<(), Failure> {
        let name = self.path.display().to_string();
        let written = self.fill(batch).await;
        written.map_err(|failure| failure.about(&format!("cannot write {name}")))
    }

    async fn fill(self, batch: RecordBatch) -> Result<(), Failure> {
        let (format, path) = (self.format, self.path);
        match self.to {
            To::Into(file) => aside(move || fill(&file, format, &batch)).await?,
            To::InPlace => aside(move || fill(&replace::truncate(&path)?, format, &batch)).await?,
            To::Beside(file) => {
                // The temporary path stays in this future: when the command is ended, dropping it deletes the file even
                // though a thread still writes into it.
                let (file, temporary) = file.into_parts();
                let file = aside(move || fill(&file, format, &batch).map(|()| file)).await??;
                aside(move || temporary.persist(&file, &path)).await?
            }
        }
    }
}

/// Says why a system call failed, without the number that the text of [`io::Error`] ends with.
fn reason(error: &io::Error) -> String {
    error.kind().to_string()
}

/// The number of symbolic links in a row that are followed, which is the limit of Linux.
const MAX_LINKS: usize = 40;

/// Follows symbolic links to a path that exists or not.
fn target(path: &Path) -> PathBuf {
    // A pipe that a shell has opened exists and has no other name.
    if path.exists() {
        return path.canonicalize().unwrap_or_else(|_| path.to_owned());
    }
    let mut target = path.to_owned();
    for _ in 0..MAX_LINKS {
        match (target.read_link(), target.parent()) {
            (Ok(link), Some(directory)) => target = directory.join(link),
            _ => break,
        }
    }
    target
}

fn fill(file: &File, format: FileFormat, batch: &RecordBatch) -> Result<(), Failure> {
    let mut out = BufWriter::new(file);
    format.write(batch, &mut out)?;
    Ok(out.flush()?)
}

/// Opens a named pipe or a device, on a thread of its own: a named pipe opens when it has a reader, and Ctrl-C must end
/// the wait.
async fn open(path: &Path) -> io::Result<File> {
    let path = path.to_owned();
    let opened = aside(move || File::options().write(true).open(path));
    opened.await.map_err(io::Error::other)?
}
