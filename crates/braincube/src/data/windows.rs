//! [`Windows`]: an extraction as a stream of frames, one time window after the other.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use braincube_frame::Frame;
use braincube_model::{DateTime, TimePoint};
use futures_core::Stream;
use futures_core::stream::BoxStream;
use futures_util::{StreamExt as _, stream};

use super::DataQuery;
use super::fetch::Prepared;
use crate::error::{Error, Result, invalid};

/// The rows of one time window.
#[derive(Clone, Debug)]
pub struct Window {
    start: DateTime,
    end: DateTime,
    frame: Frame,
}

impl Window {
    /// Where the window begins; rows of this date are in it.
    pub const fn start(&self) -> DateTime {
        self.start
    }

    /// Where the next window begins; of the last one, the end of the period, whose rows are in it.
    pub const fn end(&self) -> DateTime {
        self.end
    }

    /// The rows, which may be none.
    pub const fn frame(&self) -> &Frame {
        &self.frame
    }

    /// The rows alone.
    pub fn into_frame(self) -> Frame {
        self.frame
    }
}

/// An extraction as a stream of frames, one time window after the other; from
/// [`DataQuery::fetch_stream`].
///
/// It holds one window at a time, however many there are. It ends behind the last window, or at the first error; then
/// [`next_start`](Self::next_start) says where another stream can go on without losing a row or reading one twice.
#[must_use = "streams do nothing unless polled"]
pub struct Windows {
    /// Each window, and where the one behind it begins.
    inner: BoxStream<'static, Result<(Window, Option<DateTime>)>>,
    next_start: Option<TimePoint>,
    has_failed: bool,
}

/// Where a stream stands.
enum State {
    Begin {
        query: Box<DataQuery>,
        window: Duration,
        ends_now: bool,
    },
    Next(Box<Prepared>, Bounds),
    Done,
}

/// What is still to be read, and how much of it at a time.
#[derive(Clone, Copy)]
struct Bounds {
    start: DateTime,
    end: DateTime,
    window: Duration,
}

/// One window further: fetches it, and says what comes behind it. Behind an error comes nothing.
async fn step(state: State) -> Option<(Result<(Window, Option<DateTime>)>, State)> {
    let (prepared, bounds) = match state {
        State::Done => return None,
        State::Next(prepared, bounds) => (prepared, bounds),
        State::Begin {
            query,
            window,
            ends_now,
        } => match begin(*query, window, ends_now).await {
            Ok(begun) => begun?,
            Err(error) => return Some((Err(error), State::Done)),
        },
    };
    let next_start = bounds.next_start();
    let frame = prepared.window(bounds.start, next_start, bounds.end).await;
    let frame = match frame {
        Ok(frame) => frame,
        Err(error) => return Some((Err(error), State::Done)),
    };
    let window = Window {
        start: bounds.start,
        end: next_start.unwrap_or(bounds.end),
        frame,
    };
    let state = match next_start {
        Some(start) => State::Next(prepared, Bounds { start, ..bounds }),
        None => State::Done,
    };
    Some((Ok((window, next_start)), state))
}

/// Fetches what is needed before the data, and finds out where the first window begins and the last one ends. `None` where
/// the period begins after the current time, at which it ends because no end was given.
async fn begin(
    query: DataQuery,
    window: Duration,
    ends_now: bool,
) -> Result<Option<(Box<Prepared>, Bounds)>> {
    let prepared = Prepared::new(query, true).await?;
    match prepared.seconds() {
        Ok((Some(start), Some(end))) => {
            let bounds = Bounds { start, end, window };
            Ok(Some((Box::new(prepared), bounds)))
        }
        Ok(_) => Err(no_beginning()),
        Err(_) if ends_now => Ok(None),
        Err(error) => Err(error),
    }
}

fn no_beginning() -> Error {
    invalid(
        "period",
        "a stream needs a start within the years 0 to 9999: give a period with a start, or the last days",
    )
}

impl Bounds {
    /// Where the window behind this one begins; `None` if this one is the last.
    fn next_start(&self) -> Option<DateTime> {
        let window = i64::try_from(self.window.as_secs())
            .ok()?
            .checked_mul(1_000)?;
        let next = self.start.to_epoch_milliseconds().checked_add(window)?;
        DateTime::from_epoch_milliseconds(next).filter(|next| *next <= self.end)
    }
}

impl Windows {
    pub(super) fn new(mut query: DataQuery, window: Duration) -> Result<Self> {
        query.memory_base = query.memory_base.long_running();
        let now = query.current_time();
        let period = query.period.clone().at(now);
        let start = period.start().ok_or_else(no_beginning)?;
        let ends_now = period.end().is_none();
        query.period = match ends_now {
            true => period.and_ending(now),
            false => period,
        };
        if window < Duration::from_secs(1) {
            return Err(invalid("window", "it is shorter than a second"));
        }
        let state = State::Begin {
            query: Box::new(query),
            window,
            ends_now,
        };
        Ok(Self {
            inner: stream::unfold(state, step).boxed(),
            next_start: Some(start),
            has_failed: false,
        })
    }

    /// Where the next window begins; `None` behind the last one. Before the first window it is the start of the period.
    ///
    /// After an error, `query.period(Period::starting(start).and_ending(end)).fetch_stream(window)` goes on from there.
    pub const fn next_start(&self) -> Option<TimePoint> {
        self.next_start
    }

    /// The next window; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<Window>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl Stream for Windows {
    type Item = Result<Window>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Window>>> {
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
                // Behind an error, it still says where to go on.
                self.next_start = self.next_start.filter(|_| self.has_failed);
                None
            }
        })
    }
}

impl fmt::Debug for Windows {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Windows")
            .field("next_start", &self.next_start)
            .finish_non_exhaustive()
    }
}
