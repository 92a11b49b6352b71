//! [`Progress`]: the progress of a query.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// The progress of a query since its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Bytes of data that were decoded, after decompression. Includes those of truncated responses.
    pub bytes: u64,
    /// Responses with data that have started: several if the variables are split, if the query is a stream of windows, or
    /// if a response was truncated and requested again.
    pub responses: u32,
    /// Complete columns, counted for each response.
    pub columns: u64,
    /// Rows of complete frames.
    pub rows: u64,
}

/// Calls the function that receives the progress, if there is one.
#[derive(Clone, Default)]
pub(super) struct ProgressReporter(Option<Arc<Shared>>);

struct Shared {
    report: Box<dyn Fn(Progress) + Send + Sync>,
    progress: Mutex<Progress>,
}

impl ProgressReporter {
    pub(super) fn new(report: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(Shared {
            report: Box::new(report),
            progress: Mutex::default(),
        })))
    }

    pub(super) fn reset(&self) {
        if let Some(shared) = &self.0 {
            *shared.lock() = Progress::default();
        }
    }

    /// Changes the progress and reports it.
    pub(super) fn update(&self, change: impl FnOnce(&mut Progress)) {
        let Some(shared) = &self.0 else { return };
        let progress = {
            let mut progress = shared.lock();
            change(&mut progress);
            *progress
        };
        (shared.report)(progress);
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, Progress> {
        // Counters are consistent even after a panic.
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for ProgressReporter {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Some(_)" } else { "None" })
    }
}
