//! [`TimePoint`]: a date in the form in which a caller writes it, with or without a time zone.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use jiff::Timestamp;

use crate::id::excerpt;
use crate::{DateTime, WallClock};

/// The distance from the first second of a day to its last one, in milliseconds.
const LAST_SECOND: i64 = 86_399_000;

/// A date in the form in which a caller writes it: a day, a wall-clock time of the memory base, or an instant.
///
/// | form | meaning |
/// |---|---|
/// | `2023-10-28`, `20231028` | the whole day, on the wall clock of the memory base |
/// | `2023-10-28T21:00`, `2023-10-28T21:00:00`, `20231028_210000` | the wall-clock time of the memory base |
/// | `2023-10-28T21:00:00+02:00`, `2023-10-28T19:00:00Z` | the instant (RFC 3339) |
/// | `1698519600000` | the instant, in milliseconds since 1970-01-01T00:00:00Z: 12 or 13 digits |
///
/// A space is accepted in place of the `T`, and a fraction after the seconds. Dates of the service have whole seconds, so
/// `>= 21:00:00.5` starts with 21:00:01.
///
/// The service compares wall-clock times as texts. A day or a wall-clock time is sent unchanged, also in the hour that is
/// skipped when clocks go forward (no row has such a date) and in the hour that occurs twice when they go back (both hours
/// match). An instant is converted to the wall clock of the memory base. In the hour that occurs twice, its bound is moved
/// so that no row is lost: a lower bound to the beginning of that hour, an upper bound to its end. The result may therefore
/// contain rows of up to one hour before or after the instant.
///
/// ```
/// use braincube_model::{TimePoint, WallClock};
///
/// let paris = WallClock::in_zone("Europe/Paris").unwrap();
/// let instant: TimePoint = "2023-10-28T19:00:00Z".parse()?;
/// assert_eq!(instant.first_second(&paris).unwrap().to_string(), "20231028_210000");
/// let day: TimePoint = "2023-10-28".parse()?;
/// assert_eq!(day.last_second(&paris).unwrap().to_string(), "20231028_235959");
/// # Ok::<(), braincube_model::ParseTimePointError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TimePoint(Repr);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Repr {
    /// The first second of a day.
    Day(DateTime),
    /// A wall-clock time, and whether a fraction of a second follows.
    Local { second: DateTime, fraction: bool },
    /// Seconds since 1970 in UTC, and whether a fraction of a second follows.
    Instant { second: i64, fraction: bool },
}

/// The error of a text that is not a date.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot parse {text:?} as a date; expected {}", TimePoint::FORMS)]
pub struct ParseTimePointError {
    text: Box<str>,
}

impl TimePoint {
    /// The accepted forms, for error messages.
    pub(crate) const FORMS: &str = "2023-10-28, 2023-10-28T21:00:00, 20231028_210000, an instant with its offset \
         (2023-10-28T21:00:00+02:00 or 2023-10-28T19:00:00Z), or milliseconds since 1970 (1698519600000)";

    /// Whether it is an instant, so that the time zone of the memory base matters.
    pub const fn is_instant(self) -> bool {
        matches!(self.0, Repr::Instant { .. })
    }

    /// The first second that a lower bound `>=` includes, on this clock; `None` outside the years 0 to 9999.
    pub fn first_second(self, clock: &WallClock) -> Option<DateTime> {
        self.first(|second| clock.earliest_from(second))
    }

    /// The last second that an upper bound `<=` includes, on this clock; `None` outside the years 0 to 9999.
    pub fn last_second(self, clock: &WallClock) -> Option<DateTime> {
        self.last(|second| clock.latest_until(second))
    }

    /// As [`first_second`](Self::first_second), with the exact wall-clock time of an instant.
    pub(crate) fn first_shown(self, clock: &WallClock) -> Option<DateTime> {
        self.first(|second| clock.at(second))
    }

    /// As [`last_second`](Self::last_second), with the exact wall-clock time of an instant.
    pub(crate) fn last_shown(self, clock: &WallClock) -> Option<DateTime> {
        self.last(|second| clock.at(second))
    }

    fn first(self, to_wall_clock: impl Fn(i64) -> Option<DateTime>) -> Option<DateTime> {
        match self.0 {
            Repr::Day(first) => Some(first),
            Repr::Local { second, fraction } => {
                second.plus_milliseconds(if fraction { 1_000 } else { 0 })
            }
            Repr::Instant { second, fraction } => to_wall_clock(second + i64::from(fraction)),
        }
    }

    fn last(self, to_wall_clock: impl Fn(i64) -> Option<DateTime>) -> Option<DateTime> {
        match self.0 {
            Repr::Day(first) => first.plus_milliseconds(LAST_SECOND),
            Repr::Local { second, .. } => Some(second),
            Repr::Instant { second, .. } => to_wall_clock(second),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        if let Ok(second) = text.parse::<DateTime>() {
            return Some(second.into());
        }
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return match text.len() {
                8 => Some(Self(Repr::Day(format!("{text}_000000").parse().ok()?))),
                12 | 13 => Self::from_nanoseconds(text.parse::<i128>().ok()? * 1_000_000),
                _ => None,
            };
        }
        let text = text.replacen(' ', "T", 1);
        if let Some(second) = DateTime::parse_iso(&text) {
            return Some(match text.contains('T') {
                true => second.into(),
                false => Self(Repr::Day(second)),
            });
        }
        let (date, time) = text.split_once('T')?;
        DateTime::parse_iso(date)?;
        if let Some((whole, fraction)) = text.split_once('.')
            && !fraction.is_empty()
            && fraction.bytes().all(|byte| byte.is_ascii_digit())
        {
            // Without seconds, the fraction would be that of a minute.
            let second = DateTime::parse_iso(whole).filter(|_| whole.len() == 19)?;
            let fraction = fraction.bytes().any(|byte| byte != b'0');
            return Some(Self(Repr::Local { second, fraction }));
        }
        // jiff also accepts hours without minutes, and the name of a zone in brackets, which may contradict the offset.
        let is_rfc_3339 = time.get(2..3) == Some(":") && !time.contains('[');
        let instant: Timestamp = is_rfc_3339.then(|| text.parse().ok())??;
        Self::from_nanoseconds(instant.as_nanosecond())
    }

    fn from_nanoseconds(nanoseconds: i128) -> Option<Self> {
        const SECOND: i128 = 1_000_000_000;
        Some(Self(Repr::Instant {
            second: nanoseconds.div_euclid(SECOND).try_into().ok()?,
            fraction: nanoseconds.rem_euclid(SECOND) != 0,
        }))
    }
}

impl From<DateTime> for TimePoint {
    /// A wall-clock time of the memory base.
    fn from(second: DateTime) -> Self {
        let fraction = false;
        Self(Repr::Local { second, fraction })
    }
}

impl From<SystemTime> for TimePoint {
    fn from(time: SystemTime) -> Self {
        // A time that cannot be represented is outside the years 0 to 9999.
        let far = Self(Repr::Instant {
            second: i64::MAX - 1,
            fraction: false,
        });
        let instant = Timestamp::try_from(time).ok();
        instant
            .and_then(|instant| Self::from_nanoseconds(instant.as_nanosecond()))
            .unwrap_or(far)
    }
}

impl FromStr for TimePoint {
    type Err = ParseTimePointError;

    fn from_str(text: &str) -> Result<Self, ParseTimePointError> {
        Self::parse(text).ok_or_else(|| ParseTimePointError {
            text: excerpt(text),
        })
    }
}

impl fmt::Display for TimePoint {
    /// In one of the accepted forms, without the fraction of a second.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.0 {
            Repr::Day(first) => write!(f, "{}", &first.to_string()[..8]),
            Repr::Local { second, .. } => write!(f, "{second}"),
            Repr::Instant { second, .. } => match Timestamp::from_second(second) {
                Ok(instant) => write!(f, "{instant}"),
                Err(_) => write!(f, "{second} s after 1970"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::TimePoint;
    use crate::WallClock;

    /// The first and the last second in Paris, where the offset is +02:00.
    fn seconds(point: TimePoint) -> [String; 2] {
        let paris = WallClock::in_zone("Europe/Paris").unwrap();
        let both = [point.first_second(&paris), point.last_second(&paris)];
        both.map(|date| date.unwrap().to_string())
    }

    #[test]
    fn i16_every_form_of_a_date_is_parsed() {
        for (text, first, last) in [
            ("2023-10-28", "20231028_000000", "20231028_235959"),
            ("20231028", "20231028_000000", "20231028_235959"),
            ("2023-10-28T21:00", "20231028_210000", "20231028_210000"),
            ("2023-10-28 21:00:01", "20231028_210001", "20231028_210001"),
            ("20231028_210000", "20231028_210000", "20231028_210000"),
            (
                "2023-10-28T21:00:00.000",
                "20231028_210000",
                "20231028_210000",
            ),
            (
                "2023-10-28T21:00:00.5",
                "20231028_210001",
                "20231028_210000",
            ),
            (
                "2023-10-28T23:59:59.9",
                "20231029_000000",
                "20231028_235959",
            ),
            ("2023-10-28T19:00:00Z", "20231028_210000", "20231028_210000"),
            ("2023-10-28T19:00Z", "20231028_210000", "20231028_210000"),
            (
                "2023-10-28T21:00:00+02:00",
                "20231028_210000",
                "20231028_210000",
            ),
            (
                "2023-10-28 14:00:00.000-05:00",
                "20231028_210000",
                "20231028_210000",
            ),
            (
                "2023-10-28T19:00:00.25Z",
                "20231028_210001",
                "20231028_210000",
            ),
            ("1698519600000", "20231028_210000", "20231028_210000"),
            ("1698519600001", "20231028_210001", "20231028_210000"),
            ("100000000000", "19730303_104640", "19730303_104640"),
        ] {
            let point: TimePoint = text.parse().unwrap();
            assert_eq!(seconds(point), [first, last], "{text}");
        }
    }

    #[test]
    fn i16_the_error_of_an_invalid_date_lists_the_accepted_forms() {
        for text in [
            "",
            "today",
            "2023-13-01",
            "20231301",
            "2023-02-29",
            "20231028_250000",
            "28/10/2023",
            "1698519600",
            "20231028210000",
            "-1698519600000",
            "2023-10-28T21Z",
            "2023-10-28T",
            "2023-10-28T21:00:00.",
            "2023-10-28T21:00.5",
            "2023-10-28T21:00:00+02:00[Europe/Paris]",
            "2023-10-28T25:00:00Z",
            "+002023-10-28T21:00:00Z",
            "2023-10-28T21:00:00 UTC",
        ] {
            let error = text.parse::<TimePoint>().expect_err(text).to_string();
            let beginning = format!("cannot parse {text:?} as a date; expected 2023-10-28, ");
            assert!(error.starts_with(&beginning), "{error}");
        }
    }

    #[test]
    fn i16_a_point_in_time_is_displayed_in_a_parsed_form() {
        for text in ["20231028", "20231028_210000", "2023-10-28T19:00:00Z"] {
            assert_eq!(text.parse::<TimePoint>().unwrap().to_string(), text);
        }
        let half_past = UNIX_EPOCH + Duration::from_millis(1_698_519_600_500);
        let point = TimePoint::from(half_past);
        assert_eq!(point.to_string(), "2023-10-28T19:00:00Z");
        assert_eq!(seconds(point), ["20231028_210001", "20231028_210000"]);
    }
}
