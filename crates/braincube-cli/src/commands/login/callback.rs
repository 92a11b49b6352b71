//! Reads the URL that the user pastes, without an echo.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _};

use zeroize::Zeroizing;

/// A URL that contains a code, zeroized on drop.
pub(super) type Pasted = Zeroizing<String>;

/// Maximum length of the line, in bytes.
const MAX_LEN: u64 = 16 * 1024;

/// Reads one line: from the terminal without an echo, otherwise from standard input. `None` at the end of the input.
pub(super) fn read() -> io::Result<Option<Pasted>> {
    if io::stdin().is_terminal() {
        return rpassword::read_password().map(|line| Some(Zeroizing::new(line)));
    }
    let mut line = Zeroizing::new(String::with_capacity(4096));
    let count = io::stdin().lock().take(MAX_LEN).read_line(&mut line)?;
    Ok((count > 0).then_some(line))
}
