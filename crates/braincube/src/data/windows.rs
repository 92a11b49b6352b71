//! [`FrameStream`]: the rows of a query as one frame per time window.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use braincube_frame::Frame;
use braincube_model::{DateTime, TimePoint};
use futures_core::Stream;
use futures_core::stream::BoxStream;
use futures_util::{StreamExt as _, TryFutureExt as _, stream};

use super::prepared::Prepared;
use super::query::DataQuery;
use crate::error::{Error, Result, invalid};

/// The rows of one time window.
#[derive(Clone, Debug)]
pub struct TimeWindow {
    start: DateTime,
    end: DateTime,
    frame: Frame,
}

impl TimeWindow {
    /// The start of the window, inclusive.
    pub const fn start(&self) -> DateTime {
        self.start
    }

    /// The start of the next window; for the last window, the end of the period, inclusive.
    pub const fn end(&self) -> DateTime {
        self.end
    }

    /// The rows, possibly none.
    pub const fn frame(&self) -> &Frame {
        &self.frame
    }

    /// The rows, possibly none.
    pub fn into_frame(self) -> Frame {
        self.frame
    }
}

impl DataQuery {
    /// Runs the query window by window: the stream yields one frame for each time window of this length. It holds one window
    /// in memory, so the memory does not depend on the length of the period.
    ///
    /// The period must have a start. Without an end, it ends at the current time on the wall clock of the memory base. Windows
    /// refer to the variable that dates the rows, as the [`period`](Self::period) does; rows without a date are in no window.
    /// Entities that the query refers to are read once for all windows. Each window is read when the stream is polled for it.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use braincube::{Client, Config, Period, TimePoint};
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = braincube_sim::Simulator::start().await?;
    /// # let config = Config::builder().sso_base_url(simulator.sso_base_url())
    /// #     .api_base_url(simulator.api_base_url()).api_key(simulator.token()).build()?;
    /// # let client = Client::from_config(config).await?;
    /// let (first, last): (TimePoint, TimePoint) = ("2023-10-01".parse()?, "2023-10-31".parse()?);
    /// let october = Period::starting(first).and_ending(last);
    /// let query = client.braincube("demo").memory_base(20).data(["2000001", "2000034"]);
    /// let mut days = query.period(october).fetch_stream(Duration::from_secs(86_400))?;
    /// let mut rows = 0;
    /// while let Some(day) = days.next().await {
    ///     rows += day?.frame().batch().num_rows(); // after an error, days.next_start() is where to continue
    /// }
    /// assert_eq!(rows, 9_220);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) if the period has no start, or the window is shorter than a second. The
    /// items of the stream have the errors of [`fetch`](Self::fetch).
    pub fn fetch_stream(mut self, window: Duration) -> Result<FrameStream> {
        self.memory_base = self.memory_base.long_running();
        let now = self.current_time();
        let period = self.period.clone().at(now);
        let start = period.start().ok_or_else(no_start)?;
        let ends_now = period.end().is_none();
        self.period = match ends_now {
            true => period.and_ending(now),
            false => period,
        };
        if window < Duration::from_secs(1) {
            return Err(invalid("window", "must be at least one second"));
        }
        let windows = async move {
            let state = prepare(self, window, ends_now).await?;
            Ok(stream::try_unfold(state, advance))
        };
        Ok(FrameStream {
            inner: windows.try_flatten_stream().boxed(),
            next_start: Some(start),
            has_failed: false,
        })
    }
}

/// The rows of a query as a stream of time windows; from [`DataQuery::fetch_stream`].
///
/// The stream ends after the last window or the first error. After an error, another stream can continue at
/// [`next_start`](Self::next_start): no row is lost or read twice.
#[must_use = "streams do nothing unless polled"]
pub struct FrameStream {
    /// Each window, and the start of the next one.
    inner: BoxStream<'static, Result<(TimeWindow, Option<DateTime>)>>,
    next_start: Option<TimePoint>,
    has_failed: bool,
}

impl FrameStream {
    /// The start of the next window: before the first window, the start of the period; `None` after the last one.
    ///
    /// After an error, `query.period(Period::starting(start).and_ending(end)).fetch_stream(window)` continues there.
    pub const fn next_start(&self) -> Option<TimePoint> {
        self.next_start
    }

    /// Reads the next window; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<TimeWindow>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl Stream for FrameStream {
    type Item = Result<TimeWindow>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<TimeWindow>>> {
        Poll::Ready(match ready!(self.inner.poll_next_unpin(context)) {
            Some(Ok((window, next_start))) => {
                self.next_start = next_start.map(TimePoint::from);
                Some(Ok(window))
            }
            Some(Err(error)) => {
                self.has_failed = true;
                Some(Err(error))
            }
            None => {
                // After an error, it keeps the start of the window that failed.
                self.next_start = self.next_start.filter(|_| self.has_failed);
                None
            }
        })
    }
}

impl fmt::Debug for FrameStream {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("FrameStream")
            .field("next_start", &self.next_start)
            .finish_non_exhaustive()
    }
}

/// The state between two windows; `None` after the last one.
type State = Option<(Box<Prepared>, Bounds)>;

/// The part of the period that has not been read, and the length of a window.
#[derive(Clone, Copy)]
struct Bounds {
    start: DateTime,
    end: DateTime,
    window: Duration,
}

impl Bounds {
    /// The start of the window after the first one; `None` if there is only one.
    fn next_start(&self) -> Option<DateTime> {
        let window = i64::try_from(self.window.as_secs())
            .ok()?
            .checked_mul(1_000)?;
        let next = self.start.to_epoch_milliseconds().checked_add(window)?;
        DateTime::from_epoch_milliseconds(next).filter(|next| *next <= self.end)
    }
}

/// Reads one window. Returns it with the start of the next one.
async fn advance(state: State) -> Result<Option<((TimeWindow, Option<DateTime>), State)>> {
    let Some((prepared, bounds)) = state else {
        return Ok(None);
    };
    let next_start = bounds.next_start();
    let frame = prepared.window(bounds.start, next_start, bounds.end);
    let window = TimeWindow {
        start: bounds.start,
        end: next_start.unwrap_or(bounds.end),
        frame: frame.await?,
    };
    let state = next_start.map(|start| (prepared, Bounds { start, ..bounds }));
    Ok(Some(((window, next_start), state)))
}

/// Prepares the query. `None` if the period starts after the current time, at which it ends by default.
async fn prepare(query: DataQuery, window: Duration, ends_now: bool) -> Result<State> {
    let prepared = Prepared::new(query, true).await?;
    match prepared.seconds() {
        Ok((Some(start), Some(end))) => {
            let bounds = Bounds { start, end, window };
            Ok(Some((Box::new(prepared), bounds)))
        }
        Ok(_) => Err(no_start()),
        Err(_) if ends_now => Ok(None),
        Err(error) => Err(error),
    }
}

fn no_start() -> Error {
    invalid(
        "period",
        "a stream needs a start between the years 0 and 9999; set a period with a start, or the last days",
    )
}
