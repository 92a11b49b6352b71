//! [`Operation`]: work in the background that Python waits for.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use braincube::Progress;
use futures_util::FutureExt as _;
use pyo3::prelude::*;
use tokio::task::AbortHandle;

use crate::error::Failure;
use crate::logging;
use crate::runtime::Runtime;

/// How long a thread waits before it checks for signals. An interrupt takes effect within this time.
const SLICE: Duration = Duration::from_millis(50);

/// Makes the Python object of a result, once the interpreter is attached.
pub(crate) type IntoPython = Box<dyn FnOnce(Python<'_>) -> PyResult<Py<PyAny>> + Send>;

/// The result of an operation.
pub(crate) type Outcome = Result<IntoPython, Failure>;

/// The latest progress of an extraction, written by the decoder and read by the waiting thread.
pub(crate) type LatestProgress = Arc<Mutex<Option<Progress>>>;

/// Work in the background. It is cancelled if the object is dropped.
#[pyclass(module = "braincube._core", frozen)]
pub(crate) struct Operation {
    runtime: Runtime,
    slot: Arc<Slot>,
    task: AbortHandle,
    progress: Option<LatestProgress>,
}

/// Where the task leaves its result.
#[derive(Default)]
struct Slot {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    is_done: bool,
    /// Taken by the first thread that asks for it.
    outcome: Option<Outcome>,
    /// Called once when the operation is done.
    callback: Option<Py<PyAny>>,
}

impl Slot {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stores the result unless there is one, and returns the callback to call.
    fn finish(&self, outcome: Outcome) -> Option<Py<PyAny>> {
        let mut state = self.lock();
        if state.is_done {
            return None;
        }
        state.is_done = true;
        state.outcome = Some(outcome);
        self.changed.notify_all();
        state.callback.take()
    }

    /// Waits, and returns whether the operation is done.
    fn wait(&self, time: Duration) -> bool {
        let state = self.lock();
        let waiting = |state: &mut State| !state.is_done;
        let waited = self.changed.wait_timeout_while(state, time, waiting);
        waited.unwrap_or_else(PoisonError::into_inner).0.is_done
    }
}

/// Calls a callback in a thread that may wait for the interpreter.
fn call_back(callback: Option<Py<PyAny>>) {
    let Some(callback) = callback else { return };
    // Without an interpreter, nothing waits for the operation any more.
    let called = Python::try_attach(|py| callback.call0(py).map(drop));
    if let Some(Err(error)) = called {
        tracing::warn!("the callback of an operation failed: {error}");
    }
}

impl Operation {
    /// Starts the work. Its value becomes a Python object in the thread that asks for it.
    ///
    /// # Errors
    ///
    /// In a fork of the process that started the runtime.
    pub(crate) fn start<T, F, C>(runtime: &Runtime, work: F, convert: C) -> Result<Self, Failure>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Failure>> + Send + 'static,
        C: FnOnce(Python<'_>, T) -> PyResult<Py<PyAny>> + Send + 'static,
    {
        let slot = Arc::new(Slot::default());
        let result = Arc::clone(&slot);
        let task = runtime.spawn(async move {
            let outcome = match AssertUnwindSafe(work).catch_unwind().await {
                Ok(Ok(value)) => {
                    Ok(Box::new(move |py: Python<'_>| convert(py, value)) as IntoPython)
                }
                Ok(Err(failure)) => Err(failure),
                Err(_) => Err(Failure::Panicked),
            };
            if let Some(callback) = result.finish(outcome) {
                tokio::task::spawn_blocking(move || call_back(Some(callback)));
            }
        })?;
        Ok(Self {
            runtime: runtime.clone(),
            slot,
            task: task.abort_handle(),
            progress: None,
        })
    }

    /// The operation, with the progress that its work reports.
    pub(crate) fn with_progress(mut self, progress: LatestProgress) -> Self {
        self.progress = Some(progress);
        self
    }

    /// Waits without an interpreter: for readers of Arrow streams, which may be called by any thread.
    pub(crate) fn wait_detached(&self) -> PyResult<Py<PyAny>> {
        Python::attach(|py| self.wait(py, None))
    }

    fn report(&self, py: Python<'_>, on_progress: Option<&Py<PyAny>>) -> PyResult<()> {
        match (on_progress, self.progress()) {
            (Some(call), Some(progress)) => call.call1(py, progress).map(drop),
            _ => Ok(()),
        }
    }

    fn take(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let outcome = self.slot.lock().outcome.take();
        match outcome {
            Some(Ok(convert)) => convert(py),
            Some(Err(failure)) => Err(failure.into()),
            None => Err(Failure::Closed.into()),
        }
    }
}

#[pymethods]
impl Operation {
    /// Waits for the result and returns it. Reports progress to a callable. An interrupt cancels the operation.
    #[pyo3(signature = (on_progress = None))]
    fn wait(&self, py: Python<'_>, on_progress: Option<Py<PyAny>>) -> PyResult<Py<PyAny>> {
        self.runtime.check()?;
        loop {
            let is_done = py.detach(|| self.slot.wait(SLICE));
            logging::deliver(py);
            let checked = self
                .report(py, on_progress.as_ref())
                .and_then(|()| py.check_signals());
            if let Err(error) = checked {
                self.cancel();
                return Err(error);
            }
            if is_done {
                return self.take(py);
            }
        }
    }

    /// Whether the operation is done.
    fn done(&self) -> bool {
        self.slot.lock().is_done
    }

    /// The result of an operation that is done.
    fn result(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.runtime.check()?;
        logging::deliver(py);
        self.take(py)
    }

    /// Stops the work and closes its connection.
    fn cancel(&self) {
        self.task.abort();
        let callback = self.slot.finish(Err(Failure::Cancelled));
        call_back(callback);
    }

    /// Calls a callable once when the operation is done, from another thread; at once if it is done.
    fn when_done(&self, callback: Py<PyAny>) -> PyResult<()> {
        self.runtime.check()?;
        let mut state = self.slot.lock();
        if state.is_done {
            drop(state);
            call_back(Some(callback));
        } else {
            state.callback = Some(callback);
        }
        Ok(())
    }

    /// Bytes, responses, columns and rows so far. None if they have not changed since the last call.
    fn progress(&self) -> Option<(u64, u32, u64, u64)> {
        let latest = self.progress.as_ref()?.lock();
        let progress = latest.unwrap_or_else(PoisonError::into_inner).take()?;
        Some((
            progress.bytes,
            progress.responses,
            progress.columns,
            progress.rows,
        ))
    }
}

impl Drop for Operation {
    fn drop(&mut self) {
        if self.runtime.check().is_ok() {
            self.task.abort();
        }
    }
}
