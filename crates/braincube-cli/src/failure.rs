//! [`Failure`]: why a command ends without success, in one line.

use std::error::Error as StdError;
use std::fmt::Write as _;
use std::process::ExitCode;

use braincube::login::LoginError;

use crate::escape_control::escape_control;
use crate::stream::print_note;

/// The exit code of wrong usage.
pub(crate) const WRONG_USAGE: u8 = 2;

/// Why a command ended without success.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What was asked could not be done: exit code 1.
    Failed(Box<dyn StdError + Send + Sync>),
    /// What was asked makes no sense: exit code 2.
    Usage(String),
    /// A person or the system ended it: the exit code that shells give.
    Interrupted(u8),
    /// Whoever read standard output has gone: nothing is left to do, and nothing to say.
    ReaderGone,
}

impl Failure {
    /// Tells the failure on standard error and gives the exit code.
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

    /// The same failure, of what was being done.
    pub(crate) fn about(self, what: &str) -> Self {
        match self {
            Self::Failed(error) => Self::Failed(format!("{what}: {}", chain(&*error)).into()),
            other => other,
        }
    }
}

impl<E: Into<Box<dyn StdError + Send + Sync>>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// The error, what the server said of it, and its causes, each once.
pub(crate) fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut line = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let text = cause.to_string();
        if !line.contains(&text) {
            let _ = write!(line, ": {text}");
        }
        next = cause.source();
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
    fn each_cause_is_told_once() {
        let error = Outer(io::Error::other("inner"));
        assert_eq!(chain(&error), "outer: inner");
    }

    #[test]
    fn a_message_of_several_lines_becomes_one() {
        assert_eq!(one_line("a\n  b\r\nc"), "a b c");
    }
}
