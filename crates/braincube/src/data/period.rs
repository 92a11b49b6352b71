//! [`Period`]: the time window of an extraction.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use braincube_model::filter::{FilterError, VariableFilter as _};
use braincube_model::{DateTime, Filter, LongId};

/// The time window of an extraction, both ends included; open where an end is not given.
///
/// Dates have no zone: they are compared with the variable that dates the rows as it stands there.
/// A window that ends now counts in UTC, in which the Python package `braincube_connector` 2.8.0
/// writes dates too.
///
/// ```
/// use braincube::{DateTime, Period};
///
/// let start: DateTime = "20231001_000000".parse()?;
/// let end: DateTime = "20231031_235959".parse()?;
/// let october = Period::starting(start).and_ending(end);
/// assert!(!october.is_all());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Period {
    start: Option<DateTime>,
    end: Option<DateTime>,
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

    /// From this date on.
    pub const fn starting(start: DateTime) -> Self {
        Self {
            start: Some(start),
            end: None,
            last: None,
        }
    }

    /// Up to this date.
    pub const fn ending(end: DateTime) -> Self {
        Self {
            start: None,
            end: Some(end),
            last: None,
        }
    }

    /// From this long ago on, counted when the extraction starts.
    pub const fn last(duration: Duration) -> Self {
        Self {
            start: None,
            end: None,
            last: Some(duration),
        }
    }

    /// The same start, and this end.
    #[must_use]
    pub const fn and_ending(self, end: DateTime) -> Self {
        Self {
            end: Some(end),
            ..self
        }
    }

    /// Whether the window keeps every row.
    pub const fn is_all(&self) -> bool {
        self.start.is_none() && self.end.is_none() && self.last.is_none()
    }

    /// Where the window begins and ends; an open end is now. `None` where it has no beginning.
    pub(super) fn bounds(&self, now: SystemTime) -> Option<(DateTime, DateTime)> {
        let start = self.start.or_else(|| before(now, self.last?))?;
        let end = self.end.or_else(|| before(now, Duration::ZERO))?;
        Some((start, end))
    }

    /// The filters that keep the window's rows, on the variable that dates them.
    pub(super) fn filters(
        &self,
        variable: LongId,
        now: SystemTime,
    ) -> Result<Vec<Filter>, FilterError> {
        let start = self.start.or_else(|| before(now, self.last?));
        let start = start.map(|date| variable.great_equals(date));
        let end = self.end.map(|date| variable.less_equals(date));
        start.into_iter().chain(end).collect()
    }
}

/// This long before now, in UTC; `None`, so no limit, where that lies before all dates there are.
fn before(now: SystemTime, duration: Duration) -> Option<DateTime> {
    let since_epoch = now.duration_since(UNIX_EPOCH).ok()?;
    let milliseconds = i64::try_from(since_epoch.as_millis()).ok()?;
    let start = milliseconds.checked_sub(i64::try_from(duration.as_millis()).ok()?)?;
    DateTime::from_epoch_milliseconds(start)
}

/// A text that is no date or no duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no {what}; write {example}")]
pub struct ParsePeriodError {
    text: Box<str>,
    what: &'static str,
    example: &'static str,
}

impl ParsePeriodError {
    fn new(text: &str, what: &'static str, example: &'static str) -> Self {
        Self {
            text: text.chars().take(64).collect(),
            what,
            example,
        }
    }

    /// The same, of the text as it was given.
    fn about(self, text: &str) -> Self {
        Self::new(text, self.what, self.example)
    }
}

/// The first moment that a text names: `2023-10-28`, `2023-10-28T22:00:00` or `20231028_220000`.
///
/// # Errors
///
/// Where the text is no such date.
pub fn parse_start(text: &str) -> Result<DateTime, ParsePeriodError> {
    let read = text
        .parse()
        .ok()
        .or_else(|| DateTime::parse_iso(&text.replacen(' ', "T", 1)));
    read.ok_or_else(|| ParsePeriodError::new(text, "date", "2023-10-28 or 2023-10-28T22:00:00"))
}

/// The last moment that a text names: as [`parse_start`], but a date alone means its last second.
///
/// # Errors
///
/// Where the text is no such date.
pub fn parse_end(text: &str) -> Result<DateTime, ParsePeriodError> {
    let is_date_alone = text.len() == "2023-10-28".len();
    let with_time = is_date_alone.then(|| format!("{text}T23:59:59"));
    parse_start(with_time.as_deref().unwrap_or(text)).map_err(|error| error.about(text))
}

/// A duration such as `30d`, `12h`, `45m` or `2w`.
///
/// # Errors
///
/// Where the text is no whole number followed by one of these units, or far too long.
pub fn parse_duration(text: &str) -> Result<Duration, ParsePeriodError> {
    braincube_auth::parse_duration(text)
        .ok_or_else(|| ParsePeriodError::new(text, "duration", "30d, 12h, 45m or 2w"))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use braincube_model::LongId;

    use super::{Period, parse_duration, parse_end, parse_start};

    /// 2023-10-31, noon.
    const NOW: Duration = Duration::from_secs(1_698_753_600);

    fn filters(period: &Period) -> Vec<String> {
        let filters = period
            .filters(LongId::variable(20, 1), UNIX_EPOCH + NOW)
            .unwrap();
        filters.iter().map(|filter| filter.to_json()).collect()
    }

    #[test]
    fn both_ends_are_included() {
        let period = Period::starting(parse_start("2023-10-01").unwrap())
            .and_ending(parse_end("2023-10-31").unwrap());
        assert_eq!(
            filters(&period),
            [
                r#"{"GREAT_EQUALS":["mb20/d1","20231001_000000"]}"#,
                r#"{"LESS_EQUALS":["mb20/d1","20231031_235959"]}"#,
            ]
        );
    }

    #[test]
    fn the_last_days_are_counted_from_now_in_utc() {
        let period = Period::last(parse_duration("30d").unwrap());
        assert_eq!(
            filters(&period),
            [r#"{"GREAT_EQUALS":["mb20/d1","20231001_120000"]}"#]
        );
    }

    #[test]
    fn a_window_longer_than_time_keeps_every_row() {
        assert!(filters(&Period::last(Duration::from_secs(u64::MAX))).is_empty());
    }

    #[test]
    fn all_of_time_is_no_filter() {
        assert!(filters(&Period::all()).is_empty());
    }

    #[test]
    fn dates_are_read_in_three_forms() {
        let expected = parse_start("2023-10-28T22:00:01").unwrap();
        assert_eq!(parse_start("2023-10-28 22:00:01").unwrap(), expected);
        assert_eq!(parse_end("20231028_220001").unwrap(), expected);
    }

    #[test]
    fn what_is_no_date_or_duration_is_refused() {
        for text in [
            "",
            "today",
            "2023-13-01",
            "2023-02-29",
            "20231028_250000",
            "28/10/2023",
        ] {
            assert!(parse_start(text).is_err(), "{text}");
            let error = parse_end(text).expect_err(text);
            assert!(
                error
                    .to_string()
                    .starts_with(&format!("{text:?} is no date")),
                "{error}"
            );
        }
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
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }
}
