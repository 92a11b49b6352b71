//! [`Period`]: the time window of a query.

use std::time::{Duration, SystemTime};

use braincube_model::filter::{FilterError, VariableFilter as _};
use braincube_model::{DateTime, Filter, LongId, TimePoint, WallClock};

/// The time window of a query. Both ends are inclusive, and each is optional.
///
/// A [`DateTime`], or a text such as `2023-10-28`, is a wall-clock time of the memory base. It is compared with the variable
/// that dates the rows without conversion. An instant, such as `2023-10-28T21:00:00+02:00`, a [`SystemTime`] or the current
/// time, is converted to the time zone of the memory base. If the memory base has no time zone, or an unknown one, UTC is
/// used and a warning is logged. [`TimePoint`] lists the forms, and documents the hours in which clocks change.
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
    /// The period without a start and an end: all rows.
    pub const fn all() -> Self {
        Self {
            start: None,
            end: None,
            last: None,
        }
    }

    /// The period from this time on; for a day, from its first second.
    pub fn starting(start: impl Into<TimePoint>) -> Self {
        Self {
            start: Some(start.into()),
            ..Self::all()
        }
    }

    /// The period up to this time; for a day, up to its last second.
    pub fn ending(end: impl Into<TimePoint>) -> Self {
        Self::all().and_ending(end)
    }

    /// The period from this long before the current time on. The current time is that of [`DataQuery::now`], by default that
    /// of the system clock when the query is run.
    ///
    /// [`DataQuery::now`]: crate::DataQuery::now
    pub const fn last(duration: Duration) -> Self {
        Self {
            start: None,
            end: None,
            last: Some(duration),
        }
    }

    /// Sets the end; for a day, its last second.
    #[must_use]
    pub fn and_ending(self, end: impl Into<TimePoint>) -> Self {
        Self {
            end: Some(end.into()),
            ..self
        }
    }

    /// Whether the period contains all rows.
    pub const fn is_all(&self) -> bool {
        self.start.is_none() && self.end.is_none() && self.last.is_none()
    }

    /// Replaces a start relative to the current time by an absolute one, or by none if it is before all dates.
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

    /// Whether an end depends on the time zone of the memory base.
    pub(super) fn has_instant(&self) -> bool {
        self.start
            .into_iter()
            .chain(self.end)
            .any(TimePoint::is_instant)
    }

    /// The first and the last second on the wall clock of the memory base.
    ///
    /// # Errors
    ///
    /// If the period ends before it starts.
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

    /// The filters for rows in this period; `variable` dates the rows.
    pub(super) fn filters(
        &self,
        variable: LongId,
        clock: &WallClock,
    ) -> Result<Vec<Filter>, FilterError> {
        let (start, end) = self.seconds(clock)?;
        let start = start.map(|date| variable.greater_or_equal(date));
        let end = end.map(|date| variable.less_or_equal(date));
        start.into_iter().chain(end).collect()
    }
}

/// The error for a text that is not a duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "cannot parse {text:?} as a duration; expected an integer and a unit, such as 30d, 12h, 45m or 2w"
)]
pub struct ParseDurationError {
    text: Box<str>,
}

/// Parses a duration such as `30d`, `12h`, `45m` or `2w`.
///
/// # Errors
///
/// If the text is not an integer followed by one of these units, or the duration is too long.
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
    fn both_ends_are_inclusive() {
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
    fn i16_the_last_days_refer_to_the_time_zone_of_the_memory_base() {
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
    fn i16_the_last_hour_after_clocks_were_put_back_contains_all_rows() {
        // Ten past two in Paris for the second time: an hour earlier, clocks also showed ten past two.
        let ten_past_two = UNIX_EPOCH + Duration::from_secs(1_698_541_800);
        let period = Period::last(Duration::from_secs(3_600)).at(ten_past_two);
        let period = period.and_ending(TimePoint::from(ten_past_two));
        let clock = WallClock::in_zone("Europe/Paris").unwrap();
        let (start, end) = period.seconds(&clock).unwrap();
        assert_eq!(start.unwrap().to_string(), "20231029_020000");
        assert_eq!(end.unwrap().to_string(), "20231029_025959");
    }

    #[test]
    fn i18_a_period_that_ends_before_it_starts_is_rejected() {
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
    fn a_period_that_starts_before_all_dates_contains_all_rows() {
        for seconds in [u64::MAX, 3_000 * 366 * 86_400] {
            let period = Period::last(Duration::from_secs(seconds));
            assert!(filters(period, "Europe/Paris").is_empty());
        }
    }

    #[test]
    fn the_period_of_all_rows_needs_no_filter() {
        assert!(filters(Period::all(), "UTC").is_empty());
    }

    #[test]
    fn invalid_durations_are_rejected() {
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
