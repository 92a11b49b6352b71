//! [`Stream`]: standard output and standard error.

use std::io::{self, IsTerminal as _, Write};
#[cfg(unix)]
use std::sync::atomic::{AtomicBool, Ordering};

use crate::escape_control::escape_control;

/// A standard stream of the process, unbuffered.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stream {
    /// Standard output: lists and data.
    Output,
    /// Standard error: messages.
    Error,
}

impl Stream {
    /// Whether the stream is a terminal.
    pub(crate) fn is_terminal(self) -> bool {
        match self {
            Self::Output => io::stdout().is_terminal(),
            Self::Error => io::stderr().is_terminal(),
        }
    }

    /// The number of columns of the terminal on standard output, if it is known.
    pub(crate) fn width() -> Option<usize> {
        let (width, _) = terminal_size::terminal_size_of(io::stdout())?;
        Some(width.0.into())
    }
}

/// Prints a message of one or more lines to standard error. Control characters are escaped even if standard error is a
/// file, because log files are read on terminals later.
///
/// # Errors
///
/// If writing to standard error fails.
pub(crate) fn print_message(message: &str) -> io::Result<()> {
    let line = escape_control(message, &['\n']) + "\n";
    Stream::Error.write_all(line.as_bytes())
}

/// Prints a message. A failure to write it is ignored.
pub(crate) fn print_note(message: &str) {
    let _ = print_message(message);
}

/// Converts output to text for a terminal: escapes control characters and bytes that are not UTF-8.
pub(crate) fn for_terminal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(&escape_control(chunk.valid(), &['\n', '\t']));
        text.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
    }
    text
}

impl Write for Stream {
    /// Waits until the stream accepts bytes if it is in non-blocking mode, which Node.js and SSH set.
    #[cfg(unix)]
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        use rustix::event::{PollFd, PollFlags, poll};
        use rustix::io::Errno;
        let stream = match self {
            Self::Output => rustix::stdio::stdout(),
            Self::Error => rustix::stdio::stderr(),
        };
        loop {
            match rustix::io::write(stream, bytes) {
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => {
                    let mut writable = [PollFd::from_borrowed_fd(stream, PollFlags::OUT)];
                    match poll(&mut writable, None) {
                        Ok(_) | Err(Errno::INTR) => {}
                        Err(error) => return Err(error.into()),
                    }
                }
                written => return Ok(written?),
            }
        }
    }

    #[cfg(not(unix))]
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Output => io::stdout().write(bytes),
            Self::Error => io::stderr().write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Output => io::stdout().flush(),
            Self::Error => io::stderr().flush(),
        }
    }
}

/// Whether standard output was closed when the process started, for example by `>&-` in a shell.
#[cfg(unix)]
static IS_CLOSED: AtomicBool = AtomicBool::new(false);

/// Runs before `main`: then, the runtime of Rust has opened `/dev/null` as standard output, and output would be lost
/// without an error.
#[cfg(unix)]
#[ctor::ctor]
fn record_closed() {
    let is_closed = rustix::io::fcntl_getfd(rustix::stdio::stdout()).is_err();
    IS_CLOSED.store(is_closed, Ordering::Relaxed);
}

/// Checks that standard output is open.
///
/// # Errors
///
/// If it was closed when the process started.
pub(crate) fn check_output() -> io::Result<()> {
    #[cfg(unix)]
    if IS_CLOSED.load(Ordering::Relaxed) {
        return Err(io::Error::other("it is closed"));
    }
    Ok(())
}
