//! [`Stream`]: standard output and standard error, written to the end and safe for a terminal.

use std::io::{self, IsTerminal as _, Write};

use crate::escape_control::escape_control;

/// A standard stream of the process. It is not buffered.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stream {
    /// Standard output: lists and data.
    Output,
    /// Standard error: messages.
    Error,
}

impl Stream {
    /// Whether a person sees what is written.
    pub(crate) fn is_terminal(self) -> bool {
        match self {
            Self::Output => io::stdout().is_terminal(),
            Self::Error => io::stderr().is_terminal(),
        }
    }

    /// The number of columns of the terminal that shows standard output; `None` if there is no terminal, or if it does
    /// not say.
    pub(crate) fn width() -> Option<usize> {
        let (width, _) = terminal_size::terminal_size_of(io::stdout())?;
        Some(width.0.into())
    }
}

/// Prints a message of one or more lines to standard error. Control characters are escaped even if standard error is a
/// file: the messages in a log are read on a terminal later.
///
/// # Errors
///
/// If standard error cannot be written to.
pub(crate) fn print_message(message: &str) -> io::Result<()> {
    let line = escape_control(message, &['\n']) + "\n";
    Stream::Error.write_all(line.as_bytes())
}

/// Prints a message; a failure to write it is ignored.
pub(crate) fn print_note(message: &str) {
    let _ = print_message(message);
}

/// Writes the lines of the log to standard error, each event in one line.
#[derive(Debug)]
pub(crate) struct LogWriter;

impl Write for LogWriter {
    /// Takes one whole event, which is how the subscriber of `tracing` writes.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let line = escape_control(text.trim_end_matches('\n'), &[]);
        print_message(&line)?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The bytes as text that a terminal can be sent: control characters and bytes that are not UTF-8 are escaped.
pub(crate) fn for_terminal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(&escape_control(chunk.valid(), &['\n', '\t']));
        text.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
    }
    text
}

/// Waits where the stream is in non-blocking mode, as Node.js and SSH set it, and cannot take more bytes yet.
#[cfg(unix)]
impl Write for Stream {
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
                    match poll(
                        &mut [PollFd::from_borrowed_fd(stream, PollFlags::OUT)],
                        None,
                    ) {
                        Ok(_) | Err(Errno::INTR) => {}
                        Err(error) => return Err(error.into()),
                    }
                }
                written => return Ok(written?),
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(not(unix))]
impl Write for Stream {
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

/// Notes whether standard output is closed, as by `>&-` in a shell. The runtime of Rust opens `/dev/null` in its place
/// before `main`, after which nothing shows it any more, and everything written would be lost without an error.
#[cfg(unix)]
mod closed {
    use std::sync::atomic::{AtomicBool, Ordering};

    static IS_CLOSED: AtomicBool = AtomicBool::new(false);

    #[ctor::ctor]
    fn note() {
        let is_closed = rustix::io::fcntl_getfd(rustix::stdio::stdout()).is_err();
        IS_CLOSED.store(is_closed, Ordering::Relaxed);
    }

    /// Whether it was closed when the process started.
    pub(super) fn is_closed() -> bool {
        IS_CLOSED.load(Ordering::Relaxed)
    }
}

/// Makes sure that standard output can be written to.
///
/// # Errors
///
/// If it was closed when the process started.
pub(crate) fn check_output() -> io::Result<()> {
    #[cfg(unix)]
    if closed::is_closed() {
        return Err(io::Error::other("it is closed"));
    }
    Ok(())
}
