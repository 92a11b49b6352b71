//! [`Frame`]: the columns of an answer as a `RecordBatch`, and the report beside it.

mod assemble;
mod join;

use std::time::Duration;

use arrow_array::RecordBatch;

use crate::report::{Report, Spent};

pub(crate) use self::assemble::assemble;

/// The columns of an answer as a `RecordBatch`, and the report beside it.
///
/// Every field is nullable. Its metadata holds the long id of the column under `braincube:id`, the
/// declared type under `braincube:type`, and the names that are known under `braincube:standard`,
/// `braincube:tag` and `braincube:local`. The metadata of the schema holds the time zone of the
/// memory base, if it is known, under `braincube:timezone`.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    batch: RecordBatch,
    report: Report,
}

impl Frame {
    pub(crate) const fn new(batch: RecordBatch, report: Report) -> Self {
        Self { batch, report }
    }

    pub(crate) const fn set_time_spent(&mut self, spent: Duration) {
        self.report.spent = Spent(spent);
    }

    /// The columns.
    pub const fn batch(&self) -> &RecordBatch {
        &self.batch
    }

    /// What there is to know that the cells do not show.
    pub const fn report(&self) -> &Report {
        &self.report
    }

    /// The columns alone.
    pub fn into_batch(self) -> RecordBatch {
        self.batch
    }

    /// The columns and the report.
    pub fn into_parts(self) -> (RecordBatch, Report) {
        (self.batch, self.report)
    }
}
