//! Files and directories that only their owner can access.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

use super::StoreError;

/// A [`StoreError`] for a file or directory.
pub(super) fn io_error(path: &Path, action: &'static str, source: io::Error) -> StoreError {
    StoreError::Io {
        path: path.to_owned(),
        action,
        source,
    }
}

/// Opens an existing regular file of this user that others cannot access. Does not follow links.
pub(super) fn open(path: &Path) -> Result<Option<File>, StoreError> {
    let wrong_type = || StoreError::WrongFileType {
        path: path.to_owned(),
        expected: "regular file",
    };
    // Checked before opening: opening a pipe blocks until another process writes to it.
    match fs::symlink_metadata(path) {
        Err(error) if is_missing(&error) => return Ok(None),
        Err(error) => return Err(io_error(path, "read", error)),
        Ok(metadata) if !metadata.is_file() => return Err(wrong_type()),
        Ok(_) => {}
    }
    let file = match private_options().read(true).open(path) {
        Ok(file) => file,
        Err(error) if is_missing(&error) => return Ok(None),
        Err(error) => return Err(io_error(path, "read", error)),
    };
    let metadata = file
        .metadata()
        .map_err(|error| io_error(path, "read", error))?;
    if !metadata.is_file() {
        return Err(wrong_type());
    }
    check(path, &metadata, 0o077, "600")?;
    Ok(Some(file))
}

/// Opens a file, or creates it with mode 0600.
pub(super) fn open_or_create(path: &Path) -> io::Result<File> {
    private_options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
}

/// Creates the directory with mode 0700 if it does not exist, and checks that others cannot write to it.
pub(super) fn create_directory(path: &Path) -> Result<(), StoreError> {
    create_private_directory(path).map_err(|error| io_error(path, "write", error))?;
    check_directory(path)
}

/// Rejects a directory in which other users could replace a file.
pub(super) fn check_directory(path: &Path) -> Result<(), StoreError> {
    match fs::metadata(path) {
        Err(error) if is_missing(&error) => Ok(()),
        Err(error) => Err(io_error(path, "read", error)),
        Ok(metadata) if !metadata.is_dir() => Err(StoreError::WrongFileType {
            path: path.to_owned(),
            expected: "directory",
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
fn private_options() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;

    let no_links = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::CLOEXEC;
    let mut options = OpenOptions::new();
    options
        .mode(0o600)
        .custom_flags(no_links.bits().cast_signed());
    options
}

#[cfg(unix)]
fn create_private_directory(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;

    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
}

/// Rejects a path of another user, or one with any of the permissions in `never`.
#[cfg(unix)]
fn check(
    path: &Path,
    metadata: &Metadata,
    never: u32,
    safe: &'static str,
) -> Result<(), StoreError> {
    use std::os::unix::fs::MetadataExt as _;

    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return Err(StoreError::WrongOwner {
            path: path.to_owned(),
        });
    }
    let mode = metadata.mode() & 0o7777;
    if mode & never != 0 {
        return Err(StoreError::InsecurePermissions {
            path: path.to_owned(),
            mode,
            safe,
        });
    }
    Ok(())
}

/// On other systems the home directory is closed to other users by default, and files inherit that.
#[cfg(not(unix))]
fn private_options() -> OpenOptions {
    OpenOptions::new()
}

#[cfg(not(unix))]
fn create_private_directory(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

#[cfg(not(unix))]
fn check(_: &Path, _: &Metadata, _: u32, _: &'static str) -> Result<(), StoreError> {
    Ok(())
}
