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
fn f9_a_non_blocking_pipe_is_written_to_the_end() {
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
        // Nothing is read until the pipe is full, for which the command must wait then.
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

/// Runs the command behind a shell that closes or redirects a stream.
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
fn f10_a_closed_standard_output_is_an_error_where_output_is_due() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        &["--demo", "cubes"][..],
        &["--demo", "data", "demo", "20", "--variables", "2000034"],
        &["--demo", "show", "demo", "20"],
        &["completions", "bash"],
        &["--help"],
        // What is missing here is told only later.
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
        let told = stderr(&output);
        assert_eq!(
            told,
            "error: cannot write to standard output: it is closed\n"
        );
    }
}

#[test]
fn f10_without_output_a_closed_standard_output_does_not_matter() {
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
    // Python and Node.js open it for both when they throw the output of a program away.
    for null in [">/dev/null", "1<>/dev/null"] {
        let output = redirected(folder.path(), null, &["--demo", "cubes"]);
        assert!(output.status.success(), "{null}: {}", stderr(&output));
    }
}

/// A pseudo-terminal of that many columns: its two ends.
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

/// What a terminal of that many columns is sent, on standard output and standard error.
fn shown(command: &mut Command, columns: u16) -> String {
    let (mut master, slave) = terminal(columns);
    command.stdin(Stdio::null());
    command.stdout(slave.try_clone().unwrap()).stderr(slave);
    let mut child = command.spawn().unwrap();
    // The terminal is closed once the child has ended.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let (mut bytes, mut piece) = (Vec::new(), [0; 4096]);
    // Linux ends it by an error once the other end is closed.
    while let Ok(count @ 1..) = master.read(&mut piece) {
        bytes.extend_from_slice(&piece[..count]);
    }
    child.wait().unwrap();
    String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
}

/// A terminal title, a colour by one character, reversed text, and what deletes: as JSON has them, escaped or not.
const EVIL: &str = "Sp\u{1b}]0;gone\u{7}\u{9b}31m\u{202e}ee\u{7f}\u{200b}d\rx";

/// A server all of whose texts are [`EVIL`].
fn evil_server() -> std::net::SocketAddr {
    const TEXT: &str = "\"Sp\\u001b]0;gone\\u0007\u{9b}31m\u{202e}ee\u{7f}\u{200b}d\\rx\"";
    let fill = |body: &str| -> &'static str { body.replace("EVIL", TEXT).leak() };
    let answers = [
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
    let answers = answers.map(|(path, body)| (path, fill(body)));
    serve_paths(answers.to_vec().leak())
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
        // The error names what there is, the log what was received, and the progress what was asked for.
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
        // The name of a braincube is refused where it cannot be part of a path.
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
fn f12_a_pipe_and_a_file_get_every_character_unchanged() {
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
fn f11_bytes_that_are_not_text_are_escaped_on_a_terminal() {
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
        let told = format!("{left} of {columns} columns are not shown; --format csv gives all");
        assert_eq!(lines[21], told, "{text}");
        assert!(lines[22].starts_with("20 of "), "{text}");
    }
}

#[test]
fn f15_a_list_fits_the_terminal_and_a_pipe_gets_all_of_it() {
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
    let told = format!("{cut} cells are cut off; --format csv gives all of them\n");
    assert!(narrow.ends_with(&told), "{narrow}");
    let piped = run(&["--format", "table"]).output().unwrap().stdout;
    let piped = String::from_utf8(piped).unwrap();
    assert!(!piped.contains('…'), "{piped}");
    assert_eq!(
        shown(&mut run(&[]), 500),
        piped,
        "a terminal that is wide enough shows all of it"
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
fn n23_the_first_retry_is_announced_on_a_terminal_and_nowhere_else() {
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
