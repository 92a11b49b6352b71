//! The address that a person pastes, read without being shown.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _};

use zeroize::Zeroizing;

/// An address with a code in it: wiped from memory when dropped.
pub(super) type Pasted = Zeroizing<String>;

/// The longest line that is read, in bytes.
const LONGEST: u64 = 16 * 1024;

/// One line: from the terminal without an echo, else from standard input; none at its end.
pub(super) fn read() -> io::Result<Option<Pasted>> {
    if io::stdin().is_terminal() {
        return rpassword::read_password().map(|line| Some(Zeroizing::new(line)));
    }
    let mut line = Zeroizing::new(String::with_capacity(4096));
    let count = io::stdin().lock().take(LONGEST).read_line(&mut line)?;
    Ok((count > 0).then_some(line))
}
