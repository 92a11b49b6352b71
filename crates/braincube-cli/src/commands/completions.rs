//! `braincube completions`: a script that completes the command in a shell.

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::output;

/// Prints the script.
pub(super) async fn print(shell: Shell) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "braincube", &mut script);
    output::print_bytes(script).await
}
