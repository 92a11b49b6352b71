//! Reading `YYYYMMDD_HHMMSS`.

const MILLIS_PER_SECOND: i64 = 1_000;
const SECONDS_PER_DAY: i64 = 86_400;

/// A date and time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Date {
    /// Milliseconds since 1970-01-01 00:00:00, in the zone of the plant, whichever that is.
    pub(super) millis: i64,
    /// Whether the text has a second 60, which is taken for 59.
    pub(super) leap: bool,
}

/// The date in a text of exactly 15 characters, `YYYYMMDD_HHMMSS`, from year 1 to 9999.
pub(super) fn parse(text: &[u8]) -> Option<Date> {
    let text: &[u8; 15] = text.try_into().ok()?;
    let mut digits = [0i64; 15];
    for (at, (digit, byte)) in digits.iter_mut().zip(text).enumerate() {
        *digit = i64::from(byte.wrapping_sub(b'0'));
        let is_right = if at == 8 { *byte == b'_' } else { *digit <= 9 };
        if !is_right {
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
        leap: second == 60,
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

/// Days from 1970-01-01 to a day of the Gregorian calendar.
const fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    // A year that begins in March has its leap day at the end: the months before a day then have
    // 30.6 days each, rounded as the calendar does.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    let leap_days = year / 4 - year / 100 + year / 400;
    // 719,468 days lie between the 1st of March of the year 0 and 1970-01-01.
    year * 365 + leap_days + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::{Date, days_in, days_since_1970, parse};

    fn seconds(text: &str) -> Option<i64> {
        parse(text.as_bytes()).map(|date| date.millis / 1000)
    }

    #[test]
    fn every_day_follows_the_day_before() {
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
    fn v10_the_calendar_decides() {
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
    fn v10_second_60_is_second_59() {
        let leap = parse(b"20161231_235960");
        let before = parse(b"20161231_235959").unwrap();
        assert_eq!(
            leap,
            Some(Date {
                leap: true,
                ..before
            })
        );
    }

    #[test]
    fn v11_years_1_to_9999() {
        assert_eq!(seconds("00010101_000000"), Some(-62_135_596_800));
        assert_eq!(seconds("99991231_235959"), Some(253_402_300_799));
        assert_eq!(seconds("16000101_000000"), Some(-11_676_096_000));
        assert_eq!(seconds("25000101_000000"), Some(16_725_225_600));
    }
}
