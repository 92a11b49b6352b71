//! Work that may have to wait for somebody, on a thread of its own: Ctrl-C must not wait with it.

use tokio::sync::oneshot;
use tokio::sync::oneshot::error::RecvError;

/// Does the work on a thread of its own. Whoever drops the future leaves the thread behind; it ends with the command.
pub(crate) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, RecvError> {
    let (done, outcome) = oneshot::channel();
    std::thread::spawn(move || done.send(work()));
    outcome.await
}
