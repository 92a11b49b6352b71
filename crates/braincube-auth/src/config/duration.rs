//! Durations as text: `15s`, `5m`, `12h`, `30d`, `2w`.

use std::time::Duration;

use crate::ValueProblem;

/// Parses a whole number followed by a unit: `s`, `m` (minutes), `h`, `d` (24 hours) or `w`.
///
/// `None` if the text is something else, or the number does not fit into 32 bits.
///
/// ```
/// use std::time::Duration;
///
/// assert_eq!(braincube_auth::parse_duration("5m"), Some(Duration::from_secs(300)));
/// assert_eq!(braincube_auth::parse_duration("5 minutes"), None);
/// ```
pub fn parse_duration(text: &str) -> Option<Duration> {
    let unit = text.chars().last()?;
    let seconds: u64 = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 604_800,
        _ => return None,
    };
    let digits = text.strip_suffix(unit)?;
    let count: u32 = digits
        .bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| digits.parse().ok())??;
    Some(Duration::from_secs(seconds * u64::from(count)))
}

/// The duration of a setting.
pub(super) fn setting(text: &str) -> Result<Duration, ValueProblem> {
    parse_duration(text.trim()).ok_or(ValueProblem::NoDuration)
}

/// As [`setting`], but not zero.
pub(super) fn limit(text: &str) -> Result<Duration, ValueProblem> {
    let limit = setting(text)?;
    match limit.is_zero() {
        true => Err(ValueProblem::NoDuration),
        false => Ok(limit),
    }
}

/// A duration as [`parse_duration`] reads it, in whole seconds, rounded up; at most as many as it reads.
pub(super) fn text(duration: Duration) -> String {
    let begun = u64::from(duration.subsec_nanos() > 0);
    let seconds = duration.as_secs().saturating_add(begun);
    format!("{}s", seconds.min(u32::MAX.into()))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{limit, parse_duration, setting, text};

    #[test]
    fn n24_a_duration_is_a_whole_number_with_a_unit() {
        for (text, seconds) in [
            ("0s", Some(0)),
            ("15s", Some(15)),
            ("5m", Some(300)),
            ("2h", Some(7_200)),
            ("1d", Some(86_400)),
            ("1w", Some(604_800)),
            ("15", None),
            ("1.5s", None),
            ("-1s", None),
            ("5 m", None),
            ("5min", None),
            ("99999999999s", None),
            ("s", None),
            ("", None),
            ("\u{65e5}", None),
        ] {
            let expected = seconds.map(Duration::from_secs);
            assert_eq!(parse_duration(text), expected, "{text}");
            assert_eq!(setting(text).ok(), expected, "{text}");
            let not_zero = expected.filter(|time| !time.is_zero());
            assert_eq!(limit(text).ok(), not_zero, "{text}");
        }
    }

    #[test]
    fn n24_the_text_of_a_duration_is_read_back() {
        for (duration, expected) in [
            (Duration::ZERO, "0s"),
            (Duration::from_millis(1), "1s"),
            (Duration::from_secs(300), "300s"),
            (Duration::MAX, "4294967295s"),
        ] {
            assert_eq!(text(duration), expected);
            assert!(parse_duration(expected) >= Some(duration.min(Duration::from_secs(9))));
        }
    }
}
