//! Decides how a file is replaced: by a rename where that keeps what belongs to the file, else in place.

use std::fs::{File, Metadata};
use std::io::{self, Seek as _};
use std::path::Path;

use tempfile::{NamedTempFile, TempPath};

use super::reason;
use crate::failure::Failure;

/// How an existing file is replaced.
pub(super) enum Replacement {
    /// By a temporary file with the same owner and permissions.
    Beside(Beside),
    /// By truncating and writing it, for this reason.
    InPlace(String),
}

/// A temporary file in the directory of the file that it becomes.
pub(super) struct Beside {
    file: NamedTempFile,
    replaces: bool,
}

/// The path of a temporary file, which is deleted when this is dropped.
pub(super) struct Temporary {
    path: TempPath,
    replaces: bool,
}

/// A temporary file for a path at which there is no file.
///
/// # Errors
///
/// Why there cannot be one.
pub(super) fn new_file(path: &Path) -> Result<Beside, String> {
    let directory = directory(path);
    if matches!(directory.try_exists(), Ok(false)) {
        return Err(format!(
            "the directory {} does not exist",
            directory.display()
        ));
    }
    let file = temporary_file(directory).map_err(|error| {
        format!(
            "the directory {} cannot be written to ({})",
            directory.display(),
            reason(&error)
        )
    })?;
    Ok(Beside {
        file,
        replaces: false,
    })
}

/// Decides how an existing file is replaced. The file has been opened for writing then, so that it can be overwritten
/// in place even if a rename turns out not to work.
///
/// # Errors
///
/// Why it cannot be written.
pub(super) fn prepare(path: &Path, existing: &Metadata) -> Result<Replacement, String> {
    if existing.permissions().readonly() {
        return Err("it is read-only".into());
    }
    File::options()
        .write(true)
        .open(path)
        .map_err(|error| reason(&error))?;
    if let Some(why) = obstacle(existing) {
        return Ok(Replacement::InPlace(why));
    }
    let directory = directory(path);
    let file = match temporary_file(directory) {
        Ok(file) => file,
        Err(error) => {
            let (directory, error) = (directory.display(), reason(&error));
            let why = format!("the directory {directory} cannot be written to ({error})");
            return Ok(Replacement::InPlace(why));
        }
    };
    match take_over(file.as_file(), existing) {
        Ok(()) => Ok(Replacement::Beside(Beside {
            file,
            replaces: true,
        })),
        Err(_) => Ok(Replacement::InPlace("another user or group owns it".into())),
    }
}

/// Why a rename would not replace the file as a whole, as far as its metadata shows it.
#[cfg(unix)]
fn obstacle(existing: &Metadata) -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    let links = existing.nlink();
    (links > 1).then(|| format!("it has {links} hard links"))
}

#[cfg(not(unix))]
fn obstacle(_existing: &Metadata) -> Option<String> {
    None
}

/// Gives a temporary file the owner, the group and the permissions of the file that it replaces.
#[cfg(unix)]
fn take_over(file: &File, existing: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let new = file.metadata()?;
    let uid = (new.uid() != existing.uid()).then_some(existing.uid());
    let gid = (new.gid() != existing.gid()).then_some(existing.gid());
    if uid.is_some() || gid.is_some() {
        fchown(file, uid, gid)?;
    }
    // After the owner: changing that clears some of the permissions.
    file.set_permissions(existing.permissions())
}

#[cfg(not(unix))]
fn take_over(file: &File, existing: &Metadata) -> io::Result<()> {
    file.set_permissions(existing.permissions())
}

impl Beside {
    /// The file, and its path.
    pub(super) fn into_parts(self) -> (File, Temporary) {
        let (file, path) = self.file.into_parts();
        let replaces = self.replaces;
        (file, Temporary { path, replaces })
    }
}

impl Temporary {
    /// Renames the complete file to its path. Where the system refuses that, as for a bind mount or for the file of
    /// another user in a directory with the sticky bit, the existing file is overwritten in place.
    ///
    /// # Errors
    ///
    /// If neither works. The temporary file is kept then, and the error names it: it holds all the data.
    pub(super) fn persist(self, file: &File, path: &Path) -> Result<(), Failure> {
        let Err(refused) = self.path.persist(path) else {
            return Ok(());
        };
        let mut error = refused.error;
        if self.replaces {
            tracing::warn!(
                "{} cannot be replaced ({}) and is overwritten in place",
                path.display(),
                reason(&error)
            );
            match copy(file, path) {
                Ok(()) => return Ok(()),
                Err(failed) => error = failed,
            }
        }
        let kept = refused.path.keep()?;
        Err(format!("{error}; the complete data is in {}", kept.display()).into())
    }
}

fn copy(mut from: &File, to: &Path) -> io::Result<()> {
    from.rewind()?;
    io::copy(&mut from, &mut truncate(to)?)?;
    Ok(())
}

/// Opens an existing file for writing and makes it empty. Does not create it: in a directory with the sticky bit, Linux
/// refuses that for the files of others.
pub(super) fn truncate(path: &Path) -> io::Result<File> {
    File::options().write(true).truncate(true).open(path)
}

fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(directory) if !directory.as_os_str().is_empty() => directory,
        _ => Path::new("."),
    }
}

/// A new file with the permissions of any new file.
fn temporary_file(directory: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".braincube-").suffix(".partial");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(directory)
}
