//! [`Failure`]: the reason why a command failed, its message and its exit code.

use std::error::Error as StdError;
use std::fmt::Write as _;
use std::process::ExitCode;

use braincube::login::LoginError;

use crate::escape_control::escape_control;
use crate::stream::print_note;

/// The exit code of wrong usage.
pub(crate) const WRONG_USAGE: u8 = 2;

/// The reason why a command ended early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command failed: exit code 1.
    Failed(Box<dyn StdError + Send + Sync>),
    /// The arguments are invalid: exit code 2.
    Usage(String),
    /// A signal ended the command: the exit code of shells.
    Interrupted(u8),
    /// The reader of standard output closed it, for example `head`: exit code 0 and no message.
    ReaderGone,
}

impl Failure {
    /// Prints the message to standard error and returns the exit code.
    pub(crate) fn report(self) -> ExitCode {
        let (line, code) = match self {
            Self::Failed(error) => (chain(&*error), ExitCode::FAILURE),
            Self::Usage(message) => (message, ExitCode::from(WRONG_USAGE)),
            Self::Interrupted(code) => return ExitCode::from(code),
            Self::ReaderGone => return ExitCode::SUCCESS,
        };
        print_note(&format!("error: {}", escape_control(&one_line(&line), &[])));
        code
    }

    /// Puts a context in front of the message of [`Failure::Failed`].
    pub(crate) fn about(self, context: &str) -> Self {
        match self {
            Self::Failed(error) => Self::Failed(format!("{context}: {}", chain(&*error)).into()),
            other => other,
        }
    }
}

impl<E: Into<Box<dyn StdError + Send + Sync>>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Joins the messages of an error, its sources and the server. A message that is contained in an earlier one is left
/// out.
pub(crate) fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut line = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        let text = source.to_string();
        if !line.contains(&text) {
            let _ = write!(line, ": {text}");
        }
        next = source.source();
    }
    let of_request = error.downcast_ref().and_then(braincube::Error::detail);
    let of_login = error.downcast_ref().and_then(LoginError::detail);
    if let Some(detail) = of_request.or(of_login) {
        let _ = write!(line, ": the server says: {detail}");
    }
    line
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::{chain, one_line};

    #[derive(Debug, thiserror::Error)]
    #[error("outer")]
    struct Outer(#[source] io::Error);

    #[test]
    fn each_source_is_written_once() {
        let error = Outer(io::Error::other("inner"));
        assert_eq!(chain(&error), "outer: inner");
    }

    #[test]
    fn a_message_of_several_lines_becomes_one_line() {
        assert_eq!(one_line("a\n  b\r\nc"), "a b c");
    }
}
