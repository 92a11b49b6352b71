//! Dates as the data service writes them: `YYYYMMDD_HHMMSS`, no zone.

use std::str::FromStr;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Reads the wire form `YYYYMMDD_HHMMSS`, and nothing else.
pub(crate) fn parse_wire(text: &str) -> Option<DateTime> {
    let (date, time) = text.split_once('_')?;
    if date.len() != 8 || time.len() != 6 {
        return None;
    }
    DateTime::new(
        digits(date.get(0..4)?)?,
        digits(date.get(4..6)?)?,
        digits(date.get(6..8)?)?,
        digits(time.get(0..2)?)?,
        digits(time.get(2..4)?)?,
        digits(time.get(4..6)?)?,
        0,
    )
    .ok()
}

/// Reads a date of a CSV file: the wire form, an ISO 8601 date (midnight is meant), or an ISO 8601 date and time.
///
/// A date with a zone is turned to UTC, the zone of every simulated memory base. Fractions of a second are cut off.
pub(crate) fn parse_any(text: &str) -> Option<DateTime> {
    if let Some(date) = parse_wire(text) {
        return Some(date);
    }
    // The parsers below also take compact and signed years, which are more often numbers and labels than dates.
    if text.as_bytes().get(4) != Some(&b'-') || !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return Some(TimeZone::UTC.to_datetime(instant));
    }
    text.parse().ok()
}

/// The wire form of a date.
pub(crate) fn to_wire(date: DateTime) -> String {
    format!(
        "{:04}{:02}{:02}_{:02}{:02}{:02}",
        date.year(),
        date.month(),
        date.day(),
        date.hour(),
        date.minute(),
        date.second(),
    )
}

/// A number that orders as dates do: the fourteen digits of the wire form, which an `f64` holds exactly.
pub(crate) fn order_key(date: DateTime) -> f64 {
    let day = f64::from(date.year()) * 1e4 + f64::from(date.month()) * 1e2 + f64::from(date.day());
    let time =
        f64::from(date.hour()) * 1e4 + f64::from(date.minute()) * 1e2 + f64::from(date.second());
    day * 1e6 + time
}

/// Digits alone, where `parse` would take a sign too.
fn digits<T: FromStr>(text: &str) -> Option<T> {
    let only_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    only_digits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::{order_key, parse_any, parse_wire, to_wire};

    #[test]
    fn dates_of_a_csv_file_come_out_in_the_wire_form() {
        for (text, wire) in [
            ("20231028_220000", "20231028_220000"),
            ("2023-10-28", "20231028_000000"),
            ("2023-10-28T22:00:01", "20231028_220001"),
            ("2023-10-28 22:00:01.75", "20231028_220001"),
            ("2023-10-28T22:00:00Z", "20231028_220000"),
            ("2023-10-28T22:00:00+02:00", "20231028_200000"),
            ("0999-01-02", "09990102_000000"),
        ] {
            assert_eq!(
                parse_any(text).map(to_wire).as_deref(),
                Some(wire),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "20231028",
            "20231028T220000",
            "20231328_220000",
            "20230229_000000",
            "20231028_240000",
            "+0231028_220000",
            "2023102é_22000",
            "2023-13-01",
            "28/10/2023",
            "B-01-2023",
        ] {
            assert_eq!(parse_any(text), None, "{text}");
        }
        assert_eq!(parse_wire("2023-10-28"), None);
    }

    #[test]
    fn keys_hold_all_fourteen_digits() {
        let key = |text: &str| order_key(parse_wire(text).unwrap());
        assert_eq!(key("99991231_235959").to_string(), "99991231235959");
        assert!(key("20231028_220000") < key("20231028_220001"));
    }
}
