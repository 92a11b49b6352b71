//! [`Runtime`]: the threads of a client, and their state after `fork`.

use std::future::Future;
use std::mem;
use std::process;
use std::sync::{Arc, OnceLock};

use tokio::task::JoinHandle;

use crate::error::Failure;
use crate::logging;

/// The process that imported the module. The thread pool of the decoder exists in this process only.
static IMPORTED_BY: OnceLock<u32> = OnceLock::new();

/// Runs once, when the module is imported.
pub(crate) fn initialize() {
    let _ = IMPORTED_BY.set(process::id());
    logging::install();
}

/// Whether this process is a fork of the one that imported the module: it must not use threads of that process.
pub(crate) fn is_fork_of_importer() -> bool {
    IMPORTED_BY
        .get()
        .is_some_and(|process| *process != process::id())
}

/// A tokio runtime, bound to the process that started it.
#[derive(Clone)]
pub(crate) struct Runtime(Arc<Owned<Threads>>);

/// A runtime that is shut down without waiting: its last owner may be one of its own threads.
struct Threads(Option<tokio::runtime::Runtime>);

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// A value that is dropped in the process that made it, and leaked in forks of that process.
///
/// A fork has none of the threads; locks that they held stay locked in it.
pub(crate) struct Owned<T> {
    value: Option<T>,
    process: u32,
}

impl<T> Owned<T> {
    pub(crate) fn new(value: T) -> Self {
        Self {
            value: Some(value),
            process: process::id(),
        }
    }

    /// The value.
    ///
    /// # Errors
    ///
    /// In a fork of the process that made it, or if it has been taken.
    pub(crate) fn get(&self) -> Result<&T, Failure> {
        if self.process != process::id() {
            return Err(Failure::Forked {
                process: self.process,
            });
        }
        self.value.as_ref().ok_or(Failure::Closed)
    }

    /// Takes the value out.
    pub(crate) fn take(&mut self) -> Result<T, Failure> {
        self.get()?;
        self.value.take().ok_or(Failure::Closed)
    }
}

impl<T> Drop for Owned<T> {
    fn drop(&mut self) {
        if self.process != process::id() {
            mem::forget(self.value.take());
        }
    }
}

impl Runtime {
    /// Starts the threads.
    ///
    /// # Errors
    ///
    /// If the system refuses a thread.
    pub(crate) fn start() -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("braincube")
            .enable_all()
            .build();
        match runtime {
            Ok(runtime) => Ok(Self(Arc::new(Owned::new(Threads(Some(runtime)))))),
            Err(error) => Err(Failure::Input(format!("cannot start threads: {error}"))),
        }
    }

    /// Checks that this process started the threads.
    ///
    /// # Errors
    ///
    /// In a fork.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        self.0.get().map(drop)
    }

    fn threads(&self) -> Result<&tokio::runtime::Runtime, Failure> {
        self.0.get()?.0.as_ref().ok_or(Failure::Closed)
    }

    /// Starts a task.
    ///
    /// # Errors
    ///
    /// In a fork.
    pub(crate) fn spawn<F>(&self, task: F) -> Result<JoinHandle<F::Output>, Failure>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        Ok(self.threads()?.spawn(task))
    }

    /// Runs a future on this thread. For short work without a network.
    ///
    /// # Errors
    ///
    /// In a fork.
    pub(crate) fn block_on<F: Future>(&self, future: F) -> Result<F::Output, Failure> {
        Ok(self.threads()?.block_on(future))
    }

    /// Calls a function with the runtime as the current one.
    ///
    /// # Errors
    ///
    /// In a fork.
    pub(crate) fn enter<T>(&self, work: impl FnOnce() -> T) -> Result<T, Failure> {
        let _entered = self.threads()?.enter();
        Ok(work())
    }
}
