//! The ends of error messages, which help a person on.

use std::path::PathBuf;

/// `, line 3`, or nothing.
pub(crate) fn in_line(line: Option<usize>) -> String {
    line.map_or_else(String::new, |line| format!(", line {line}"))
}

/// Which profiles there are.
pub(crate) fn profiles(file: Option<&PathBuf>, known: &[Box<str>]) -> String {
    match file {
        None => "no configuration file was read".to_owned(),
        Some(file) if known.is_empty() => format!("{} has none", file.display()),
        Some(file) => format!("{} has {}", file.display(), known.join(", ")),
    }
}
