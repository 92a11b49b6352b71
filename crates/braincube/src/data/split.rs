//! [`Split`]: how many variables one request asks for.

use std::num::NonZeroUsize;
use std::ops::Range;

/// When the variables of an extraction are split over several requests, and how many of these are under way at once.
///
/// Each request then asks for the order variable as well. Its cells must be the same in every answer before their
/// columns are joined: if the data changed in between, all is asked for once more, and a second change is an error.
/// Where the order variable does not tell the rows apart, because it is equal in two of them or missing in one, nothing
/// can be joined: all variables are then asked for in one request, with a warning.
///
/// A request that the server refuses as too large is halved, and the others of the extraction with it, down to one
/// variable.
///
/// ```
/// use braincube::Split;
///
/// let split = Split::default().columns(200).body_bytes(64 * 1024).at_once(2);
/// # let _ = split;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split {
    columns: usize,
    body_bytes: usize,
    at_once: NonZeroUsize,
}

impl Default for Split {
    /// 500 variables or 1 MiB of request a part, and four parts at once. The limits of the service are not known;
    /// these are well below those of usual gateways.
    fn default() -> Self {
        Self {
            columns: 500,
            body_bytes: 1024 * 1024,
            at_once: NonZeroUsize::new(4).expect("4 is not 0"),
        }
    }
}

impl Split {
    /// At most so many variables a request, the order variable aside; at least one.
    #[must_use]
    pub const fn columns(self, columns: usize) -> Self {
        Self { columns, ..self }
    }

    /// At most so many bytes a request, as far as its filters leave room; at least one variable.
    #[must_use]
    pub const fn body_bytes(self, body_bytes: usize) -> Self {
        Self { body_bytes, ..self }
    }

    /// At most so many requests under way at once; at least one.
    #[must_use]
    pub fn at_once(self, at_once: usize) -> Self {
        Self {
            at_once: NonZeroUsize::new(at_once).unwrap_or(NonZeroUsize::MIN),
            ..self
        }
    }

    /// The same, with at most so many variables a request.
    pub(super) fn at_most(self, columns: usize) -> Self {
        self.columns(self.columns.min(columns))
    }

    pub(super) const fn width(&self) -> usize {
        self.at_once.get()
    }

    /// The parts, as ranges over columns whose ids take these many bytes in a request, of which `fixed` bytes are no
    /// columns.
    pub(super) fn parts(&self, sizes: &[usize], fixed: usize) -> Vec<Range<usize>> {
        let room = self.body_bytes.saturating_sub(fixed);
        let mut parts = Vec::new();
        let (mut start, mut used) = (0, 0);
        for (place, size) in sizes.iter().enumerate() {
            let is_full = place - start >= self.columns || used + size > room;
            if is_full && place > start {
                parts.push(start..place);
                (start, used) = (place, 0);
            }
            used += size;
        }
        parts.push(start..sizes.len());
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::Split;

    #[test]
    fn h8_columns_are_split_by_count_and_by_size() {
        let split = Split::default().columns(3).body_bytes(100);
        assert_eq!(split.parts(&[10; 7], 0), [0..3, 3..6, 6..7]);
        assert_eq!(split.parts(&[10; 4], 80), [0..2, 2..4], "two are 20 bytes");
        assert_eq!(split.parts(&[10; 2], 1_000), [0..1, 1..2], "one at least");
        assert_eq!(
            split.parts(&[], 0).len(),
            1,
            "an empty part, for the server to refuse"
        );
        assert_eq!(split.columns(0).parts(&[1; 2], 0), [0..1, 1..2]);
    }

    #[test]
    fn one_request_at_least_is_under_way() {
        assert_eq!(Split::default().at_once(0).width(), 1);
    }
}
