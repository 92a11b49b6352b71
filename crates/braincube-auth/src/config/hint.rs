//! The ends of error messages, which help a person on.

use std::path::{Path, PathBuf};

/// `, line 3`, or nothing.
pub(crate) fn in_line(line: Option<usize>) -> String {
    line.map_or_else(String::new, |line| format!(", line {line}"))
}

/// Which file had nothing to say, and why another that is there was of no help.
pub(crate) fn files(read: Option<&Path>, unread: Option<&Path>) -> String {
    let mut hint = String::new();
    if let Some(path) = read {
        hint = format!("; {} has none", path.display());
    }
    if let Some(path) = unread {
        hint += &format!(
            "; {} was not read, because the token of one place is not sent to the address of \
             another: name the file (BRAINCUBE_CONFIG) to use both",
            path.display()
        );
    }
    hint
}

/// Which profiles there are.
pub(crate) fn profiles(file: Option<&PathBuf>, known: &[Box<str>]) -> String {
    match file {
        None => "no configuration file was read".to_owned(),
        Some(file) if known.is_empty() => format!("{} has none", file.display()),
        Some(file) => format!("{} has {}", file.display(), known.join(", ")),
    }
}
