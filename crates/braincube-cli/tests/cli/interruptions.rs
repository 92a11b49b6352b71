//! Commands that are ended by a signal, by a full disk or by a reader that does not read.
#![cfg(unix)]

use std::fs::File;
use std::io::Read as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use braincube_sim::{Fault, Simulator};

use crate::command::{braincube, stderr};

/// How long a child may take to end before the test fails.
const PATIENCE: Duration = Duration::from_secs(60);

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill")
        .args([name, &child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
}

/// Returns the exit code of a child. Kills the child after [`PATIENCE`].
fn code(mut child: Child) -> Option<i32> {
    let id = child.id().to_string();
    let (ended, end) = std::sync::mpsc::channel();
    std::thread::spawn(move || ended.send(child.wait().unwrap()));
    let Ok(status) = end.recv_timeout(PATIENCE) else {
        Command::new("kill").args(["-KILL", &id]).status().unwrap();
        panic!("the command did not end");
    };
    assert_eq!(status.signal(), None, "the command exits, it is not killed");
    status.code()
}

/// A command that writes more data than fits into a pipe.
fn much(folder: &Path) -> Command {
    let mut command = braincube(folder);
    command.args(["--demo", "-q", "data", "demo", "20", "--all"]);
    command
}

#[test]
fn x1_ctrl_c_ends_a_command_whose_reader_does_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let child = much(folder.path()).stdout(Stdio::piped()).spawn();
    let mut child = child.unwrap();
    let mut reader = child.stdout.take().unwrap();
    // The command writes and waits until the pipe is read.
    reader.read_exact(&mut [0; 8]).unwrap();
    signal(&child, "-INT");
    assert_eq!(code(child), Some(130));
    drop(reader);
}

#[test]
fn x1_ctrl_c_ends_a_command_that_writes_into_a_named_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("out.csv");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let child = much(folder.path()).args(["-o", "out.csv"]).spawn().unwrap();
    let mut reader = File::open(&pipe).unwrap();
    reader.read_exact(&mut [0; 8]).unwrap();
    signal(&child, "-TERM");
    assert_eq!(code(child), Some(143));
    drop(reader);
}

#[tokio::test(flavor = "multi_thread")]
async fn f7_a_signal_leaves_no_temporary_file() {
    let stalled = Fault::stall(0).on("/LF");
    let simulator = Simulator::builder().fault(stalled).start().await.unwrap();
    for (name, expected) in [("-HUP", 129), ("-INT", 130), ("-TERM", 143)] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config.json"), simulator.config_json()).unwrap();
        std::fs::write(folder.path().join("out.csv"), "yesterday").unwrap();
        let arguments = ["-q", "data", "demo", "20", "--all", "-o", "out.csv"];
        let seen = simulator.request_count();
        let child = braincube(folder.path()).args(arguments).spawn().unwrap();
        while simulator
            .requests()
            .last()
            .is_none_or(|last| last.method() != "POST")
            || simulator.request_count() == seen
        {
            tokio::task::yield_now().await;
        }
        assert_eq!(
            partial(folder.path()),
            1,
            "a temporary file beside the output"
        );
        signal(&child, name);
        let code = tokio::task::spawn_blocking(move || code(child)).await;
        assert_eq!(code.unwrap(), Some(expected));
        assert_eq!(partial(folder.path()), 0);
        let left = std::fs::read_to_string(folder.path().join("out.csv")).unwrap();
        assert_eq!(left, "yesterday");
    }
}

/// `nohup` starts a command in this way, so that it outlives its terminal.
#[cfg(target_os = "linux")]
#[test]
fn f8_a_signal_that_is_ignored_from_the_start_stays_ignored() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["HUP", "INT", "TERM"] {
        let mut command = Command::new("sh");
        command
            .args(["-c", &format!("trap '' {name}; exec \"$0\" \"$@\"")])
            .arg(env!("CARGO_BIN_EXE_braincube"))
            .args(["--demo", "-q", "data", "demo", "20", "--all"])
            .env("HOME", folder.path())
            .current_dir(folder.path())
            .stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut reader = child.stdout.take().unwrap();
        // The command writes, so its signal handlers are installed.
        reader.read_exact(&mut [0; 8]).unwrap();
        signal(&child, &format!("-{name}"));
        std::io::copy(&mut reader, &mut std::io::sink()).unwrap();
        assert_eq!(code(child), Some(0), "{name}");
    }
}

fn partial(folder: &Path) -> usize {
    let names = folder
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    names
        .filter(|name| name.to_string_lossy().ends_with(".partial"))
        .count()
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["--demo", "-q", "data", "demo", "20", "--all"];
    let full = || File::options().write(true).open("/dev/full").unwrap();
    for command in [
        &arguments[..],
        &["--demo", "cubes"],
        &["completions", "bash"],
    ] {
        let output = braincube(folder.path())
            .args(command)
            .stdout(full())
            .output();
        let message = stderr(&output.unwrap());
        assert!(
            message.starts_with("error: cannot write to standard output: "),
            "{message}"
        );
        assert!(message.contains("No space left"), "{message}");
    }
    let loud = ["--demo", "data", "demo", "20", "--variables", "2000034"];
    let mut command = braincube(folder.path());
    command.args(loud).args(["-o", "out.csv"]).stderr(full());
    let status = command.status().unwrap();
    assert!(
        status.success(),
        "a closed standard error does not fail an extraction"
    );
    let into = ["-o", "/dev/full", "--format", "parquet"];
    let output = braincube(folder.path()).args(arguments).args(into).output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(1));
    let message = stderr(&output);
    assert!(
        message.starts_with("error: cannot write /dev/full: "),
        "{message}"
    );
}

#[test]
fn a_file_that_is_read_only_is_not_replaced() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.csv");
    std::fs::write(&path, "kept").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o444)).unwrap();
    let output = much(folder.path())
        .args(["-o", "out.csv"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let message = stderr(&output);
    assert_eq!(message, "error: cannot write out.csv: it is read-only\n");
    assert_eq!(std::fs::read_to_string(path).unwrap(), "kept");
}

/// A shell passes such a pipe for `-o >(program)`.
#[test]
fn an_unnamed_pipe_is_written_to() {
    let folder = tempfile::tempdir().unwrap();
    let (mut reader, writer) = std::io::pipe().unwrap();
    let mut command = braincube(folder.path());
    command.args([
        "--demo",
        "-q",
        "data",
        "demo",
        "20",
        "--variables",
        "2000034",
    ]);
    command
        .args(["-o", "/dev/fd/0", "--format", "csv"])
        .stdin(writer);
    let child = command.spawn().unwrap();
    drop(command);
    let mut text = String::new();
    reader.read_to_string(&mut text).unwrap();
    assert_eq!(code(child), Some(0));
    assert!(text.starts_with("2000034\n"), "{text}");
}

#[test]
fn a_dangling_symbolic_link_points_to_the_new_file() {
    let folder = tempfile::tempdir().unwrap();
    let [link, next] = ["link.csv", "next.csv"].map(|name| folder.path().join(name));
    std::os::unix::fs::symlink("next.csv", &link).unwrap();
    std::os::unix::fs::symlink("there.csv", &next).unwrap();
    let output = much(folder.path())
        .args(["-o", "link.csv"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(link.is_symlink() && next.is_symlink());
    assert!(folder.path().join("there.csv").is_file());
}

#[test]
fn concurrent_writers_leave_a_complete_file() {
    let folder = tempfile::tempdir().unwrap();
    let alone = much(folder.path()).output().unwrap().stdout;
    let start = || much(folder.path()).args(["-o", "out.csv"]).spawn().unwrap();
    let children: Vec<_> = std::iter::repeat_with(start).take(4).collect();
    for child in children {
        assert_eq!(code(child), Some(0));
    }
    assert!(std::fs::read(folder.path().join("out.csv")).unwrap() == alone);
    assert_eq!(folder.path().read_dir().unwrap().count(), 1);
}
