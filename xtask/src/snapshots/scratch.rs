//! A directory for one test, removed on drop.

use std::fs;
use std::path::{Path, PathBuf};

/// A temporary directory.
pub(super) struct Scratch {
    path: PathBuf,
}

impl Scratch {
    /// Creates an empty directory. Each test uses its own name.
    pub(super) fn new(name: &str) -> Self {
        let directory = format!("xtask-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(directory);
        fs::create_dir_all(&path).unwrap();
        Self { path }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file and creates its parent directories.
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
