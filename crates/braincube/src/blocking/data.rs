//! [`DataQuery`]: a query for data and its options.

use std::time::{Duration, SystemTime};

use braincube_frame::{Frame, FrameOptions, OnBadCell};
use braincube_model::TimePoint;
use braincube_model::filter::IntoFilter;

use super::runtime::{self, Blocking};
use crate::data::{self, Label, NoRows, Period, Progress, Split, TimeWindow};
use crate::error::Result;

/// Generates methods that set an option of the asynchronous query.
macro_rules! options {
    ($($(#[$doc:meta])* $name:ident($value:ident: $type:ty);)*) => {$(
        $(#[$doc])*
        pub fn $name(self, $value: $type) -> Self {
            Self(self.0.map(|query| query.$name($value)))
        }
    )*};
}

/// A query for data: the blocking [`DataQuery`](crate::DataQuery).
#[derive(Clone, Debug)]
#[must_use = "a query does nothing until it is fetched"]
pub struct DataQuery(pub(super) Blocking<data::DataQuery>);

impl DataQuery {
    options! {
        /// Keeps only rows that also match this filter.
        filter(filter: impl IntoFilter);
        /// Keeps only rows in this time window.
        period(period: Period);
        /// Sets the current time, instead of the system clock.
        now(now: SystemTime);
        /// Sets how columns are named; by default by bcId.
        label(label: Label);
        /// Keeps dates as text.
        text_dates(text: bool);
        /// Makes a numeric column that contains only integers an integer column.
        infer_integers(infer: bool);
        /// Accepts numbers with surrounding white space.
        trim(trim: bool);
        /// Sets how a cell of a numeric column that is not a number is handled.
        on_bad_cell(on_bad_cell: OnBadCell);
        /// Keeps `nan` in a numeric column as the float NaN.
        keep_nan(keep: bool);
        /// Makes a discrete column plain text.
        text_labels(text: bool);
        /// Turns what would otherwise be a warning or an entry of the report into an error.
        strict(strict: bool);
        /// Sets all options of the decoder.
        options(options: FrameOptions);
        /// Sets when the variables are split over several requests.
        split(split: Split);
        /// Sets a function that is called with the progress, on a thread of the client.
        on_progress(report: impl Fn(Progress) + Send + Sync + 'static);
    }

    /// Keeps only rows that also match all of these filters.
    pub fn filters<I>(self, filters: I) -> Self
    where
        I: IntoIterator,
        I::Item: IntoFilter,
    {
        Self(self.0.map(|query| query.filters(filters)))
    }

    /// Sets further texts that stand for a missing value.
    pub fn nulls<T: Into<String>>(self, texts: impl IntoIterator<Item = T>) -> Self {
        Self(self.0.map(|query| query.nulls(texts)))
    }

    /// Runs the query window by window, in constant memory.
    ///
    /// # Errors
    ///
    /// As [`DataQuery::fetch_stream`](crate::DataQuery::fetch_stream).
    pub fn fetch_stream(self, window: Duration) -> Result<FrameStream> {
        let rest = self.0.with(());
        let stream = self.0.inner.fetch_stream(window)?;
        Ok(FrameStream {
            next_start: stream.next_start(),
            stream: Some(rest.with(stream)),
        })
    }

    /// Runs the query and returns its rows as one frame.
    ///
    /// # Errors
    ///
    /// As [`DataQuery::fetch`](crate::DataQuery::fetch).
    pub fn fetch(self) -> Result<Frame> {
        self.0.wait(data::DataQuery::fetch)
    }

    /// As [`fetch`](Self::fetch). For a frame without rows, also returns the reason.
    ///
    /// # Errors
    ///
    /// As [`DataQuery::fetch_explained`](crate::DataQuery::fetch_explained).
    pub fn fetch_explained(self) -> Result<(Frame, Option<NoRows>)> {
        self.0.wait(data::DataQuery::fetch_explained)
    }
}

/// The frames of a query by time window: the blocking [`FrameStream`](crate::FrameStream).
#[derive(Debug)]
#[must_use = "iterators do nothing unless they are advanced"]
pub struct FrameStream {
    next_start: Option<TimePoint>,
    stream: Option<Blocking<data::FrameStream>>,
}

impl FrameStream {
    /// The start of the next window; `None` after the last one.
    pub const fn next_start(&self) -> Option<TimePoint> {
        self.next_start
    }
}

impl Iterator for FrameStream {
    type Item = Result<TimeWindow>;

    fn next(&mut self) -> Option<Result<TimeWindow>> {
        let window = runtime::next(&mut self.stream);
        if let Some(stream) = &self.stream {
            self.next_start = stream.inner.next_start();
        }
        window
    }
}
