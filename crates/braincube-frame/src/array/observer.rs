//! [`Observer`]: counts what the report tells, and refuses it when strict.

use super::Fault;
use crate::report::Tally;

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
}

/// Counts what the report tells, and refuses it when strict.
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

    /// A text that is no date.
    #[cold]
    pub(super) fn unparsable_date(&mut self, row: usize, text: &str) -> Result<(), Fault> {
        self.allow("a date, \"YYYYMMDD_HHMMSS\"", row, text)?;
        self.observed.unparsable.add(row, text);
        Ok(())
    }

    /// A cell that is taken for `expected` and is not quite that.
    #[cold]
    pub(super) fn coercion(
        &mut self,
        expected: &'static str,
        row: usize,
        text: &str,
    ) -> Result<(), Fault> {
        self.allow(expected, row, text)?;
        self.observed.coercions.add(row, text);
        Ok(())
    }

    /// A number that `f64` cannot hold.
    #[cold]
    pub(super) fn inexact(&mut self, row: usize, text: &str) -> Result<(), Fault> {
        self.allow(FITS_FLOAT, row, text)?;
        self.observed.inexact.add(row, text);
        Ok(())
    }

    /// Numbers that `f64` cannot hold, of the rows so far, which nobody has told of yet.
    #[cold]
    pub(super) fn inexact_before(&mut self, before: Tally) -> Result<(), Fault> {
        if let Some(first) = before.first() {
            self.allow(FITS_FLOAT, first.row(), first.text())?;
            self.observed.inexact = before;
        }
        Ok(())
    }

    /// An infinity that the service wrote as such.
    #[cold]
    pub(super) fn infinite(&mut self, row: usize, text: &str) -> Result<(), Fault> {
        self.allow("a finite number", row, text)?;
        self.observed.infinite.add(row, text);
        Ok(())
    }

    /// An error when strict.
    fn allow(&self, expected: &'static str, row: usize, text: &str) -> Result<(), Fault> {
        if self.strict {
            return Err(Fault::cell(row, expected, text));
        }
        Ok(())
    }

    pub(super) fn into_observed(self) -> Observed {
        self.observed
    }
}
