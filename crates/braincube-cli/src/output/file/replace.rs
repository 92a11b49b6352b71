//! Replaces a file: by renaming a temporary file if this keeps its properties, otherwise in place.

use std::fs::{File, Metadata};
use std::io::{self, Seek as _};
use std::path::Path;

use tempfile::{NamedTempFile, TempPath};

use crate::exit::Failure;

/// How a file is written.
pub(super) enum Target {
    /// A temporary file, which is renamed to the path. It `replaces` an existing file with the same properties.
    Temporary { file: NamedTempFile, replaces: bool },
    /// The existing file, which is truncated before it is written.
    InPlace,
    /// A named pipe or a device.
    Device(File),
}

/// Creates a temporary file for a target that does not exist. The error is the reason why it cannot be created.
pub(super) fn new_file(path: &Path) -> Result<Target, String> {
    let directory = directory(path);
    if matches!(directory.try_exists(), Ok(false)) {
        let directory = directory.display();
        return Err(format!("the directory {directory} does not exist"));
    }
    Ok(Target::Temporary {
        file: temporary_file(directory)?,
        replaces: false,
    })
}

/// Decides how an existing file is replaced. The error is the reason why it cannot be written.
///
/// Opens the file for writing, so that it can be overwritten in place if the rename fails later.
pub(super) fn existing_file(path: &Path, existing: &Metadata) -> Result<Target, String> {
    if existing.permissions().readonly() {
        return Err("it is read-only".into());
    }
    let opened = File::options().write(true).open(path);
    opened.map_err(|error| reason(&error))?;
    let why = match (obstacle(existing), temporary_file(directory(path))) {
        (Some(why), _) | (None, Err(why)) => why,
        (None, Ok(file)) if copy_properties(file.as_file(), existing).is_ok() => {
            let replaces = true;
            return Ok(Target::Temporary { file, replaces });
        }
        (None, Ok(_)) => "another user or group owns it".to_owned(),
    };
    tracing::warn!(
        "{} is overwritten in place, because {why}: it is incomplete until the command ends, and stays incomplete if writing fails",
        path.display()
    );
    Ok(Target::InPlace)
}

/// Returns a property of the file that a rename would lose.
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

/// Copies the owner, the group and the permissions of the existing file to the temporary file.
fn copy_properties(file: &File, existing: &Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt as _, fchown};
        let new = file.metadata()?;
        let uid = (new.uid() != existing.uid()).then_some(existing.uid());
        let gid = (new.gid() != existing.gid()).then_some(existing.gid());
        if uid.is_some() || gid.is_some() {
            fchown(file, uid, gid)?;
        }
    }
    // After the owner, because a change of the owner clears some permissions.
    file.set_permissions(existing.permissions())
}

/// Renames the complete file. If the system refuses the rename, an existing file is overwritten in place: for example
/// a bind mount, or the file of another user in a directory with the sticky bit.
///
/// # Errors
///
/// If both fail. The temporary file is kept then, and the error names it, because it contains all data.
pub(super) fn persist(
    temporary: TempPath,
    replaces: bool,
    file: &File,
    path: &Path,
) -> Result<(), Failure> {
    let Err(refused) = temporary.persist(path) else {
        return Ok(());
    };
    let mut error = refused.error;
    if replaces {
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

fn copy(mut from: &File, to: &Path) -> io::Result<()> {
    from.rewind()?;
    io::copy(&mut from, &mut truncate(to)?)?;
    Ok(())
}

/// Opens an existing file and truncates it.
///
/// Does not set `O_CREAT`, which Linux refuses for the files of others in a directory with the sticky bit.
pub(super) fn truncate(path: &Path) -> io::Result<File> {
    File::options().write(true).truncate(true).open(path)
}

fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(directory) if !directory.as_os_str().is_empty() => directory,
        _ => Path::new("."),
    }
}

/// Creates a file with the default permissions of new files. The error is the reason why it cannot be created.
fn temporary_file(directory: &Path) -> Result<NamedTempFile, String> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".braincube-").suffix(".partial");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(directory).map_err(|error| {
        let (directory, reason) = (directory.display(), reason(&error));
        format!("the directory {directory} cannot be written to ({reason})")
    })
}

/// The reason of a failed system call, without the error number.
pub(super) fn reason(error: &io::Error) -> String {
    error.kind().to_string()
}
