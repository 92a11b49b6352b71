//! [`DataQuery`]: what to extract, and how.

use braincube_frame::{Frame, FrameOptions};
use braincube_model::filter::IntoFilter;

use super::runtime::Runtime;
use crate::data::{self, Label, Period, Split};
use crate::error::Result;

/// An extraction: the blocking [`DataQuery`](crate::DataQuery).
#[derive(Clone, Debug)]
#[must_use = "a query does nothing until it is fetched"]
pub struct DataQuery {
    runtime: Runtime,
    inner: data::DataQuery,
}

impl DataQuery {
    pub(super) fn new(runtime: Runtime, inner: data::DataQuery) -> Self {
        Self { runtime, inner }
    }

    fn map(self, change: impl FnOnce(data::DataQuery) -> data::DataQuery) -> Self {
        Self {
            runtime: self.runtime,
            inner: change(self.inner),
        }
    }

    /// Keeps only the rows that match this filter as well.
    pub fn filter(self, filter: impl IntoFilter) -> Self {
        self.map(|query| query.filter(filter))
    }

    /// Keeps only the rows that match all of these filters as well.
    pub fn filters<I>(self, filters: I) -> Self
    where
        I: IntoIterator,
        I::Item: IntoFilter,
    {
        self.map(|query| query.filters(filters))
    }

    /// Keeps only the rows of this time window.
    pub fn period(self, period: Period) -> Self {
        self.map(|query| query.period(period))
    }

    /// Names the columns; by bcId unless this is called.
    pub fn label(self, label: Label) -> Self {
        self.map(|query| query.label(label))
    }

    /// Keeps dates as text.
    pub fn text_dates(self, text: bool) -> Self {
        self.map(|query| query.text_dates(text))
    }

    /// Makes a numeric column of whole numbers a column of integers.
    pub fn infer_integers(self, infer: bool) -> Self {
        self.map(|query| query.infer_integers(infer))
    }

    /// Turns what is otherwise told in the report into an error.
    pub fn strict(self, strict: bool) -> Self {
        self.map(|query| query.strict(strict))
    }

    /// Sets every option of the decoder at once.
    pub fn options(self, options: FrameOptions) -> Self {
        self.map(|query| query.options(options))
    }

    /// Says when the variables are split over several requests.
    pub fn split(self, split: Split) -> Self {
        self.map(|query| query.split(split))
    }

    /// Extracts, and waits for the whole frame.
    ///
    /// # Errors
    ///
    /// As [`DataQuery::fetch`](crate::DataQuery::fetch).
    pub fn fetch(self) -> Result<Frame> {
        let query = self.inner;
        self.runtime.wait(async move { query.fetch().await })
    }
}
