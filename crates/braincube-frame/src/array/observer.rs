//! [`Observer`] and [`Validity`]: count the unusual cells of a column and mark its nulls.

use arrow_buffer::{NullBuffer, NullBufferBuilder};

use crate::report::Observed;
use crate::tally::Tally;

const FITS_FLOAT: &str = "a number that a 64-bit float can hold";

/// Counts the unusual cells of a column. Bad cells do not stop decoding: the options determine afterwards whether they are
/// an error.
#[derive(Debug)]
pub(super) struct Observer {
    strict: bool,
    observed: Observed,
}

impl Observer {
    pub(super) fn new(strict: bool) -> Self {
        Self {
            strict,
            observed: Observed::default(),
        }
    }

    /// A null that the service wrote as such.
    pub(super) fn null_token(&mut self) {
        self.observed.null_tokens += 1;
    }

    /// A number or null token with white space around it. It was allowed by the caller, so it is valid in strict mode.
    #[cold]
    pub(super) fn trimmed(&mut self, row: usize, text: &str) {
        self.observed.trimmed.add(row, text);
    }

    /// A cell that is not of the column's type. `hint` returns the probable cause.
    #[cold]
    pub(super) fn bad(
        &mut self,
        expected: &'static str,
        row: usize,
        text: &str,
        hint: fn(&str) -> Option<&'static str>,
    ) {
        self.observed.bad.add(expected, row, text, hint);
    }

    #[cold]
    pub(super) fn unparsable_date(&mut self, row: usize, text: &str) {
        self.bad_if_strict("a date, \"YYYYMMDD_HHMMSS\"", row, text);
        self.observed.unparsable.add(row, text);
    }

    /// A cell that was converted to `expected`.
    #[cold]
    pub(super) fn coercion(&mut self, expected: &'static str, row: usize, text: &str) {
        self.bad_if_strict(expected, row, text);
        self.observed.coercions.add(row, text);
    }

    /// A number outside the range or precision of `f64`.
    #[cold]
    pub(super) fn inexact(&mut self, row: usize, text: &str) {
        self.bad_if_strict(FITS_FLOAT, row, text);
        self.observed.inexact.add(row, text);
    }

    /// The inexact integers of all rows so far, which have become floats.
    #[cold]
    pub(super) fn inexact_before(&mut self, before: Tally) {
        if self.strict {
            self.observed.bad.add_earlier(FITS_FLOAT, &before);
        }
        self.observed.inexact = before;
    }

    /// An infinity that the service wrote as such.
    #[cold]
    pub(super) fn infinite(&mut self, row: usize, text: &str) {
        self.bad_if_strict("a finite number", row, text);
        self.observed.infinite.add(row, text);
    }

    fn bad_if_strict(&mut self, expected: &'static str, row: usize, text: &str) {
        if self.strict {
            self.observed.bad.add(expected, row, text, |_| None);
        }
    }

    pub(super) fn into_observed(self) -> Observed {
        self.observed
    }
}

/// Builds a validity bitmap. Only nulls are recorded; rows that are not null cost nothing.
#[derive(Debug)]
pub(super) struct Validity(NullBufferBuilder);

impl Default for Validity {
    fn default() -> Self {
        Self(NullBufferBuilder::new(0))
    }
}

impl Validity {
    /// Marks a row as null. Rows must be passed in order.
    #[inline]
    pub(super) fn null(&mut self, row: usize) {
        self.0.append_n_non_nulls(row.saturating_sub(self.0.len()));
        self.0.append_null();
    }

    /// The bitmap for this number of rows.
    pub(super) fn finish(&mut self, rows: usize) -> Option<NullBuffer> {
        self.0.append_n_non_nulls(rows.saturating_sub(self.0.len()));
        self.0.finish()
    }
}
