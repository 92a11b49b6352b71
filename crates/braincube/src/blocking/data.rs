//! [`DataQuery`]: what to extract, and how.

use std::time::{Duration, SystemTime};

use braincube_frame::{Frame, FrameOptions, OnBadCell};
use braincube_model::TimePoint;
use braincube_model::filter::IntoFilter;

use super::runtime::Runtime;
use crate::data::{self, Label, NoRows, Period, Progress, Split, Window};
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

    /// Takes this instant for the current time.
    pub fn now(self, now: SystemTime) -> Self {
        self.map(|query| query.now(now))
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

    /// Reads a number with spaces around it.
    pub fn trim(self, trim: bool) -> Self {
        self.map(|query| query.trim(trim))
    }

    /// Sets further texts that stand for a missing value.
    pub fn nulls<T: Into<String>>(self, texts: impl IntoIterator<Item = T>) -> Self {
        self.map(|query| query.nulls(texts))
    }

    /// Chooses what a cell of a numeric column that is not a number becomes.
    pub fn on_bad_cell(self, on_bad_cell: OnBadCell) -> Self {
        self.map(|query| query.on_bad_cell(on_bad_cell))
    }

    /// Keeps `nan` in a numeric column as the float NaN.
    pub fn keep_nan(self, keep: bool) -> Self {
        self.map(|query| query.keep_nan(keep))
    }

    /// Makes a discrete column plain text.
    pub fn text_labels(self, text: bool) -> Self {
        self.map(|query| query.text_labels(text))
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

    /// Calls this, on a thread of the client, whenever something has come.
    pub fn on_progress(self, tell: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.map(|query| query.on_progress(tell))
    }

    /// Extracts window by window, in constant memory.
    ///
    /// # Errors
    ///
    /// As [`DataQuery::fetch_stream`](crate::DataQuery::fetch_stream).
    pub fn fetch_stream(self, window: Duration) -> Result<Windows> {
        let stream = self.inner.fetch_stream(window)?;
        Ok(Windows {
            next_start: stream.next_start(),
            runtime: self.runtime,
            stream: Some(stream),
        })
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

    /// As [`fetch`](Self::fetch); of a frame without rows, also why it has none.
    ///
    /// # Errors
    ///
    /// As [`DataQuery::fetch_explained`](crate::DataQuery::fetch_explained).
    pub fn fetch_explained(self) -> Result<(Frame, Option<NoRows>)> {
        let query = self.inner;
        self.runtime
            .wait(async move { query.fetch_explained().await })
    }
}

/// An extraction window by window: the blocking [`Windows`](crate::Windows).
#[derive(Debug)]
#[must_use = "iterators do nothing unless they are advanced"]
pub struct Windows {
    runtime: Runtime,
    next_start: Option<TimePoint>,
    stream: Option<data::Windows>,
}

impl Windows {
    /// Where the next window begins; `None` behind the last one.
    pub const fn next_start(&self) -> Option<TimePoint> {
        self.next_start
    }
}

impl Iterator for Windows {
    type Item = Result<Window>;

    fn next(&mut self) -> Option<Result<Window>> {
        let mut stream = self.stream.take()?;
        let waited = self.runtime.wait(async move {
            let window = stream.next().await;
            Ok((stream, window))
        });
        match waited {
            Ok((stream, window)) => {
                self.next_start = stream.next_start();
                self.stream = Some(stream);
                window
            }
            Err(error) => Some(Err(error)),
        }
    }
}
