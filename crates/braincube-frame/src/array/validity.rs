//! [`Validity`]: which rows are null, at no cost for those that are not.

use arrow_buffer::{NullBuffer, NullBufferBuilder};

/// Which rows of an array are null. Only nulls are told; the rows between them are counted when
/// the next one comes.
#[derive(Debug)]
pub(super) struct Validity(NullBufferBuilder);

impl Default for Validity {
    fn default() -> Self {
        Self(NullBufferBuilder::new(0))
    }
}

impl Validity {
    /// Row `row` is null; the rows since the last null are not.
    #[inline]
    pub(super) fn null(&mut self, row: usize) {
        self.0.append_n_non_nulls(row.saturating_sub(self.0.len()));
        self.0.append_null();
    }

    /// The bits of an array with so many rows.
    pub(super) fn finish(&mut self, rows: usize) -> Option<NullBuffer> {
        self.0.append_n_non_nulls(rows.saturating_sub(self.0.len()));
        self.0.finish()
    }
}
