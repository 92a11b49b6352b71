//! One line on standard error when a request is retried for the first time.

use std::io::Write as _;
use std::sync::Once;
use std::time::Duration;

use braincube::transport::{RetryNotice, RetryOptions};

use crate::escape_control::escape_control;
use crate::logging::Verbosity;
use crate::stream::Stream;

/// The same options, which announce the first retry of the process: with it, a mistyped port is recognised at once.
///
/// Only if standard error is a terminal, and not with `--quiet`.
pub(crate) fn announced(retry: RetryOptions, verbosity: Verbosity) -> RetryOptions {
    if verbosity == Verbosity::Quiet || !Stream::Error.is_terminal() {
        return retry;
    }
    let first = Once::new();
    retry.on_retry(move |notice| {
        first.call_once(|| {
            // Overwrites the progress bar, which is drawn again below. A failure to write does not affect the command.
            let line = format!("\r\u{1b}[K{}\n", escape_control(&line(notice), &[]));
            let _ = Stream::Error.write_all(line.as_bytes());
        });
    })
}

fn line(notice: &RetryNotice) -> String {
    let reason = &notice.reason;
    match notice.retry_for {
        Some(time) => format!("{reason}; retrying for up to {}", shown(time)),
        None => format!("{reason}; retrying once"),
    }
}

/// A duration in the unit that people use for it.
fn shown(time: Duration) -> String {
    match time.as_secs() {
        seconds if seconds >= 120 && seconds % 60 == 0 => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::shown;

    #[test]
    fn n23_a_time_is_shown_in_seconds_or_whole_minutes() {
        for (seconds, expected) in [
            (0, "0 s"),
            (15, "15 s"),
            (60, "60 s"),
            (150, "150 s"),
            (300, "5 min"),
        ] {
            assert_eq!(shown(Duration::from_secs(seconds)), expected);
        }
    }
}
