//! What is seen on standard error while data is on its way.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::escape_control::escape_control;
use crate::logging::Verbosity;

/// How often the sign of life moves.
const TICK: Duration = Duration::from_millis(120);

/// A sign of life on standard error; silent where that is no terminal or nothing but errors is wanted.
pub(crate) fn spinner(verbosity: Verbosity, message: &str) -> ProgressBar {
    if verbosity != Verbosity::Normal || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr())
        .with_style(ProgressStyle::default_spinner())
        .with_message(escape_control(message, &[]).into_owned());
    bar.enable_steady_tick(TICK);
    bar
}
