//! [`NewFile`]: a file, a named pipe or a device to which a batch is written.

mod replace;

use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use braincube::arrow_array::RecordBatch;

use self::replace::{Target, reason};
use super::destination::BINARY;
use super::{Format, write_to_terminal};
use crate::exit::Failure;
use crate::signals::spawn_thread;

/// The output of `data -o`.
///
/// A file is written as a temporary file in the same directory and renamed when it is complete, so that no program reads
/// an incomplete file. If that is not possible, an existing file is overwritten in place, with a warning. A named pipe or
/// a device is written to directly.
pub(crate) struct NewFile {
    path: PathBuf,
    format: Format,
    target: Target,
}

impl NewFile {
    /// Prepares the output. Waits until a named pipe has a reader.
    ///
    /// # Errors
    ///
    /// If the path is invalid, a directory or a read-only file, or if neither the file nor its directory is writable.
    pub(super) async fn create(path: &Path, format: Format) -> Result<Self, Failure> {
        // Replaces the target of a symbolic link, not the link.
        let path_of_target = follow_links(path);
        let target = prepare(&path_of_target, format).await;
        Ok(Self {
            target: target.map_err(|why| format!("cannot write {}: {why}", path.display()))?,
            path: path_of_target,
            format,
        })
    }

    /// Writes a batch and completes the file.
    ///
    /// # Errors
    ///
    /// If writing fails. Unless the file is overwritten in place, the existing file is unchanged then.
    pub(super) async fn write(self, batch: RecordBatch) -> Result<(), Failure> {
        let name = self.path.display().to_string();
        let written = self.fill(batch).await;
        written.map_err(|failure| failure.about(&format!("cannot write {name}")))
    }

    async fn fill(self, batch: RecordBatch) -> Result<(), Failure> {
        let (format, path) = (self.format, self.path);
        match self.target {
            Target::Device(file) => {
                spawn_thread(move || match file.is_terminal() {
                    true => write_to_terminal(file, |out| format.write(&batch, out)),
                    false => fill(&file, format, &batch),
                })
                .await?
            }
            Target::InPlace => {
                spawn_thread(move || fill(&replace::truncate(&path)?, format, &batch)).await?
            }
            Target::Temporary { file, replaces } => {
                // This future owns the temporary path: if a signal drops it, the file is deleted although the thread
                // still writes to it.
                let (file, temporary) = file.into_parts();
                let file =
                    spawn_thread(move || fill(&file, format, &batch).map(|()| file)).await??;
                spawn_thread(move || replace::persist(temporary, replaces, &file, &path)).await?
            }
        }
    }
}

/// Opens the target or a temporary file beside it. The error is the reason why it cannot be written.
async fn prepare(path: &Path, format: Format) -> Result<Target, String> {
    match path.metadata() {
        Ok(existing) if existing.is_dir() => Err("it is a directory".into()),
        Ok(existing) if existing.is_file() => replace::existing_file(path, &existing),
        Ok(_) => {
            let file = open(path).await.map_err(|error| reason(&error))?;
            match file.is_terminal() && !format.is_text() {
                true => Err(BINARY.into()),
                false => Ok(Target::Device(file)),
            }
        }
        // The temporary file would be created, and the rename would fail after the download.
        Err(error) if error.kind() == ErrorKind::InvalidFilename => {
            Err("the file name is too long or invalid".into())
        }
        Err(_) => replace::new_file(path),
    }
}

/// The maximum number of symbolic links that are followed, as on Linux.
const MAX_LINKS: usize = 40;

/// Follows symbolic links to a path, which need not exist.
fn follow_links(path: &Path) -> PathBuf {
    // The links of /dev/fd to unnamed pipes have no path that can be opened.
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

fn fill(file: &File, format: Format, batch: &RecordBatch) -> Result<(), Failure> {
    let mut out = BufWriter::new(file);
    format.write(batch, &mut out)?;
    Ok(out.flush()?)
}

/// Opens a named pipe or a device. Opening a named pipe blocks until it has a reader.
async fn open(path: &Path) -> io::Result<File> {
    let path = path.to_owned();
    let opened = spawn_thread(move || File::options().write(true).open(path));
    opened.await.map_err(io::Error::other)?
}
