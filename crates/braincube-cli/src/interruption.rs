//! What ends the command before it is done.

use crate::failure::Failure;

/// What shells give as the code of a command that Ctrl-C has ended: 128 and the number of the signal.
const INTERRUPTED: u8 = 130;

/// The same of the signal that asks a process to end.
#[cfg(unix)]
const TERMINATED: u8 = 143;

/// Waits until a person or the system asks the command to end.
#[cfg(unix)]
pub(crate) async fn interruption() -> Failure {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return ctrl_c().await;
    };
    tokio::select! {
        interrupted = ctrl_c() => interrupted,
        _ = terminate.recv() => Failure::Interrupted(TERMINATED),
    }
}

/// Waits until a person asks the command to end.
#[cfg(not(unix))]
pub(crate) async fn interruption() -> Failure {
    ctrl_c().await
}

async fn ctrl_c() -> Failure {
    match tokio::signal::ctrl_c().await {
        Ok(()) => Failure::Interrupted(INTERRUPTED),
        // The system ends it by itself then.
        Err(_) => std::future::pending().await,
    }
}
