//! [`Frame`]: the columns of an answer as a `RecordBatch`, and the report beside it.

mod assemble;
mod distinct;
mod join;

use std::time::Duration;

use arrow_array::{RecordBatch, RecordBatchIterator, RecordBatchReader};

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

    /// The columns as a reader of one batch, as other libraries take their input.
    ///
    /// With the feature `ffi` of `arrow-array`, `FFI_ArrowArrayStream::new(Box::new(frame.into_reader()))` hands it to
    /// another language over the Arrow C stream interface, without a copy.
    ///
    /// ```
    /// use arrow_array::RecordBatchReader;
    /// use braincube_frame::{FrameOptions, arrow_array, decode};
    ///
    /// let body = br#"{"datadefs": [{"id": "mb20/d1", "type": "NUMERIC", "data": ["1.5"]}]}"#;
    /// let reader = decode(body, Vec::new(), FrameOptions::default())?.into_reader();
    /// assert_eq!(reader.schema().field(0).name(), "1");
    /// assert_eq!(reader.map(|batch| batch.unwrap().num_rows()).sum::<usize>(), 1);
    /// # Ok::<(), braincube_frame::Error>(())
    /// ```
    pub fn into_reader(self) -> impl RecordBatchReader + Send {
        let schema = self.batch.schema();
        RecordBatchIterator::new([Ok(self.batch)], schema)
    }

    /// The columns and the report.
    pub fn into_parts(self) -> (RecordBatch, Report) {
        (self.batch, self.report)
    }
}
