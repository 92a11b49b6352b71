//! Reads the `Retry-After` header in both its forms (RFC 9110, section 10.2.3).

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};

/// How long the server asks to wait: the longest of the values that can be parsed, `None` if none can.
///
/// A date is measured against the response's own `Date`, so that the clocks of server and client need not agree; without
/// one against `now`. A date that has passed asks for no wait. A number too large to count saturates, so that a comparison
/// with a limit finds it above.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let sent = headers.get(DATE).and_then(|date| date.to_str().ok());
    let sent = sent.and_then(|date| httpdate::parse_http_date(date.trim()).ok());
    let now = sent.unwrap_or(now);
    headers
        .get_all(RETRY_AFTER)
        .iter()
        .filter_map(|value| parse(value.to_str().ok()?.trim(), now))
        .max()
}

fn parse(text: &str, now: SystemTime) -> Option<Duration> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use http::header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER};

    use super::retry_after;

    /// Sun, 06 Nov 1994 08:49:37 GMT
    const NOW: Duration = Duration::from_secs(784_111_777);

    #[test]
    fn h9_h10_h11_both_forms_are_read_and_garbage_is_not() {
        for (value, expected) in [
            ("7", Some(7)),
            (" 7 ", Some(7)),
            ("0", Some(0)),
            ("Sun, 06 Nov 1994 08:50:07 GMT", Some(30)),
            ("Sunday, 06-Nov-94 08:50:07 GMT", Some(30)),
            ("Sun Nov  6 08:50:07 1994", Some(30)),
            ("Sun, 06 Nov 1994 08:49:07 GMT", Some(0)),
            ("18446744073709551615", Some(u64::MAX)),
            ("18446744073709551616", Some(u64::MAX)),
            ("999999999999999999999999", Some(u64::MAX)),
            ("-1", None),
            ("+1", None),
            ("1e9", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, HeaderValue::from_str(value).unwrap());
            let wait = retry_after(&headers, SystemTime::UNIX_EPOCH + NOW);
            assert_eq!(wait, expected.map(Duration::from_secs), "{value:?}");
        }
    }

    #[test]
    fn h29_a_date_is_measured_against_the_date_of_the_response() {
        let at = "Sun, 06 Nov 1994 08:50:07 GMT";
        for (date, value, expected) in [
            ("Sun, 06 Nov 1994 08:49:57 GMT", at, Some(10)),
            ("Sunday, 06-Nov-94 08:50:00 GMT", at, Some(7)),
            ("Sun, 06 Nov 1994 09:00:00 GMT", at, Some(0)),
            ("Sun, 07 Nov 2094 08:50:07 GMT", at, Some(0)),
            ("garbage", at, Some(30)),
            ("Sun, 06 Nov 1994 08:49:57 GMT", "7", Some(7)),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(DATE, HeaderValue::from_static(date));
            headers.insert(RETRY_AFTER, HeaderValue::from_static(value));
            let wait = retry_after(&headers, SystemTime::UNIX_EPOCH + NOW);
            assert_eq!(wait, expected.map(Duration::from_secs), "{date}");
        }
    }

    #[test]
    fn h10_the_longest_of_several_counts() {
        let mut headers = HeaderMap::new();
        for value in ["5", "garbage", "9", "1"] {
            headers.append(RETRY_AFTER, HeaderValue::from_static(value));
        }
        assert_eq!(
            retry_after(&headers, SystemTime::now()),
            Some(Duration::from_secs(9))
        );
        assert_eq!(retry_after(&HeaderMap::new(), SystemTime::now()), None);
    }
}
