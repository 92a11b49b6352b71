//! [`Split`]: how the variables of a query are divided over requests.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::Error;

/// When the variables of a query are split over several requests, and how many of these are sent concurrently.
///
/// Each request then also contains the order variable. Responses are joined only if their order columns are equal. If the
/// data changed between the requests, all of them are sent once more, and a second change is an error. If the order
/// variable does not identify rows, because two values are equal or one is missing, responses cannot be joined: all
/// variables are then read in one request, with a warning.
///
/// If the server rejects a request as too large, it and the other requests of the query are halved, down to one variable.
///
/// ```
/// use braincube::Split;
///
/// let split = Split::default().columns(200).body_bytes(64 * 1024).concurrency(2);
/// # let _ = split;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split {
    columns: usize,
    body_bytes: usize,
    concurrency: NonZeroUsize,
}

impl Default for Split {
    /// 500 variables or 1 MiB per request, four requests at a time. The limits of the service are not known; these are
    /// well below those of common gateways.
    fn default() -> Self {
        Self {
            columns: 500,
            body_bytes: 1024 * 1024,
            concurrency: NonZeroUsize::new(4).expect("4 is positive"),
        }
    }
}

impl Split {
    /// Sets the maximum number of variables per request, without the order variable. At least one is sent.
    #[must_use]
    pub const fn columns(self, columns: usize) -> Self {
        Self { columns, ..self }
    }

    /// Sets the maximum size of a request body in bytes. At least one variable is sent, even if the filters alone exceed it.
    #[must_use]
    pub const fn body_bytes(self, body_bytes: usize) -> Self {
        Self { body_bytes, ..self }
    }

    /// Sets the maximum number of concurrent requests, at least one.
    #[must_use]
    pub fn concurrency(self, requests: usize) -> Self {
        Self {
            concurrency: NonZeroUsize::new(requests).unwrap_or(NonZeroUsize::MIN),
            ..self
        }
    }

    /// The same, with at most this many variables per request.
    pub(super) fn at_most(self, columns: usize) -> Self {
        self.columns(self.columns.min(columns))
    }

    pub(super) const fn max_requests(&self) -> usize {
        self.concurrency.get()
    }

    /// Divides columns into parts. `sizes` are the bytes of the columns in a request, `fixed` those of the rest.
    pub(super) fn parts(&self, sizes: &[usize], fixed: usize) -> Vec<Range<usize>> {
        let available = self.body_bytes.saturating_sub(fixed);
        let mut parts = Vec::new();
        let (mut start, mut used) = (0, 0);
        for (index, size) in sizes.iter().enumerate() {
            let is_full = index - start >= self.columns || used + size > available;
            if is_full && index > start {
                parts.push(start..index);
                (start, used) = (index, 0);
            }
            used += size;
        }
        parts.push(start..sizes.len());
        parts
    }
}

/// The maximum number of variables in a request, without the order variable. The server lowers it by rejecting requests.
#[derive(Debug)]
pub(super) struct ColumnLimit(AtomicUsize);

impl Default for ColumnLimit {
    fn default() -> Self {
        Self(AtomicUsize::new(usize::MAX))
    }
}

impl ColumnLimit {
    pub(super) fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    /// If the server rejected a request for this many variables as too large, halves the limit and returns true.
    pub(super) fn lower(&self, requested: usize, error: &Error) -> bool {
        let can_lower = requested > 1 && error.is_request_too_large();
        if can_lower {
            let half = requested.div_ceil(2);
            self.0.fetch_min(half, Ordering::Relaxed);
            tracing::debug!(
                "the server rejects {requested} variables in one request; requesting {half}"
            );
        }
        can_lower
    }
}

#[cfg(test)]
mod tests {
    use super::Split;

    #[test]
    fn h8_columns_are_split_by_count_and_by_size() {
        let split = Split::default().columns(3).body_bytes(100);
        assert_eq!(split.parts(&[10; 7], 0), [0..3, 3..6, 6..7]);
        assert_eq!(
            split.parts(&[10; 4], 80),
            [0..2, 2..4],
            "two columns are 20 bytes"
        );
        assert_eq!(
            split.parts(&[10; 2], 1_000),
            [0..1, 1..2],
            "at least one column"
        );
        assert_eq!(
            split.parts(&[], 0).len(),
            1,
            "an empty part, which the server rejects"
        );
        assert_eq!(split.columns(0).parts(&[1; 2], 0), [0..1, 1..2]);
    }

    #[test]
    fn at_least_one_request_is_sent() {
        assert_eq!(Split::default().concurrency(0).max_requests(), 1);
    }
}
