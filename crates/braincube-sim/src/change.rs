//! [`Change`]: data that changes between one extraction and the next.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Data that changes between one extraction and the next: rows go, the last first.
#[derive(Debug, Default)]
pub(crate) struct Change {
    extractions: AtomicUsize,
    most: usize,
}

impl Change {
    /// A row goes after each of the first `most` extractions.
    pub(crate) fn of(most: usize) -> Self {
        Self {
            extractions: AtomicUsize::new(0),
            most,
        }
    }

    /// How many rows have gone, as one more extraction sees it.
    pub(crate) fn rows_gone(&self) -> usize {
        self.extractions
            .fetch_add(1, Ordering::Relaxed)
            .min(self.most)
    }
}

#[cfg(test)]
mod tests {
    use super::Change;

    #[test]
    fn a_row_goes_after_each_of_the_first_extractions() {
        let change = Change::of(2);
        let gone: Vec<_> = (0..4).map(|_| change.rows_gone()).collect();
        assert_eq!(gone, [0, 1, 2, 2]);
        assert_eq!(Change::default().rows_gone(), 0);
    }
}
