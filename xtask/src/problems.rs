//! The result of a verb, and its output.

use std::fmt;
use std::io::{self, Write as _};

/// The closing line of a verb that succeeded, or its problems.
pub(crate) type Outcome = Result<String, Problems>;

/// A non-empty list of problems, each with file and line if they are known.
#[derive(Debug)]
pub(crate) struct Problems {
    entries: Vec<String>,
}

impl Problems {
    /// A single problem.
    pub(crate) fn one(entry: impl Into<String>) -> Self {
        Self {
            entries: vec![entry.into()],
        }
    }

    /// Converts an error of the file system at this path.
    pub(crate) fn at(path: impl fmt::Display) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::one(format!("{path}: {error}"))
    }

    /// Returns an error if the list is not empty.
    pub(crate) fn check(entries: Vec<String>) -> Result<(), Self> {
        if entries.is_empty() {
            Ok(())
        } else {
            Err(Self { entries })
        }
    }

    /// The number of problems, as text.
    pub(crate) fn count(&self) -> String {
        match self.entries.len() {
            1 => "1 problem".to_owned(),
            count => format!("{count} problems"),
        }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.entries.join("\n"))
    }
}

/// Writes one line to standard output. A closed pipe is ignored.
pub(crate) fn print(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

/// Writes one line to standard error.
pub(crate) fn print_error(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_list_is_a_success() {
        assert!(Problems::check(Vec::new()).is_ok());
    }

    #[test]
    fn entries_are_shown_one_per_line_and_counted() {
        let problems = Problems::check(vec!["a".into(), "b".into()]).unwrap_err();
        assert_eq!(problems.to_string(), "a\nb");
        assert_eq!(problems.count(), "2 problems");
        assert_eq!(Problems::one("a").count(), "1 problem");
    }
}
