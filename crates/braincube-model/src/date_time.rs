//! [`DateTime`]: a date with a time of day, as the service writes it, and [`WallClock`]: the local time of a time zone.

use std::fmt;
use std::str::FromStr;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, civil};

use crate::id::excerpt;

const EPOCH: civil::DateTime = civil::DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// A date with a time of day, in whole seconds and without a time zone: `20201127_124000`.
///
/// ```
/// use braincube_model::DateTime;
///
/// let date: DateTime = "20201127_124000".parse()?;
/// assert_eq!(date.to_epoch_milliseconds(), 1_606_480_800_000);
/// assert_eq!(DateTime::from_epoch_milliseconds(1_606_480_800_999), Some(date));
/// # Ok::<(), braincube_model::ParseDateTimeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DateTime(civil::DateTime);

/// The error of a text that is not a date.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot parse {text:?} as a date; expected a date such as \"20201127_124000\"")]
pub struct ParseDateTimeError {
    text: Box<str>,
}

impl DateTime {
    /// The date in UTC at this number of milliseconds since 1970, rounded down to whole seconds.
    ///
    /// `None` outside the years 0 to 9999, which the service cannot write.
    pub fn from_epoch_milliseconds(milliseconds: i64) -> Option<Self> {
        let seconds = SignedDuration::from_secs(milliseconds.div_euclid(1000));
        Self::from_civil(EPOCH.checked_add(seconds).ok()?)
    }

    /// The number of milliseconds since 1970, if the date is in UTC.
    pub fn to_epoch_milliseconds(self) -> i64 {
        self.0.duration_since(EPOCH).as_secs() * 1000
    }

    /// The date from its six parts; `None` if there is no such date or time.
    pub fn new(year: u16, month: u8, day: u8, hour: u8, minute: u8, second: u8) -> Option<Self> {
        let year = year.try_into().ok()?;
        let mut parts = [0_i8; 5];
        for (small, part) in parts.iter_mut().zip([month, day, hour, minute, second]) {
            *small = part.try_into().ok()?;
        }
        let [month, day, hour, minute, second] = parts;
        let date = civil::DateTime::new(year, month, day, hour, minute, second, 0);
        date.ok().map(Self)
    }

    /// Parses the ISO form: `2020-11-27`, `2020-11-27T12:40` or `2020-11-27T12:40:00`. A time zone is not accepted, because
    /// dates of the service have none.
    ///
    /// ```
    /// use braincube_model::DateTime;
    ///
    /// assert_eq!(DateTime::parse_iso("2020-11-27T12:40"), "20201127_124000".parse().ok());
    /// assert_eq!(DateTime::parse_iso("2020-11-27T12:40:00Z"), None);
    /// ```
    pub fn parse_iso(text: &str) -> Option<Self> {
        let (date, time) = text.split_once('T').unwrap_or((text, "00:00"));
        let [year, month, day] = fields(date, '-', [4, 2, 2])?;
        let [hour, minute, second] = fields(time, ':', [2, 2, 2])
            .or_else(|| fields(time, ':', [2, 2]).map(|[hour, minute]| [hour, minute, 0]))?;
        let small = |number: u16| u8::try_from(number).ok();
        Self::new(
            year,
            small(month)?,
            small(day)?,
            small(hour)?,
            small(minute)?,
            small(second)?,
        )
    }

    /// The time without its fraction of a second; `None` outside the years 0 to 9999.
    fn from_civil(date: civil::DateTime) -> Option<Self> {
        let date = date.with().subsec_nanosecond(0).build().ok()?;
        (date.year() >= 0).then_some(Self(date))
    }

    /// The date this number of milliseconds later.
    pub(crate) fn plus_milliseconds(self, milliseconds: i64) -> Option<Self> {
        let sum = self.to_epoch_milliseconds().checked_add(milliseconds)?;
        Self::from_epoch_milliseconds(sum)
    }
}

/// Exactly `N` numbers of the given widths with a separator between them.
fn fields<const N: usize>(text: &str, separator: char, widths: [usize; N]) -> Option<[u16; N]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; N];
    for (number, width) in numbers.iter_mut().zip(widths) {
        let digits = parts.next().filter(|digits| digits.len() == width)?;
        let is_number = digits.bytes().all(|b| b.is_ascii_digit());
        *number = is_number.then(|| digits.parse().ok())??;
    }
    parts.next().is_none().then_some(numbers)
}

impl FromStr for DateTime {
    type Err = ParseDateTimeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (date, time) = text.split_once('_')?;
            let date = [date.get(..4)?, date.get(4..6)?, date.get(6..)?].join("-");
            let time = [time.get(..2)?, time.get(2..4)?, time.get(4..)?].join(":");
            Self::parse_iso(&format!("{date}T{time}"))
        };
        parse().ok_or_else(|| ParseDateTimeError {
            text: excerpt(text),
        })
    }
}

impl fmt::Display for DateTime {
    /// In the form of the service: `20201127_124000`.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let (date, time) = (self.0.date(), self.0.time());
        write!(f, "{:04}{:02}{:02}", date.year(), date.month(), date.day())?;
        write!(
            f,
            "_{:02}{:02}{:02}",
            time.hour(),
            time.minute(),
            time.second()
        )
    }
}

/// The limit of a single clock change. In 1844, Manila skipped a whole day.
const LONGEST_SHIFT: SignedDuration = SignedDuration::from_hours(26);

/// The local time of a time zone, which converts instants to the dates of a memory base.
///
/// The dates of the data service are wall-clock times without a time zone, in the time zone of the memory base. An instant
/// has exactly one wall-clock time. But when clocks go back, two instants have the same wall-clock time. A bound is
/// therefore moved so that no row is lost; see [`TimePoint`](crate::TimePoint).
///
/// The time zone database is that of the operating system, or a bundled copy if the system has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WallClock(TimeZone);

impl WallClock {
    /// Coordinated universal time.
    pub const UTC: Self = Self(TimeZone::UTC);

    /// The local time of the time zone with this IANA name, such as `Europe/Paris`; `None` if it is unknown.
    pub fn in_zone(name: &str) -> Option<Self> {
        TimeZone::get(name).ok().map(Self)
    }

    /// The wall-clock time at an instant, in seconds since 1970; `None` outside the years 0 to 9999.
    pub(crate) fn at(&self, second: i64) -> Option<DateTime> {
        DateTime::from_civil(self.0.to_datetime(Timestamp::from_second(second).ok()?))
    }

    /// The earliest wall-clock time at or after an instant.
    pub(crate) fn earliest_from(&self, second: i64) -> Option<DateTime> {
        let instant = Timestamp::from_second(second).ok()?;
        let limit = instant.saturating_add(LONGEST_SHIFT).ok()?;
        let changes = self.0.following(instant);
        let shown = changes
            .map(|change| change.timestamp())
            .take_while(|change| *change <= limit)
            .map(|change| self.0.to_datetime(change));
        DateTime::from_civil(shown.chain([self.0.to_datetime(instant)]).min()?)
    }

    /// The latest wall-clock time at or before an instant.
    pub(crate) fn latest_until(&self, second: i64) -> Option<DateTime> {
        const SECOND: SignedDuration = SignedDuration::from_secs(1);
        let instant = Timestamp::from_second(second).ok()?;
        let limit = instant.saturating_sub(LONGEST_SHIFT).ok()?;
        // Includes a change at the instant itself, because the clock was ahead one second before.
        let changes = self.0.preceding(instant.saturating_add(SECOND).ok()?);
        let shown = changes
            .map(|change| change.timestamp())
            .take_while(|change| *change >= limit)
            .filter_map(|change| change.checked_sub(SECOND).ok())
            .map(|before| self.0.to_datetime(before));
        DateTime::from_civil(shown.chain([self.0.to_datetime(instant)]).max()?)
    }
}

#[cfg(test)]
mod tests;
