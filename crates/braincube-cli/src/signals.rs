//! The signals that end the command before it is done.

use crate::failure::Failure;

/// Shells give 128 and the number of the signal as the exit code of a command that a signal has ended.
#[cfg(unix)]
const SIGNAL: u8 = 128;

/// The exit code after Ctrl-C.
#[cfg(not(unix))]
const CTRL_C: u8 = 130;

/// Waits for Ctrl-C, `SIGTERM`, or for the terminal to close (`SIGHUP`).
///
/// A signal that the process was started to ignore, as by `nohup`, stays ignored.
#[cfg(unix)]
pub(crate) async fn ended() -> Failure {
    use tokio::signal::unix::SignalKind;
    let ignored = ignored();
    tokio::select! {
        failure = received(SignalKind::interrupt(), ignored) => failure,
        failure = received(SignalKind::terminate(), ignored) => failure,
        failure = received(SignalKind::hangup(), ignored) => failure,
    }
}

/// Waits for one signal; for ever if it is ignored or cannot be caught, in which case the system acts on it.
#[cfg(unix)]
async fn received(kind: tokio::signal::unix::SignalKind, ignored: u64) -> Failure {
    let number = kind.as_raw_value();
    if ignored & 1 << (number - 1) == 0
        && let Ok(mut signal) = tokio::signal::unix::signal(kind)
        && signal.recv().await.is_some()
        && let Ok(number) = u8::try_from(number)
    {
        return Failure::Interrupted(SIGNAL + number);
    }
    std::future::pending().await
}

/// The signals that the process ignores, as a mask in which bit 0 is signal 1.
#[cfg(target_os = "linux")]
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or(0)
}

/// Other systems do not tell without unsafe code. `SIGHUP` counts as ignored there: a temporary file that stays behind
/// is less harm than a long extraction that ends in spite of `nohup`.
#[cfg(all(unix, not(target_os = "linux")))]
fn ignored() -> u64 {
    1
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
pub(crate) async fn ended() -> Failure {
    match tokio::signal::ctrl_c().await {
        Ok(()) => Failure::Interrupted(CTRL_C),
        // The system ends the process by itself.
        Err(_) => std::future::pending().await,
    }
}
