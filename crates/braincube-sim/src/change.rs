//! [`Change`]: what differs between one extraction and the next.

use std::sync::atomic::{AtomicUsize, Ordering};

/// What differs between one extraction and the next.
#[derive(Debug, Default)]
pub(crate) struct Change {
    extractions: AtomicUsize,
    most_gone: usize,
    shuffles: bool,
}

/// What one extraction sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// How many rows have gone, the last first.
    pub(crate) rows_gone: usize,
    /// Whether rows that the order variable does not tell apart stand in their opposite order.
    pub(crate) ties_reversed: bool,
}

impl Change {
    /// A row goes after each of the first `most_gone` extractions; equal rows change places from each to the next if it
    /// `shuffles`.
    pub(crate) fn of(most_gone: usize, shuffles: bool) -> Self {
        Self {
            extractions: AtomicUsize::new(0),
            most_gone,
            shuffles,
        }
    }

    /// What one more extraction sees.
    pub(crate) fn next(&self) -> Seen {
        let before = self.extractions.fetch_add(1, Ordering::Relaxed);
        Seen {
            rows_gone: before.min(self.most_gone),
            ties_reversed: self.shuffles && before % 2 == 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Change;

    #[test]
    fn a_row_goes_after_each_of_the_first_extractions() {
        let change = Change::of(2, false);
        let gone: Vec<_> = (0..4).map(|_| change.next().rows_gone).collect();
        assert_eq!(gone, [0, 1, 2, 2]);
        assert_eq!(Change::default().next().rows_gone, 0);
    }

    #[test]
    fn equal_rows_change_places_from_each_extraction_to_the_next() {
        let change = Change::of(0, true);
        let reversed: Vec<_> = (0..3).map(|_| change.next().ties_reversed).collect();
        assert_eq!(reversed, [false, true, false]);
    }
}
