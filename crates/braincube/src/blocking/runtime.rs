//! [`Runtime`]: the threads of a blocking client.

use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::{Arc, mpsc};

use futures_util::FutureExt as _;

use crate::error::{Result, invalid};

/// The threads of a blocking client, shared by all objects that were created from it.
#[derive(Clone)]
pub(super) struct Runtime {
    threads: Arc<Threads>,
}

/// A runtime that is shut down without waiting, so that it may be dropped within another runtime.
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
            .map_err(|error| invalid("runtime", format!("cannot start its threads: {error}")))?;
        Ok(Self {
            threads: Arc::new(Threads(Some(runtime))),
        })
    }

    /// Runs the future on the threads of the client and blocks until it is complete.
    ///
    /// The calling thread waits on a channel and polls nothing, so that the future does not depend on the runtime of the
    /// calling thread.
    pub(super) fn wait<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        let gone = || invalid("runtime", "its threads have ended");
        let runtime = self.threads.0.as_ref().ok_or_else(gone)?;
        let (sender, receiver) = mpsc::sync_channel(1);
        runtime.spawn(async move {
            let done = AssertUnwindSafe(work).catch_unwind().await;
            // Fails only if the calling thread no longer waits.
            let _ = sender.send(done);
        });
        match receiver.recv() {
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
