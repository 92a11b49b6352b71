//! [`TimestampDecoder`]: decodes dates to `Timestamp(Millisecond)`.

use std::sync::Arc;

use arrow_array::{ArrayRef, TimestampMillisecondArray};

use super::observer::{Observer, Validity};
use crate::cell::{Append, Cell, Cells, ColumnDecoder, Fault, boolean_text};
use crate::report::Observed;

const MILLIS_PER_SECOND: i64 = 1_000;
const SECONDS_PER_DAY: i64 = 86_400;

/// Decodes dates to `Timestamp(Millisecond)`. Dates that cannot be parsed are counted and become null.
#[derive(Debug)]
pub(super) struct TimestampDecoder {
    values: Vec<i64>,
    valid: Validity,
    observer: Observer,
}

impl TimestampDecoder {
    pub(super) fn new(strict: bool, cells: usize) -> Self {
        Self {
            values: Vec::with_capacity(cells),
            valid: Validity::default(),
            observer: Observer::new(strict),
        }
    }

    fn text(&mut self, text: &str) {
        let row = self.values.len();
        match parse(text.as_bytes()) {
            Some(Date { millis, is_leap }) => {
                if is_leap {
                    self.observer.coercion("a second below 60", row, text);
                }
                self.values.push(millis);
            }
            None if matches!(text.trim_ascii(), "null" | "?" | "") => self.null(),
            None => {
                self.observer.unparsable_date(row, text);
                self.valid.null(row);
                self.values.push(0);
            }
        }
    }

    fn null(&mut self) {
        self.observer.null_token();
        self.valid.null(self.values.len());
        self.values.push(0);
    }
}

impl ColumnDecoder for TimestampDecoder {
    fn append(&mut self, cells: Cells<'_>) -> Result<Append, Fault> {
        match cells {
            Cells::Strings(cells) => {
                self.values.reserve(cells.len());
                cells.try_each(|cell| {
                    self.text(cells.text(cell.span()));
                    Ok(())
                })?;
            }
            Cells::Tape(cells) => {
                for cell in cells {
                    match cell {
                        Cell::Text(text) | Cell::Number(text) => self.text(text),
                        Cell::Null => self.null(),
                        Cell::Boolean(value) => self.text(boolean_text(value)),
                        Cell::Nested(found) => {
                            return Err(Fault::nested(self.values.len(), "a date", found));
                        }
                    }
                }
            }
        }
        Ok(Append::Done)
    }

    fn finish(mut self) -> (ArrayRef, Observed) {
        self.values.shrink_to_fit();
        let valid = self.valid.finish(self.values.len());
        let array = TimestampMillisecondArray::new(self.values.into(), valid);
        (Arc::new(array), self.observer.into_observed())
    }
}

/// A date and time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Date {
    /// Milliseconds since 1970-01-01 00:00:00, in the time zone of the plant.
    millis: i64,
    /// Whether the text has a second 60, which becomes 59.
    is_leap: bool,
}

/// Parses `YYYYMMDD_HHMMSS`, for the years 1 to 9999.
fn parse(text: &[u8]) -> Option<Date> {
    let text: &[u8; 15] = text.try_into().ok()?;
    let mut digits = [0i64; 15];
    for (at, (digit, byte)) in digits.iter_mut().zip(text).enumerate() {
        *digit = i64::from(byte.wrapping_sub(b'0'));
        let is_valid = if at == 8 { *byte == b'_' } else { *digit <= 9 };
        if !is_valid {
            return None;
        }
    }
    let [y1, y2, y3, y4, m1, m2, d1, d2, _, h1, h2, n1, n2, s1, s2] = digits;
    let year = y1 * 1000 + y2 * 100 + y3 * 10 + y4;
    let (month, day) = (m1 * 10 + m2, d1 * 10 + d2);
    let (hour, minute, second) = (h1 * 10 + h2, n1 * 10 + n2, s1 * 10 + s2);
    let is_date =
        year >= 1 && (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
    let is_time = hour <= 23 && minute <= 59 && second <= 60;
    if !is_date || !is_time {
        return None;
    }
    let seconds = hour * 3600 + minute * 60 + second.min(59);
    Some(Date {
        millis: (days_since_1970(year, month, day) * SECONDS_PER_DAY + seconds) * MILLIS_PER_SECOND,
        is_leap: second == 60,
    })
}

const fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The number of days from 1970-01-01 to a date of the Gregorian calendar.
const fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    // In years that start in March, the leap day is the last day, and the lengths of the months follow from 30.6 days each,
    // rounded.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    let leap_days = year / 4 - year / 100 + year / 400;
    // There are 719,468 days from March 1 of the year 0 to 1970-01-01.
    year * 365 + leap_days + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::{Date, days_in, days_since_1970, parse};

    fn seconds(text: &str) -> Option<i64> {
        parse(text.as_bytes()).map(|date| date.millis / 1000)
    }

    #[test]
    fn each_day_is_one_after_the_previous_day() {
        let mut expected = days_since_1970(1, 1, 1);
        assert_eq!(expected, -719_162);
        for year in 1..=9999 {
            for month in 1..=12 {
                for day in 1..=days_in(year, month) {
                    assert_eq!(days_since_1970(year, month, day), expected);
                    expected += 1;
                }
            }
        }
        assert_eq!(days_since_1970(1970, 1, 1), 0);
        assert_eq!(days_since_1970(9999, 12, 31), 2_932_896);
    }

    #[test]
    fn v10_dates_outside_the_calendar_are_rejected() {
        for (text, expected) in [
            ("20200229_000000", Some(1_582_934_400)),
            ("20190229_000000", None),
            ("19000229_000000", None),
            ("20000229_000000", Some(951_782_400)),
            ("20201301_000000", None),
            ("20200001_000000", None),
            ("20200100_000000", None),
            ("20200431_000000", None),
            ("20200101_240000", None),
            ("20200101_006000", None),
            ("20200101_000061", None),
            ("00000101_000000", None),
            ("20201127_124000", Some(1_606_480_800)),
            ("20201127-124000", None),
            ("20201127T124000", None),
            ("20201127_12400", None),
            ("20201127_1240000", None),
            (" 0201127_124000", None),
            ("2020112७_1240", None),
            ("+0201127_124000", None),
            ("", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }

    #[test]
    fn v10_second_60_becomes_second_59() {
        let leap = parse(b"20161231_235960");
        let before = parse(b"20161231_235959").unwrap();
        assert_eq!(
            leap,
            Some(Date {
                is_leap: true,
                ..before
            })
        );
    }

    #[test]
    fn v11_years_1_to_9999_are_parsed() {
        assert_eq!(seconds("00010101_000000"), Some(-62_135_596_800));
        assert_eq!(seconds("99991231_235959"), Some(253_402_300_799));
        assert_eq!(seconds("16000101_000000"), Some(-11_676_096_000));
        assert_eq!(seconds("25000101_000000"), Some(16_725_225_600));
    }
}
