//! Signals that end the command, and blocking work that does not delay this.

use tokio::sync::oneshot;
use tokio::sync::oneshot::error::RecvError;

use crate::exit::Failure;

/// Runs blocking work on its own thread.
///
/// If the future is dropped, the thread is not joined: it ends with the process. A blocking task of tokio would delay
/// the exit until its work is done.
pub(crate) async fn spawn_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, RecvError> {
    let (sender, receiver) = oneshot::channel();
    std::thread::spawn(move || sender.send(work()));
    receiver.await
}

/// The exit code after a signal is this plus the number of the signal, as in shells.
#[cfg(unix)]
const SIGNAL: u8 = 128;

/// The exit code after Ctrl-C.
#[cfg(not(unix))]
const CTRL_C: u8 = 130;

/// Waits for Ctrl-C, `SIGTERM` or the end of the terminal (`SIGHUP`).
///
/// Signals that the process ignores since its start stay ignored, for example under `nohup`.
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

/// Waits for one signal. Never completes if the signal is ignored or cannot be handled.
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

/// Returns the ignored signals as a mask; bit 0 is signal 1.
#[cfg(target_os = "linux")]
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or(0)
}

/// Other systems provide the mask only to unsafe code. `SIGHUP` is assumed to be ignored: a temporary file that is left
/// behind is less harm than a long extraction that ends in spite of `nohup`.
#[cfg(all(unix, not(target_os = "linux")))]
fn ignored() -> u64 {
    1
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
pub(crate) async fn ended() -> Failure {
    match tokio::signal::ctrl_c().await {
        Ok(()) => Failure::Interrupted(CTRL_C),
        // Without a handler, the system ends the process.
        Err(_) => std::future::pending().await,
    }
}
