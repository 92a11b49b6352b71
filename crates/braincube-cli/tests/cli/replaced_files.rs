//! `-o` with an existing file: its properties are kept, also if a rename is not possible.
#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use braincube_sim::Simulator;

use crate::command::{braincube, stderr};

const DATA: [&str; 6] = ["--demo", "data", "demo", "20", "--variables", "2000034"];
const IN_PLACE: &str = "overwritten in place";
/// The user `nobody` of Linux systems.
const NOBODY: u32 = 65534;

/// A directory that every user can enter.
fn shared() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    mode(folder.path(), 0o777);
    folder
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn is_root(folder: &Path) -> bool {
    folder.metadata().unwrap().uid() == 0
}

/// The command as a user without privileges: `nobody` if root runs the tests.
fn unprivileged(folder: &Path, directory: &Path) -> Command {
    if !is_root(folder) {
        let mut command = braincube(folder);
        command.current_dir(directory);
        return command;
    }
    // This user may have no access to the directory of the build.
    let copy = folder.join("braincube");
    fs::copy(env!("CARGO_BIN_EXE_braincube"), &copy).unwrap();
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
        .arg(copy)
        .env_clear()
        .env("HOME", folder)
        .env("PATH", std::env::var_os("PATH").unwrap())
        .current_dir(directory);
    command
}

fn written(output: &Output, file: &Path) {
    assert!(output.status.success(), "{}", stderr(output));
    let text = fs::read_to_string(file).unwrap();
    assert!(text.starts_with("2000034\n"), "{text}");
    assert!(
        text.ends_with('\n') && !text.contains("yesterday"),
        "no part of the old content is left"
    );
}

fn names(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    entries
        .map(|entry| PathBuf::from(entry.unwrap().file_name()))
        .collect()
}

/// A content that is longer than the new one.
fn yesterday() -> String {
    "yesterday\n".repeat(10_000)
}

#[cfg(target_os = "linux")]
#[test]
fn f1_a_bind_mounted_file_is_overwritten_in_place() {
    let folder = tempfile::tempdir().unwrap();
    let (source, file) = (
        folder.path().join("source.csv"),
        folder.path().join("out.csv"),
    );
    fs::write(&source, yesterday()).unwrap();
    fs::write(&file, "").unwrap();
    let mount = "mount --bind source.csv out.csv || exit 77; exec \"$@\"";
    let output = Command::new("unshare")
        .args([
            "--mount",
            "sh",
            "-c",
            mount,
            "sh",
            env!("CARGO_BIN_EXE_braincube"),
        ])
        .args(DATA)
        .args(["-o", "out.csv"])
        .current_dir(folder.path())
        .env("HOME", folder.path())
        .output();
    let Ok(output) = output else {
        eprintln!("skipped: the program `unshare` does not exist");
        return;
    };
    if matches!(output.status.code(), Some(77 | 127)) || stderr(&output).starts_with("unshare") {
        eprintln!("skipped: this user cannot mount: {}", stderr(&output));
        return;
    }
    written(&output, &source);
    assert!(stderr(&output).contains(IN_PLACE), "{}", stderr(&output));
    assert_eq!(names(folder.path()).len(), 2, "no temporary file is left");
}

#[test]
fn f2_a_writable_file_is_overwritten_in_a_directory_that_is_not_writable() {
    let folder = shared();
    let directory = folder.path().join("closed");
    fs::create_dir(&directory).unwrap();
    let file = directory.join("out.csv");
    fs::write(&file, yesterday()).unwrap();
    mode(&file, 0o666);
    mode(&directory, 0o555);
    let mut command = unprivileged(folder.path(), &directory);
    let output = command.args(DATA).args(["-o", "out.csv"]).output().unwrap();
    written(&output, &file);
    let message = stderr(&output);
    assert!(
        message.contains(IN_PLACE) && message.contains("permission denied"),
        "{message}"
    );
    mode(&directory, 0o755);
}

#[test]
fn f3_the_file_of_another_user_is_overwritten_in_a_directory_with_the_sticky_bit() {
    let folder = shared();
    if !is_root(folder.path()) {
        eprintln!("skipped: only root can give files to another user");
        return;
    }
    let directory = folder.path().join("sticky");
    fs::create_dir(&directory).unwrap();
    let file = directory.join("out.csv");
    fs::write(&file, yesterday()).unwrap();
    mode(&file, 0o666);
    mode(&directory, 0o1777);
    let mut command = unprivileged(folder.path(), &directory);
    let output = command.args(DATA).args(["-o", "out.csv"]).output().unwrap();
    written(&output, &file);
    assert!(stderr(&output).contains(IN_PLACE), "{}", stderr(&output));
    assert_eq!(file.metadata().unwrap().uid(), 0);
    assert_eq!(names(&directory), [Path::new("out.csv")]);
}

#[test]
fn f4_a_file_keeps_its_owner_and_mode() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.csv");
    fs::write(&file, yesterday()).unwrap();
    let is_root = is_root(folder.path());
    if is_root {
        chown(&file, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    mode(&file, 0o640);
    let before = file.metadata().unwrap();
    let output = braincube(folder.path())
        .args(DATA)
        .args(["-o", "out.csv"])
        .output()
        .unwrap();
    written(&output, &file);
    let after = file.metadata().unwrap();
    assert_ne!(
        after.ino(),
        before.ino(),
        "the file is replaced, not overwritten"
    );
    assert!(!stderr(&output).contains(IN_PLACE), "{}", stderr(&output));
    assert_eq!((after.uid(), after.gid()), (before.uid(), before.gid()));
    assert_eq!(after.mode(), before.mode());
    if !is_root {
        eprintln!("not covered: only root can give a file to another user");
    }
}

#[test]
fn f5_a_file_keeps_its_hard_links() {
    let folder = tempfile::tempdir().unwrap();
    let [file, other] = ["out.csv", "other.csv"].map(|name| folder.path().join(name));
    fs::write(&file, yesterday()).unwrap();
    fs::hard_link(&file, &other).unwrap();
    let output = braincube(folder.path())
        .args(DATA)
        .args(["-o", "out.csv"])
        .output()
        .unwrap();
    written(&output, &other);
    let message = stderr(&output);
    assert!(
        message.contains(IN_PLACE) && message.contains("2 hard links"),
        "{message}"
    );
    assert_eq!(file.metadata().unwrap().nlink(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn f6_a_file_that_cannot_be_written_is_an_error_before_the_first_request() {
    let simulator = Simulator::start().await.unwrap();
    let config = simulator.config_json();
    let checked = tokio::task::spawn_blocking(move || {
        let folder = shared();
        let directory = folder.path().join("closed");
        fs::create_dir(&directory).unwrap();
        fs::write(folder.path().join("config.json"), config).unwrap();
        mode(&folder.path().join("config.json"), 0o644);
        fs::write(directory.join("kept.csv"), "yesterday").unwrap();
        mode(&directory.join("kept.csv"), 0o444);
        mode(&directory, 0o555);
        for (name, why) in [
            ("new.csv", "cannot be written to (permission denied)"),
            ("kept.csv", "it is read-only"),
        ] {
            let mut command = unprivileged(folder.path(), &directory);
            command.args(["--config", "../config.json", "data", "demo", "20", "--all"]);
            let output = command.args(["-o", name]).output().unwrap();
            assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
            assert!(stderr(&output).contains(why), "{}", stderr(&output));
        }
        assert_eq!(
            fs::read_to_string(directory.join("kept.csv")).unwrap(),
            "yesterday"
        );
        mode(&directory, 0o755);
    });
    checked.await.unwrap();
    assert_eq!(simulator.request_count(), 0);
}
