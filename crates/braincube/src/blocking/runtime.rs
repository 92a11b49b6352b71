//! [`Runtime`]: the threads on which blocking calls are done.

use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::{Arc, mpsc};

use futures_util::FutureExt as _;

use crate::error::{Result, invalid};

/// The threads on which blocking calls are done; shared by all that came from one client.
#[derive(Clone)]
pub(super) struct Runtime {
    threads: Arc<Threads>,
}

/// A runtime that ends without waiting, so that it may be dropped inside another one.
struct Threads(Option<tokio::runtime::Runtime>);

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl Runtime {
    /// Starts the threads.
    pub(super) fn start() -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("braincube")
            .enable_all()
            .build()
            .map_err(|error| {
                invalid("runtime", format!("its threads cannot be started: {error}"))
            })?;
        Ok(Self {
            threads: Arc::new(Threads(Some(runtime))),
        })
    }

    /// Does the work on the runtime's own threads, and waits for it on this one.
    ///
    /// The calling thread waits on a channel and polls nothing: whatever runtime it belongs to, nothing that the work
    /// needs is waited for there.
    pub(super) fn wait<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        let gone = || invalid("runtime", "its threads have ended");
        let runtime = self.threads.0.as_ref().ok_or_else(gone)?;
        let (tell, told) = mpsc::sync_channel(1);
        runtime.spawn(async move {
            let done = AssertUnwindSafe(work).catch_unwind().await;
            // Whoever waited has gone, if this fails.
            let _ = tell.send(done);
        });
        match told.recv() {
            Ok(Ok(done)) => done,
            Ok(Err(panic)) => resume_unwind(panic),
            Err(_) => Err(gone()),
        }
    }
}

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Runtime").finish_non_exhaustive()
    }
}
