//! Output: results on standard output, progress and errors on standard error.

use std::io::Write;

/// Writes one line to standard output. A closed pipe is ignored.
pub(crate) fn print(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Writes one line to standard error.
pub(crate) fn print_error(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
