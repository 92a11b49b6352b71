//! Files and folders that nobody else can read or change.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

use super::StoreError;

/// An error about a file or folder.
pub(super) fn failed(path: &Path, action: &'static str, source: io::Error) -> StoreError {
    StoreError::Io {
        path: path.to_owned(),
        action,
        source,
    }
}

/// Opens an existing file for reading, through no link, if nobody else could read or change it.
pub(super) fn open(path: &Path) -> Result<Option<File>, StoreError> {
    let not_plain = || StoreError::NotPlain {
        path: path.to_owned(),
        expected: "file",
    };
    // Looked at before it is opened: opening a pipe waits until somebody writes to it.
    match fs::symlink_metadata(path) {
        Err(error) if is_missing(&error) => return Ok(None),
        Err(error) => return Err(failed(path, "read", error)),
        Ok(metadata) if !metadata.is_file() => return Err(not_plain()),
        Ok(_) => {}
    }
    let file = match guarded().read(true).open(path) {
        Ok(file) => file,
        Err(error) if is_missing(&error) => return Ok(None),
        Err(error) => return Err(failed(path, "read", error)),
    };
    let metadata = file
        .metadata()
        .map_err(|error| failed(path, "read", error))?;
    if !metadata.is_file() {
        return Err(not_plain());
    }
    check(path, &metadata, 0o077, "600")?;
    Ok(Some(file))
}

/// Creates a file that was not there, for its owner alone from the moment it exists.
pub(super) fn create(path: &Path) -> io::Result<File> {
    guarded().write(true).create_new(true).open(path)
}

/// Opens a file that may be there, for its owner alone if it is made here.
pub(super) fn open_or_create(path: &Path) -> io::Result<File> {
    guarded()
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
}

/// A folder for its owner alone, made if it is not there, and not open to the hands of others.
pub(super) fn folder(path: &Path) -> Result<(), StoreError> {
    make_folder(path).map_err(|error| failed(path, "written", error))?;
    check_folder(path)
}

/// Refuses a folder in which others could put a file in the place of another.
pub(super) fn check_folder(path: &Path) -> Result<(), StoreError> {
    match fs::metadata(path) {
        Err(error) if is_missing(&error) => Ok(()),
        Err(error) => Err(failed(path, "read", error)),
        Ok(metadata) if !metadata.is_dir() => Err(StoreError::NotPlain {
            path: path.to_owned(),
            expected: "folder",
        }),
        Ok(metadata) => check(path, &metadata, 0o022, "700"),
    }
}

fn is_missing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

#[cfg(unix)]
fn guarded() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;

    let no_links = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::CLOEXEC;
    let mut options = OpenOptions::new();
    options
        .mode(0o600)
        .custom_flags(no_links.bits().cast_signed());
    options
}

#[cfg(unix)]
fn make_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;

    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
}

/// Refuses what belongs to somebody else, or gives others one of these permissions.
#[cfg(unix)]
fn check(
    path: &Path,
    metadata: &Metadata,
    never: u32,
    safe: &'static str,
) -> Result<(), StoreError> {
    use std::os::unix::fs::MetadataExt as _;

    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return Err(StoreError::ForeignOwner {
            path: path.to_owned(),
        });
    }
    let mode = metadata.mode() & 0o7777;
    if mode & never != 0 {
        return Err(StoreError::Exposed {
            path: path.to_owned(),
            mode,
            safe,
        });
    }
    Ok(())
}

/// Elsewhere the home folder of a user is closed to others by default, and files inherit that.
#[cfg(not(unix))]
fn guarded() -> OpenOptions {
    OpenOptions::new()
}

#[cfg(not(unix))]
fn make_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

#[cfg(not(unix))]
fn check(_: &Path, _: &Metadata, _: u32, _: &'static str) -> Result<(), StoreError> {
    Ok(())
}
