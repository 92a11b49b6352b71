//! [`Progress`]: how far an extraction has come.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// How far an extraction has come, since it began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Bytes of data decoded, after decompression; those of answers that broke off are among them.
    pub bytes: u64,
    /// Answers with data that have begun: more than one where the variables are split, where windows follow each other,
    /// and where an answer broke off and was asked for again.
    pub answers: u32,
    /// Columns that have come whole, over all answers.
    pub columns: u64,
    /// Rows that have been handed over, or are about to be.
    pub rows: u64,
}

/// Who wants to know how far an extraction has come, if anybody.
#[derive(Clone, Default)]
pub(super) struct Meter(Option<Arc<Shared>>);

struct Shared {
    tell: Box<dyn Fn(Progress) + Send + Sync>,
    progress: Mutex<Progress>,
}

impl Meter {
    pub(super) fn new(tell: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(Shared {
            tell: Box::new(tell),
            progress: Mutex::default(),
        })))
    }

    /// The same listener, from nothing again.
    pub(super) fn restarted(&self) -> Self {
        if let Some(shared) = &self.0 {
            *shared.lock() = Progress::default();
        }
        self.clone()
    }

    /// Takes a step, and tells it.
    pub(super) fn step(&self, step: impl FnOnce(&mut Progress)) {
        let Some(shared) = &self.0 else { return };
        let progress = {
            let mut progress = shared.lock();
            step(&mut progress);
            *progress
        };
        (shared.tell)(progress);
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, Progress> {
        // Counters are never left half changed.
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Meter" } else { "None" })
    }
}
