//! [`DateTime`]: a date with a time of day, as the service writes it.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, civil};

use crate::excerpt::excerpt;

const EPOCH: civil::DateTime = civil::DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// A date with a time of day, to the second, without a zone: `20201127_124000`.
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

/// A text that is no date.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no date; one reads \"20201127_124000\"")]
pub struct ParseDateTimeError {
    text: Box<str>,
}

impl DateTime {
    /// The date in UTC, so many milliseconds after 1970; what is less than a second is dropped.
    ///
    /// `None` before the year 0 and after the year 9999, which the service cannot write.
    pub fn from_epoch_milliseconds(milliseconds: i64) -> Option<Self> {
        // Whole seconds, rounded down, so that the second before 1970 is 23:59:59.
        let seconds = SignedDuration::from_secs(milliseconds.div_euclid(1000));
        let date = EPOCH.checked_add(seconds).ok()?;
        (date.year() >= 0).then_some(Self(date))
    }

    /// How many milliseconds the date is after 1970, taken as UTC.
    pub fn to_epoch_milliseconds(self) -> i64 {
        self.0.duration_since(EPOCH).as_secs() * 1000
    }

    /// The date out of its six numbers; `None` if there is no such date or time.
    pub fn new(year: u16, month: u8, day: u8, hour: u8, minute: u8, second: u8) -> Option<Self> {
        let small = |number: u8| i8::try_from(number).ok();
        civil::DateTime::new(
            i16::try_from(year).ok()?,
            small(month)?,
            small(day)?,
            small(hour)?,
            small(minute)?,
            small(second)?,
            0,
        )
        .ok()
        .map(Self)
    }

    /// The date written the international way: `2020-11-27`, `2020-11-27T12:40` or
    /// `2020-11-27T12:40:00`. A zone is not taken, because the service knows none.
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
        Self::from_numbers([year, month, day, hour, minute, second])
    }

    /// The wall-clock time without its fraction of a second; `None` outside of the years 0 to 9999.
    pub(crate) fn from_civil(date: civil::DateTime) -> Option<Self> {
        let numbers = (
            date.month(),
            date.day(),
            date.hour(),
            date.minute(),
            date.second(),
        );
        let (month, day, hour, minute, second) = numbers;
        let date = civil::DateTime::new(date.year(), month, day, hour, minute, second, 0).ok()?;
        (date.year() >= 0).then_some(Self(date))
    }

    /// The date so many milliseconds later.
    pub(crate) fn plus_milliseconds(self, milliseconds: i64) -> Option<Self> {
        let sum = self.to_epoch_milliseconds().checked_add(milliseconds)?;
        Self::from_epoch_milliseconds(sum)
    }

    fn from_numbers([year, month, day, hour, minute, second]: [u16; 6]) -> Option<Self> {
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
}

/// `N` numbers of the given widths, with a separator between them and nothing else.
fn fields<const N: usize>(text: &str, separator: char, widths: [usize; N]) -> Option<[u16; N]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; N];
    for (number, width) in numbers.iter_mut().zip(widths) {
        *number = digits(parts.next()?, width)?;
    }
    parts.next().is_none().then_some(numbers)
}

fn digits(text: &str, width: usize) -> Option<u16> {
    let plain = text.len() == width && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

impl FromStr for DateTime {
    type Err = ParseDateTimeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).ok_or_else(|| ParseDateTimeError {
            text: excerpt(text),
        })
    }
}

fn parse(text: &str) -> Option<DateTime> {
    if text.len() != 15 || !text.is_ascii() || text.as_bytes()[8] != b'_' {
        return None;
    }
    let number = |from: usize, width: usize| digits(&text[from..from + width], width);
    DateTime::from_numbers([
        number(0, 4)?,
        number(4, 2)?,
        number(6, 2)?,
        number(9, 2)?,
        number(11, 2)?,
        number(13, 2)?,
    ])
}

impl fmt::Display for DateTime {
    /// As the service writes it: `20201127_124000`.
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

#[cfg(test)]
mod tests {
    use super::DateTime;
    use proptest::prelude::*;

    #[test]
    fn invalid_dates_are_errors() {
        for text in [
            "",
            "20201127",
            "20201127-124000",
            "20201127_1240000",
            "20190229_000000",
            "20201327_000000",
            "20201127_240000",
            "20201127_126000",
            "20201127_235960",
            "2020112é_12400",
            "+0201127_124000",
        ] {
            text.parse::<DateTime>().expect_err(text);
        }
    }

    #[test]
    fn milliseconds_become_dates_in_utc() {
        for (milliseconds, text) in [
            (0, "19700101_000000"),
            (-1, "19691231_235959"),
            (-1000, "19691231_235959"),
            (999, "19700101_000000"),
            (951_782_400_000, "20000229_000000"),
            (253_402_300_799_999, "99991231_235959"),
            (-62_167_219_200_000, "00000101_000000"),
        ] {
            let date = DateTime::from_epoch_milliseconds(milliseconds).unwrap();
            assert_eq!(date.to_string(), text);
        }
        for milliseconds in [i64::MIN, i64::MAX, 253_402_300_800_000, -62_167_219_200_001] {
            assert_eq!(DateTime::from_epoch_milliseconds(milliseconds), None);
        }
    }

    #[test]
    fn the_iso_form_is_parsed() {
        for (text, date) in [
            ("2020-11-27", Some("20201127_000000")),
            ("2020-11-27T12:40", Some("20201127_124000")),
            ("2020-11-27T12:40:01", Some("20201127_124001")),
            ("2020-11-31", None),
            ("2020-1-27", None),
            ("2020-11-27T12", None),
            ("2020-11-27T12:40:01Z", None),
            ("0000-01-01", Some("00000101_000000")),
            ("9999-12-31T23:59:59", Some("99991231_235959")),
            ("2020-02-29T00:00", Some("20200229_000000")),
            ("", None),
            ("T", None),
            ("2020", None),
            ("2020-11", None),
            ("2020-11-27T", None),
            ("2020-11-27t12:40", None),
            ("2020-11-27 12:40", None),
            (" 2020-11-27", None),
            ("2020-11-27-01", None),
            ("-020-11-27", None),
            ("+020-11-27", None),
            ("12020-11-27", None),
            ("2020-00-27", None),
            ("2020-13-27", None),
            ("2019-02-29", None),
            ("2020-11-27T24:00", None),
            ("2020-11-27T12:60", None),
            ("2020-11-27T23:59:60", None),
            ("2020-11-27T12:40:01.5", None),
            ("2020-11-27T12:40+01:00", None),
            ("2020-11-27T12:40T12:40", None),
            ("٢٠٢٠-11-27", None),
            ("20201127_124000", None),
        ] {
            let read = DateTime::parse_iso(text).map(|date| date.to_string());
            assert_eq!(read.as_deref(), date, "{text}");
        }
    }

    proptest! {
        #[test]
        fn seconds_and_texts_are_inverses(seconds in -62_167_219_200_i64..=253_402_300_799) {
            let date = DateTime::from_epoch_milliseconds(seconds * 1000).unwrap();
            prop_assert_eq!(date.to_epoch_milliseconds(), seconds * 1000);
            prop_assert_eq!(date.to_string().parse::<DateTime>().unwrap(), date);
        }
    }
}
