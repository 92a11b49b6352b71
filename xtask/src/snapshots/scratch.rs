//! A folder for one test, removed behind it.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder.
pub(super) struct Scratch {
    path: PathBuf,
}

impl Scratch {
    /// An empty folder; the name is the test's own.
    pub(super) fn new(name: &str) -> Self {
        let folder = format!("xtask-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(folder);
        fs::create_dir_all(&path).unwrap();
        Self { path }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file, with the folders above it.
    pub(super) fn write(&self, file: &str, text: &str) {
        let path = self.path.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}
