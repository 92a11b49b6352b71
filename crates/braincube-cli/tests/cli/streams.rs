//! Standard output and standard error: closed, non-blocking, or a terminal.
#![cfg(unix)]

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::command::{braincube, demo, stderr};
use crate::failures::{SIMPLE, closed_address, config, serve_paths};

const ALL: [&str; 6] = ["--demo", "-q", "data", "demo", "20", "--all"];

#[test]
fn f9_a_non_blocking_pipe_receives_all_output() {
    let folder = tempfile::tempdir().unwrap();
    for format in ["csv", "json", "parquet"] {
        let run = || {
            let mut command = braincube(folder.path());
            command.args(ALL).args(["--format", format]);
            command
        };
        let expected = run().output().unwrap().stdout;
        let (mut reader, writer) = std::io::pipe().unwrap();
        let flags = fcntl_getfl(&writer).unwrap();
        fcntl_setfl(&writer, flags | OFlags::NONBLOCK).unwrap();
        let mut command = run();
        let mut child = command.stdout(writer.try_clone().unwrap()).spawn().unwrap();
        drop(command);
        // The pipe is not read until it is full, so the command has to wait.
        let is_full = || {
            let mut writable = [PollFd::new(&writer, PollFlags::OUT)];
            poll(&mut writable, Some(&Timespec::default())).unwrap() == 0
        };
        while !is_full() && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        drop(writer);
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).unwrap();
        assert!(child.wait().unwrap().success(), "{format}");
        assert_eq!(bytes.len(), expected.len(), "{format}");
        assert!(bytes == expected, "{format}");
    }
}

/// Runs the command in a shell that closes or redirects a stream.
fn redirected(folder: &Path, redirection: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("exec \"$0\" \"$@\" {redirection}")])
        .arg(env!("CARGO_BIN_EXE_braincube"))
        .args(arguments)
        .env_clear()
        .env("HOME", folder)
        .current_dir(folder);
    command.output().unwrap()
}

#[test]
fn f10_a_closed_standard_output_is_an_error_if_there_is_output() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        &["--demo", "cubes"][..],
        &["--demo", "data", "demo", "20", "--variables", "2000034"],
        &["--demo", "show", "demo", "20"],
        &["completions", "bash"],
        &["--help"],
        // The missing configuration would be detected only later.
        &["--config", "absent.json", "cubes"],
        &[
            "--config",
            "absent.json",
            "data",
            "demo",
            "20",
            "--all",
            "-o",
            "-.parquet",
        ],
    ] {
        let output = redirected(folder.path(), ">&-", arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let message = stderr(&output);
        assert_eq!(
            message,
            "error: cannot write to standard output: it is closed\n"
        );
    }
}

#[test]
fn f10_without_output_a_closed_standard_output_is_ignored() {
    let folder = tempfile::tempdir().unwrap();
    let to_file = [
        "--demo",
        "data",
        "demo",
        "20",
        "--variables",
        "2000034",
        "-o",
        "out.csv",
    ];
    let output = redirected(folder.path(), ">&-", &to_file);
    assert!(output.status.success(), "{}", stderr(&output));
    let text = std::fs::read_to_string(folder.path().join("out.csv")).unwrap();
    assert!(text.starts_with("2000034\n"), "{text}");
    // Python and Node.js open it in these modes to discard the output of a program.
    for null in [">/dev/null", "1<>/dev/null"] {
        let output = redirected(folder.path(), null, &["--demo", "cubes"]);
        assert!(output.status.success(), "{null}: {}", stderr(&output));
    }
}

/// Opens a pseudo-terminal. Returns both ends.
fn terminal(columns: u16) -> (File, OwnedFd) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let path = ptsname(&master, Vec::new()).unwrap();
    let flags = OFlags::RDWR | OFlags::NOCTTY;
    let slave = rustix::fs::open(&*path, flags, rustix::fs::Mode::empty()).unwrap();
    let size = Winsize {
        ws_row: 40,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&slave, size).unwrap();
    (File::from(master), slave)
}

/// Runs a command on a terminal. Returns the text that the terminal receives.
fn shown(command: &mut Command, columns: u16) -> String {
    let (mut master, slave) = terminal(columns);
    command.stdin(Stdio::null());
    command.stdout(slave.try_clone().unwrap()).stderr(slave);
    let mut child = command.spawn().unwrap();
    // Closes the terminal of this process, so that it is closed when the child ends.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let (mut bytes, mut piece) = (Vec::new(), [0; 4096]);
    // Linux returns an error when the other end is closed.
    while let Ok(count @ 1..) = master.read(&mut piece) {
        bytes.extend_from_slice(&piece[..count]);
    }
    child.wait().unwrap();
    String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
}

/// A text that sets the title and the colour of a terminal, reverses text and deletes characters.
const EVIL: &str = "Sp\u{1b}]0;gone\u{7}\u{9b}31m\u{202e}ee\u{7f}\u{200b}d\rx";

/// A server that uses [`EVIL`] for all texts, some of its characters escaped.
fn evil_server() -> std::net::SocketAddr {
    const TEXT: &str = "\"Sp\\u001b]0;gone\\u0007\u{9b}31m\u{202e}ee\u{7f}\u{200b}d\\rx\"";
    let fill = |body: &str| -> &'static str { body.replace("EVIL", TEXT).leak() };
    let responses = [
        (
            "/user/me",
            r#"{"accessList": [{"product": {"name": EVIL, "productId": "1", "type": "braincube"}}]}"#,
        ),
        SIMPLE,
        (
            "/LF",
            r#"{"datadefs": [{"id": "mb20/d1", "type": "DISCRETE", "data": [EVIL, "b"]}]}"#,
        ),
        (
            "/extended",
            r#"{"bcId": 1, "name": EVIL, "standard": EVIL, "type": "DISCRETE", "other": EVIL}"#,
        ),
        (
            "offset=0",
            r#"{"items": [{"bcId": 1, "name": EVIL, "standard": EVIL, "type": EVIL}]}"#,
        ),
        ("offset=", r#"{"items": []}"#),
        ("/any", r#"{"any": EVIL}"#),
    ];
    let responses = responses.map(|(path, body)| (path, fill(body)));
    serve_paths(responses.to_vec().leak())
}

const COMMANDS: &[&[&str]] = &[
    &["bases", "demo"],
    &["variables", "demo", "20"],
    &["groups", "demo", "20"],
    &["jobs", "demo", "20"],
    &["show", "demo", "20"],
    &["show", "demo", "20", "job", "1"],
    &[
        "data",
        "demo",
        "20",
        "--variables",
        "1",
        "--label",
        "standard",
    ],
    &["request", "any"],
    &["request", "any", "--raw"],
];

fn is_control(character: char) -> bool {
    let kept = matches!(character, '\n' | '\t');
    let hidden = matches!(character, '\u{200b}' | '\u{202e}');
    hidden || character.is_control() && !kept
}

#[test]
fn f11_no_control_character_of_the_server_reaches_a_terminal() {
    let folder = tempfile::tempdir().unwrap();
    config(folder.path(), &format!("http://{}", evil_server()));
    for arguments in COMMANDS {
        for format in ["table", "csv", "json"] {
            let mut command = braincube(folder.path());
            command.args(["-q", "--format", format]).args(*arguments);
            let text = shown(&mut command, 200);
            assert_eq!(
                text.find(is_control),
                None,
                "{arguments:?} {format}: {text:?}"
            );
            assert!(
                text.contains(r"\u009b31m\u202eee\u007f"),
                "{arguments:?} {format}: {text}"
            );
        }
    }
}

#[test]
fn f11_no_control_character_reaches_a_terminal_in_a_message() {
    let folder = tempfile::tempdir().unwrap();
    config(folder.path(), &format!("http://{}", evil_server()));
    for arguments in [
        // The error contains names of the server, the log the response, and the progress the arguments.
        &["data", "demo", "20", "--variables", "2"][..],
        &[
            "-vv",
            "data",
            "demo",
            "20",
            "--variables",
            "1",
            "--label",
            "standard",
        ],
        &["data", EVIL, "20", "--variables", "1"],
        &["bases", EVIL],
        // This name of a braincube is invalid in a path.
        &["cubes"],
        &["data", "demo", "20", "--filter", EVIL, "--all"],
        &["data", "demo", EVIL],
    ] {
        let text = shown(braincube(folder.path()).args(arguments), 200);
        for character in [
            "\u{1b}]", "\u{7}", "\u{9b}", "\u{202e}", "\u{7f}", "\u{200b}",
        ] {
            assert!(!text.contains(character), "{arguments:?}: {text:?}");
        }
    }
}

#[test]
fn f12_pipes_and_files_get_each_character_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    config(folder.path(), &format!("http://{}", evil_server()));
    for arguments in COMMANDS {
        for format in ["csv", "json"] {
            let mut command = braincube(folder.path());
            command.args(["-q", "--format", format]).args(*arguments);
            let output = command.output().unwrap();
            let text = String::from_utf8(output.stdout).unwrap();
            assert!(
                text.contains("\u{9b}31m\u{202e}ee\u{7f}\u{200b}d"),
                "{arguments:?}: {text:?}"
            );
        }
    }
    let mut command = braincube(folder.path());
    command.args([
        "-q",
        "data",
        "demo",
        "20",
        "--variables",
        "1",
        "-o",
        "out.csv",
    ]);
    assert!(command.status().unwrap().success());
    let text = std::fs::read_to_string(folder.path().join("out.csv")).unwrap();
    assert_eq!(text, format!("1\n\"{EVIL}\"\nb\n"));
}

#[test]
fn f11_invalid_utf_8_is_escaped_on_a_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    config(
        folder.path(),
        &format!("http://{}", listener.local_addr().unwrap()),
    );
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\n";
            let _ = stream.write_all(&[head, &b"a\x9b\xffb\n"[..]].concat());
        }
    });
    let mut command = braincube(folder.path());
    let text = shown(command.args(["-q", "request", "any", "--raw"]), 80);
    assert_eq!(text, "a\\x9b\\xffb\n");
}

/// A terminal by its path, for example /dev/tty.
#[test]
fn f11_a_terminal_as_output_file_gets_escaped_text() {
    let folder = tempfile::tempdir().unwrap();
    config(folder.path(), &format!("http://{}", evil_server()));
    let (mut master, slave) = terminal(200);
    let path = ptsname(&master, Vec::new()).unwrap();
    let path = path.to_str().unwrap();
    let run = |format| {
        let mut command = braincube(folder.path());
        command.args(["-q", "data", "demo", "20", "--variables", "1"]);
        command.args(["-o", path, "--format", format]);
        command.output().unwrap()
    };
    let output = run("csv");
    assert!(output.status.success(), "{}", stderr(&output));
    let mut bytes = [0; 4096];
    let count = master.read(&mut bytes).unwrap();
    let text = std::str::from_utf8(&bytes[..count]).unwrap();
    assert!(
        text.contains(r"\u009b31m\u202eee\u007f\u200bd\rx"),
        "{text:?}"
    );
    let binary = run("parquet");
    assert_eq!(binary.status.code(), Some(1));
    let message = stderr(&binary);
    assert!(message.contains("are binary"), "{message}");
    drop(slave);
}

#[test]
fn f15_a_table_of_data_leaves_out_columns_that_do_not_fit() {
    let all = demo(&["data", "demo", "20", "--all", "--format", "table"]);
    let columns = all.lines().next().unwrap().split_whitespace().count();
    for width in [20, 40, 80, 132] {
        let folder = tempfile::tempdir().unwrap();
        let text = shown(braincube(folder.path()).args(ALL), width);
        let lines: Vec<_> = text.lines().collect();
        let table = &lines[..21];
        let widest = table.iter().map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= width.into(), "{width}: {text}");
        let left = columns - table[0].split_whitespace().count();
        let expected =
            format!("{left} of {columns} columns are not shown; --format csv writes all");
        assert_eq!(lines[21], expected, "{text}");
        assert!(lines[22].starts_with("20 of "), "{text}");
    }
}

#[test]
fn f15_a_list_fits_the_terminal_and_is_complete_in_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = braincube(folder.path());
        command
            .args(["--demo", "variables", "demo", "20"])
            .args(arguments);
        command
    };
    let narrow = shown(&mut run(&[]), 60);
    assert!(
        narrow.lines().all(|line| line.chars().count() <= 60),
        "{narrow}"
    );
    let cut = narrow.matches('…').count();
    assert!(cut > 0, "{narrow}");
    let expected = format!("{cut} cells are cut off; --format csv writes all of them\n");
    assert!(narrow.ends_with(&expected), "{narrow}");
    let piped = run(&["--format", "table"]).output().unwrap().stdout;
    let piped = String::from_utf8(piped).unwrap();
    assert!(!piped.contains('…'), "{piped}");
    assert_eq!(
        shown(&mut run(&[]), 500),
        piped,
        "a wide terminal shows the complete list"
    );
}

#[test]
fn f16_help_wraps_at_the_width_of_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    for width in [72, 80] {
        for arguments in [
            &["--help"][..],
            &["data", "--help"],
            &["data", "-h"],
            &["sim", "--help"],
        ] {
            let text = shown(braincube(folder.path()).args(arguments), width);
            let long = text
                .lines()
                .find(|line| line.chars().count() > width.into());
            assert_eq!(long, None, "{arguments:?} at {width}");
        }
    }
}

#[test]
fn n23_the_first_retry_is_announced_only_on_a_terminal() {
    const LINE: &str = "connection refused; retrying for up to 1 s";
    let folder = tempfile::tempdir().unwrap();
    config(folder.path(), &format!("http://{}", closed_address()));
    for arguments in [&["cubes"][..], &["data", "demo", "20", "--all"]] {
        let run = |options: &[&str]| {
            let mut command = braincube(folder.path());
            command
                .args(arguments)
                .args(["--retry-for", "1s"])
                .args(options);
            command
        };
        let seen = shown(&mut run(&[]), 200);
        assert_eq!(seen.matches(LINE).count(), 1, "{seen}");
        assert!(seen.contains("error: "), "{seen}");
        let quiet = shown(&mut run(&["-q"]), 200);
        assert!(!quiet.contains("retrying"), "{quiet}");
        let piped = stderr(&run(&[]).output().unwrap());
        assert!(!piped.contains("retrying"), "{piped}");
    }
}
