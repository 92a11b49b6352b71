//! [`Observer`]: counts what happens to cells while a column is decoded.

use crate::report::{BadCells, Tally};

const FITS_FLOAT: &str = "a number that a 64-bit float can hold";

/// What happened while a column was decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Observed {
    /// Nulls that the service wrote as such.
    pub(crate) null_tokens: usize,
    /// Dates that are none, and are null now.
    pub(crate) unparsable: Tally,
    /// Cells taken for what they are not quite.
    pub(crate) coercions: Tally,
    /// Numbers that `f64` cannot hold.
    pub(crate) inexact: Tally,
    /// `inf` and `-inf`, as such.
    pub(crate) infinite: Tally,
    /// Cells read without the white space around them, which the caller lets pass.
    pub(crate) trimmed: Tally,
    /// Cells that are not of the column's type, null in the array; when strict, also those that were coerced.
    pub(crate) bad: BadCells,
}

/// Counts what happens to cells while a column is decoded. Decoding never ends at a bad cell: all of them are counted, and
/// the options decide afterwards whether they are an error.
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

    /// White space around a number or a null, which the caller lets pass: so it is no error when strict.
    #[cold]
    pub(super) fn trimmed(&mut self, row: usize, text: &str) {
        self.observed.trimmed.add(row, text);
    }

    /// A cell that is not of the column's type; `hint` says what may be the reason.
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

    /// A text that is no date.
    #[cold]
    pub(super) fn unparsable_date(&mut self, row: usize, text: &str) {
        self.refuse_if_strict("a date, \"YYYYMMDD_HHMMSS\"", row, text);
        self.observed.unparsable.add(row, text);
    }

    /// A cell that is taken for `expected` and is not quite that.
    #[cold]
    pub(super) fn coercion(&mut self, expected: &'static str, row: usize, text: &str) {
        self.refuse_if_strict(expected, row, text);
        self.observed.coercions.add(row, text);
    }

    /// A number that `f64` cannot hold.
    #[cold]
    pub(super) fn inexact(&mut self, row: usize, text: &str) {
        self.refuse_if_strict(FITS_FLOAT, row, text);
        self.observed.inexact.add(row, text);
    }

    /// Integers that `f64` cannot hold, of the rows so far, which have become floats.
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
        self.refuse_if_strict("a finite number", row, text);
        self.observed.infinite.add(row, text);
    }

    /// Counts a cell as bad when strict.
    fn refuse_if_strict(&mut self, expected: &'static str, row: usize, text: &str) {
        if self.strict {
            self.observed.bad.add(expected, row, text, |_| None);
        }
    }

    pub(super) fn into_observed(self) -> Observed {
        self.observed
    }
}
