//! Dates in the format of the data service: `YYYYMMDD_HHMMSS`, without a zone.

use std::str::FromStr;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Parses `YYYYMMDD_HHMMSS` only.
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

/// Parses a date of a CSV file: `YYYYMMDD_HHMMSS`, an ISO 8601 date (at midnight), or an ISO 8601 date and time.
///
/// A date with a zone is converted to UTC. Fractions of a second are removed.
pub(crate) fn parse_any(text: &str) -> Option<DateTime> {
    if let Some(date) = parse_wire(text) {
        return Some(date);
    }
    // The parsers below also accept compact forms and signed years, which are usually numbers or labels.
    if text.as_bytes().get(4) != Some(&b'-') || !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return Some(TimeZone::UTC.to_datetime(instant));
    }
    text.parse().ok()
}

/// Formats a date for the data service.
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

/// Returns a number with the order of dates: the fourteen digits of the format, which an `f64` represents exactly.
pub(crate) fn order_key(date: DateTime) -> f64 {
    let day = f64::from(date.year()) * 1e4 + f64::from(date.month()) * 1e2 + f64::from(date.day());
    let time =
        f64::from(date.hour()) * 1e4 + f64::from(date.minute()) * 1e2 + f64::from(date.second());
    day * 1e6 + time
}

/// Parses digits only, without the sign that `parse` accepts.
fn digits<T: FromStr>(text: &str) -> Option<T> {
    let only_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    only_digits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::{order_key, parse_any, parse_wire, to_wire};

    #[test]
    fn dates_of_a_csv_file_are_converted_to_the_format_of_the_service() {
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
    fn other_texts_are_rejected() {
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
    fn keys_have_all_fourteen_digits() {
        let key = |text: &str| order_key(parse_wire(text).unwrap());
        assert_eq!(key("99991231_235959").to_string(), "99991231235959");
        assert!(key("20231028_220000") < key("20231028_220001"));
    }
}
