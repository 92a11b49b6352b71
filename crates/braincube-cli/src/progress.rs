//! Progress and retries, shown on the terminal while a command runs.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::Once;
use std::time::Duration;

use braincube::transport::{RetryNotice, RetryOptions};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::escape_control::escape_control;
use crate::logging::Verbosity;
use crate::stream::Stream;

/// The interval at which the spinner is redrawn.
const TICK: Duration = Duration::from_millis(120);

/// A spinner on standard error. Hidden without a terminal, and with `--quiet` and `--verbose`.
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

/// Prints one line when a request is retried for the first time: it reveals a mistyped port at once, not only when the
/// retries end.
///
/// Prints nothing if standard error is not a terminal, and with `--quiet`.
pub(crate) fn announce_first_retry(retry: RetryOptions, verbosity: Verbosity) -> RetryOptions {
    if verbosity == Verbosity::Quiet || !Stream::Error.is_terminal() {
        return retry;
    }
    let first = Once::new();
    retry.on_retry(move |notice| {
        first.call_once(|| {
            // Overwrites the spinner, which is redrawn below. A failure to write does not affect the command.
            let line = escape_control(&retry_line(notice), &[]).into_owned();
            let _ = Stream::Error.write_all(format!("\r\u{1b}[K{line}\n").as_bytes());
        });
    })
}

fn retry_line(notice: &RetryNotice) -> String {
    let reason = &notice.reason;
    match notice.retry_for {
        Some(time) => format!("{reason}; retrying for up to {}", in_words(time)),
        None => format!("{reason}; retrying once"),
    }
}

fn in_words(time: Duration) -> String {
    match time.as_secs() {
        seconds if seconds >= 120 && seconds % 60 == 0 => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::in_words;

    #[test]
    fn n23_a_time_is_shown_in_seconds_or_whole_minutes() {
        for (seconds, expected) in [
            (0, "0 s"),
            (15, "15 s"),
            (60, "60 s"),
            (150, "150 s"),
            (300, "5 min"),
        ] {
            assert_eq!(in_words(Duration::from_secs(seconds)), expected);
        }
    }
}
