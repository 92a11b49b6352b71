//! [`Period`]: the time window of an extraction.

use std::time::{Duration, SystemTime};

use braincube_model::filter::{FilterError, VariableFilter as _};
use braincube_model::{DateTime, Filter, LongId, TimePoint, WallClock};

/// The time window of an extraction, both ends included; open where an end is not given.
///
/// A [`DateTime`], or a text such as `2023-10-28`, is a wall-clock time of the memory base: it is compared with the
/// variable that dates the rows, as it stands. An instant, such as `2023-10-28T21:00:00+02:00`, a [`SystemTime`] or the
/// current time, is converted to the wall clock of the memory base, whose time zone the data service names. Where it names
/// none, or one that is unknown, UTC is used, and a warning is logged. [`TimePoint`] lists the forms, and says what becomes
/// of the hours in which clocks are changed.
///
/// ```
/// use braincube::{DateTime, Period, TimePoint};
///
/// let day: TimePoint = "2023-10-01".parse()?;
/// let end: TimePoint = "2023-10-31T20:00:00+01:00".parse()?;
/// let october = Period::starting(day).and_ending(end);
/// let from_noon: DateTime = "20231001_120000".parse()?;
/// assert!(!Period::starting(from_noon).is_all());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Period {
    start: Option<TimePoint>,
    end: Option<TimePoint>,
    last: Option<Duration>,
}

impl Period {
    /// All of time: every row.
    pub const fn all() -> Self {
        Self {
            start: None,
            end: None,
            last: None,
        }
    }

    /// From this date on; of a day, from its first second.
    pub fn starting(start: impl Into<TimePoint>) -> Self {
        Self {
            start: Some(start.into()),
            ..Self::all()
        }
    }

    /// Up to this date; of a day, up to its last second.
    pub fn ending(end: impl Into<TimePoint>) -> Self {
        Self::all().and_ending(end)
    }

    /// From this long before the current time on. The current time is taken when the extraction starts, or is the one of
    /// [`DataQuery::now`](crate::DataQuery::now).
    pub const fn last(duration: Duration) -> Self {
        Self {
            start: None,
            end: None,
            last: Some(duration),
        }
    }

    /// The same start, and this end.
    #[must_use]
    pub fn and_ending(self, end: impl Into<TimePoint>) -> Self {
        Self {
            end: Some(end.into()),
            ..self
        }
    }

    /// Whether the window keeps every row.
    pub const fn is_all(&self) -> bool {
        self.start.is_none() && self.end.is_none() && self.last.is_none()
    }

    /// The same with a start that does not depend on the current time any more. A start before all dates is none.
    pub(super) fn at(self, now: SystemTime) -> Self {
        let start = |duration| now.checked_sub(duration).map(TimePoint::from);
        Self {
            start: self.start.or_else(|| self.last.and_then(start)),
            end: self.end,
            last: None,
        }
    }

    pub(super) const fn start(&self) -> Option<TimePoint> {
        self.start
    }

    pub(super) const fn end(&self) -> Option<TimePoint> {
        self.end
    }

    /// Whether the time zone of the memory base matters.
    pub(super) fn has_instant(&self) -> bool {
        self.start
            .into_iter()
            .chain(self.end)
            .any(TimePoint::is_instant)
    }

    /// The first and the last second, on the clock of the memory base.
    ///
    /// # Errors
    ///
    /// If the window ends before it starts.
    pub(super) fn seconds(
        &self,
        clock: &WallClock,
    ) -> Result<(Option<DateTime>, Option<DateTime>), FilterError> {
        let start = self.start.and_then(|start| start.first_second(clock));
        let end = self.end.and_then(|end| end.last_second(clock));
        match (start, end) {
            (Some(low), Some(high)) if low > high => Err(FilterError::EmptyRange {
                low: low.into(),
                high: high.into(),
            }),
            seconds => Ok(seconds),
        }
    }

    /// The filters that keep the window's rows, on the variable that dates them.
    pub(super) fn filters(
        &self,
        variable: LongId,
        clock: &WallClock,
    ) -> Result<Vec<Filter>, FilterError> {
        let (start, end) = self.seconds(clock)?;
        let start = start.map(|date| variable.great_equals(date));
        let end = end.map(|date| variable.less_equals(date));
        start.into_iter().chain(end).collect()
    }
}

/// A text that is not a duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "cannot parse {text:?} as a duration; expected a whole number and a unit, such as 30d, 12h, 45m or 2w"
)]
pub struct ParseDurationError {
    text: Box<str>,
}

/// A duration such as `30d`, `12h`, `45m` or `2w`.
///
/// # Errors
///
/// Where the text is not a whole number followed by one of these units, or far too long.
pub fn parse_duration(text: &str) -> Result<Duration, ParseDurationError> {
    braincube_auth::parse_duration(text).ok_or_else(|| ParseDurationError {
        text: text.chars().take(64).collect(),
    })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use braincube_model::{LongId, TimePoint, WallClock};

    use super::{Period, parse_duration};

    /// 2023-10-31, noon in UTC.
    const NOW: Duration = Duration::from_secs(1_698_753_600);

    fn point(text: &str) -> TimePoint {
        text.parse().unwrap()
    }

    fn now() -> SystemTime {
        UNIX_EPOCH + NOW
    }

    fn filters(period: Period, zone: &str) -> Vec<String> {
        let clock = WallClock::in_zone(zone).unwrap();
        let filters = period
            .at(now())
            .filters(LongId::variable(20, 1), &clock)
            .unwrap();
        filters.iter().map(|filter| filter.to_json()).collect()
    }

    #[test]
    fn both_ends_are_included() {
        let period = Period::starting(point("2023-10-01")).and_ending(point("2023-10-31"));
        assert_eq!(
            filters(period, "Europe/Paris"),
            [
                r#"{"GREAT_EQUALS":["mb20/d1","20231001_000000"]}"#,
                r#"{"LESS_EQUALS":["mb20/d1","20231031_235959"]}"#,
            ]
        );
    }

    #[test]
    fn i16_the_last_days_are_counted_on_the_clock_of_the_memory_base() {
        for (zone, start) in [
            ("UTC", "20231001_120000"),
            ("America/New_York", "20231001_080000"),
            ("Asia/Kolkata", "20231001_173000"),
        ] {
            let period = Period::last(parse_duration("30d").unwrap());
            let expected = format!(r#"{{"GREAT_EQUALS":["mb20/d1","{start}"]}}"#);
            assert_eq!(filters(period, zone), [expected]);
        }
    }

    #[test]
    fn i16_the_last_hour_after_the_clock_was_put_back_loses_no_row() {
        // Ten past two in Paris, for the second time: an hour ago it was ten past two as well.
        let ten_past_two = UNIX_EPOCH + Duration::from_secs(1_698_541_800);
        let period = Period::last(Duration::from_secs(3_600)).at(ten_past_two);
        let period = period.and_ending(TimePoint::from(ten_past_two));
        let clock = WallClock::in_zone("Europe/Paris").unwrap();
        let (start, end) = period.seconds(&clock).unwrap();
        assert_eq!(start.unwrap().to_string(), "20231029_020000");
        assert_eq!(end.unwrap().to_string(), "20231029_025959");
    }

    #[test]
    fn i18_a_window_that_ends_before_it_starts_is_refused() {
        let clock = WallClock::in_zone("Europe/Paris").unwrap();
        for (start, end) in [
            ("2023-10-02", "2023-10-01"),
            ("2023-10-01T12:00:00+02:00", "2023-10-01T11:59:59"),
        ] {
            let period = Period::starting(point(start)).and_ending(point(end));
            let error = period.seconds(&clock).unwrap_err().to_string();
            assert!(error.contains("give the lower bound first"), "{error}");
        }
    }

    #[test]
    fn a_window_longer_than_time_keeps_every_row() {
        for seconds in [u64::MAX, 3_000 * 366 * 86_400] {
            let period = Period::last(Duration::from_secs(seconds));
            assert!(filters(period, "Europe/Paris").is_empty());
        }
    }

    #[test]
    fn all_of_time_is_no_filter() {
        assert!(filters(Period::all(), "UTC").is_empty());
    }

    #[test]
    fn what_is_not_a_duration_is_refused() {
        for text in [
            "",
            "d",
            "30",
            "-1d",
            "1.5d",
            "30 d",
            "30x",
            "99999999999d",
            "日",
        ] {
            let error = parse_duration(text).expect_err(text).to_string();
            assert!(
                error.starts_with(&format!("cannot parse {text:?} as a duration")),
                "{error}"
            );
        }
    }
}
