//! The two streams of a terminal: results on the first, progress and complaints on the second.

use std::io::Write;

/// Writes one line to standard output; a closed pipe is no failure of the task.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Writes one line to standard error.
pub(crate) fn complain(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
