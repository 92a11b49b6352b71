//! [`Blocking`]: an asynchronous object and the threads that run its operations.

use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::{Arc, mpsc};

use futures_core::Stream;
use futures_util::{FutureExt as _, StreamExt as _};

use crate::error::{Result, invalid};

/// An asynchronous object and the threads that run its operations.
#[derive(Clone, Debug)]
pub(super) struct Blocking<T> {
    pub(super) inner: T,
    runtime: Runtime,
}

impl<T> Blocking<T> {
    pub(super) fn new(inner: T, runtime: Runtime) -> Self {
        Self { inner, runtime }
    }

    /// Another object on the same threads.
    pub(super) fn with<U>(&self, inner: U) -> Blocking<U> {
        Blocking::new(inner, self.runtime.clone())
    }

    pub(super) fn map(self, change: impl FnOnce(T) -> T) -> Self {
        Self::new(change(self.inner), self.runtime)
    }

    /// Runs an operation and blocks until it is complete.
    pub(super) fn wait<R, F>(self, operation: impl FnOnce(T) -> F) -> Result<R>
    where
        R: Send + 'static,
        F: Future<Output = Result<R>> + Send + 'static,
    {
        self.runtime.wait(operation(self.inner))
    }
}

/// Waits for the next item of a stream. The slot is `None` meanwhile, and after a panic of the stream.
pub(super) fn next<S, T>(slot: &mut Option<Blocking<S>>) -> Option<Result<T>>
where
    S: Stream<Item = Result<T>> + Unpin + Send + 'static,
    T: Send + 'static,
{
    let Blocking { mut inner, runtime } = slot.take()?;
    let waited = runtime.wait(async move {
        let item = inner.next().await;
        Ok((inner, item))
    });
    match waited {
        Ok((inner, item)) => {
            *slot = Some(Blocking { inner, runtime });
            item
        }
        Err(error) => Some(Err(error)),
    }
}

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
        future: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        let gone = || invalid("runtime", "its threads have ended");
        let runtime = self.threads.0.as_ref().ok_or_else(gone)?;
        let (sender, receiver) = mpsc::sync_channel(1);
        runtime.spawn(async move {
            let result = AssertUnwindSafe(future).catch_unwind().await;
            // Fails only if the calling thread no longer waits.
            let _ = sender.send(result);
        });
        match receiver.recv() {
            Ok(Ok(result)) => result,
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
