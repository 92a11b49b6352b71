//! A batch in a file, whole or not at all.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use braincube::arrow_array::RecordBatch;
use tempfile::NamedTempFile;

use super::form::FileFormat;
use crate::aside::aside;
use crate::failure::Failure;

/// A file that is written beside its place and moved there once it is whole, so that no reader
/// ever takes half a file for the data. What is no file, such as a named pipe or a device, is
/// written into as it stands: it has no place to move to.
pub(crate) struct NewFile {
    path: PathBuf,
    format: FileFormat,
    to: To,
}

enum To {
    /// Beside the place.
    Beside(NamedTempFile),
    /// Into what stands there.
    Into(File),
}

impl NewFile {
    /// Makes sure that the file can be written, before what goes into it is fetched. A named pipe
    /// is waited for until somebody reads from it.
    ///
    /// # Errors
    ///
    /// Where the place is a folder, a file that is read-only, or a place that cannot be written to.
    pub(super) async fn create(path: &Path, format: FileFormat) -> Result<Self, Failure> {
        let cannot = |why: String| format!("cannot write {}: {why}", path.display());
        // Where a link stands, what it leads to is replaced, not the link.
        let target = place(path);
        let folder = match target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let to = match target.metadata() {
            Ok(there) if there.is_dir() => return Err(cannot("it is a folder".into()).into()),
            Ok(there) if there.is_file() && there.permissions().readonly() => {
                return Err(cannot("it is read-only".into()).into());
            }
            Ok(there) if !there.is_file() => open(&target).await.map(To::Into),
            _ if !folder.exists() => {
                let why = format!("the folder {} does not exist", folder.display());
                return Err(cannot(why).into());
            }
            _ => temporary_file(folder, &target).map(To::Beside),
        };
        Ok(Self {
            to: to.map_err(|error| cannot(error.kind().to_string()))?,
            path: target,
            format,
        })
    }

    /// Writes a batch and moves the file to its place.
    ///
    /// # Errors
    ///
    /// Where it cannot be written; what stood in its place before still does.
    pub(super) async fn write(self, batch: RecordBatch) -> Result<(), Failure> {
        let name = self.path.display().to_string();
        let written = self.fill(batch).await;
        written.map_err(|failure| failure.about(&format!("cannot write {name}")))
    }

    async fn fill(self, batch: RecordBatch) -> Result<(), Failure> {
        let format = self.format;
        match self.to {
            To::Into(file) => aside(move || fill(file, format, &batch)).await?,
            To::Beside(file) => {
                // The path stays here: where the command is ended, the file is deleted whoever still writes into it.
                let (file, beside) = file.into_parts();
                aside(move || fill(file, format, &batch)).await??;
                beside.persist(&self.path).map_err(|error| error.error)?;
                Ok(())
            }
        }
    }
}

/// How many links in a row are followed; no system follows more.
const MOST_LINKS: usize = 40;

/// What a path leads to, there or not.
fn place(path: &Path) -> PathBuf {
    // A pipe that a shell has opened is there and has no other name.
    if path.exists() {
        return path.canonicalize().unwrap_or_else(|_| path.to_owned());
    }
    let mut place = path.to_owned();
    for _ in 0..MOST_LINKS {
        match (place.read_link(), place.parent()) {
            (Ok(link), Some(folder)) => place = folder.join(link),
            _ => break,
        }
    }
    place
}

fn fill(file: File, format: FileFormat, batch: &RecordBatch) -> Result<(), Failure> {
    let mut out = BufWriter::new(file);
    format.write(batch, &mut out)?;
    Ok(out.flush()?)
}

/// Opens what is no file, on a thread of its own: a named pipe opens when somebody reads from it,
/// and Ctrl-C ends the wait.
async fn open(path: &Path) -> std::io::Result<File> {
    let path = path.to_owned();
    let opened = aside(move || File::options().write(true).open(path));
    opened.await.map_err(std::io::Error::other)?
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
