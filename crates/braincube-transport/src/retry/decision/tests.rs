use std::time::{Duration, SystemTime};

use braincube_model::Operation;
use http::StatusCode;
use http::header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER};

use super::Decision::{self, Retry, RetryOnce, Stop};
use super::{Outcome, SingleRetry, decide, retry_after};
use crate::error::ErrorKind::{self, Connect, Timeout};
use crate::error::{ConnectStage, DnsReason, Error, NotJson, ProxyReason, TimeoutPhase, TlsReason};

const READ: Operation = Operation::read("read", "/");
const DATA: Operation = Operation::read_data("data", "/LF");
const WRITE: Operation = Operation::write("write", "/");

#[test]
fn h7_h13_h27_which_statuses_are_retried() {
    const RETRIED: [u16; 13] = [
        408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529,
    ];
    let headers = HeaderMap::new();
    for status in 100..600 {
        let is_retried = RETRIED.contains(&status);
        let outcome = Outcome::Response(StatusCode::from_u16(status).unwrap(), &headers);
        let expected = if is_retried { Retry } else { Stop };
        assert_eq!(decide(&READ, outcome), expected, "{status}");
        assert_eq!(decide(&DATA, outcome), expected, "{status}");
        assert_eq!(decide(&WRITE, outcome), Stop, "{status}");
    }
}

#[test]
fn which_kinds_of_errors_are_retried() {
    let table: [(ErrorKind, [Decision; 3]); 28] = [
        // kind, then: metadata read, data read, write
        (
            Connect(ConnectStage::Dns(DnsReason::UnknownHost)),
            [RetryOnce(SingleRetry::UnknownHost); 3],
        ),
        (
            Connect(ConnectStage::Dns(DnsReason::Unavailable)),
            [Retry, Retry, Retry],
        ),
        (Connect(ConnectStage::Tcp), [Retry, Retry, Retry]),
        (
            Connect(ConnectStage::Tls(TlsReason::Expired)),
            [Stop, Stop, Stop],
        ),
        (
            Connect(ConnectStage::Proxy(ProxyReason::Unreachable)),
            [Retry, Retry, Retry],
        ),
        (
            Connect(ConnectStage::Proxy(ProxyReason::Status(503))),
            [Retry, Retry, Retry],
        ),
        (
            Connect(ConnectStage::Proxy(ProxyReason::Status(403))),
            [Stop, Stop, Stop],
        ),
        (
            Connect(ConnectStage::Proxy(ProxyReason::Tls)),
            [Stop, Stop, Stop],
        ),
        (
            Connect(ConnectStage::Proxy(ProxyReason::Credentials)),
            [Stop, Stop, Stop],
        ),
        (Timeout(TimeoutPhase::Connect), [Retry, Retry, Retry]),
        (
            Timeout(TimeoutPhase::FirstByte),
            [Retry, RetryOnce(SingleRetry::FirstByte), Stop],
        ),
        (Timeout(TimeoutPhase::Idle), [Retry, Retry, Stop]),
        (
            Timeout(TimeoutPhase::Throughput),
            [
                RetryOnce(SingleRetry::Slow),
                RetryOnce(SingleRetry::Slow),
                Stop,
            ],
        ),
        (Timeout(TimeoutPhase::Deadline), [Stop, Stop, Stop]),
        (ErrorKind::Interrupted, [Retry, Retry, Stop]),
        (ErrorKind::Config, [Stop, Stop, Stop]),
        (ErrorKind::Input, [Stop, Stop, Stop]),
        (ErrorKind::RedirectBlocked, [Stop, Stop, Stop]),
        (ErrorKind::Unauthenticated, [Stop, Stop, Stop]),
        (ErrorKind::Forbidden, [Stop, Stop, Stop]),
        (ErrorKind::NotFound, [Stop, Stop, Stop]),
        (ErrorKind::Rejected, [Stop, Stop, Stop]),
        (ErrorKind::NotJson(NotJson::Html), [Stop, Stop, Stop]),
        (ErrorKind::NotJson(NotJson::LoginPage), [Stop, Stop, Stop]),
        (ErrorKind::TooLarge, [Stop, Stop, Stop]),
        (ErrorKind::Decode, [Stop, Stop, Stop]),
        (ErrorKind::Pagination, [Stop, Stop, Stop]),
        (ErrorKind::Integrity, [Stop, Stop, Stop]),
    ];
    for (kind, expected) in table {
        let error = Error::new(kind, "");
        let decisions =
            [READ, DATA, WRITE].map(|operation| decide(&operation, Outcome::Failed(&error)));
        assert_eq!(decisions, expected, "{kind:?}");
    }
}

#[test]
fn a_final_error_is_not_retried_regardless_of_its_kind() {
    let error = Error::new(Connect(ConnectStage::Tcp), "").into_final();
    assert_eq!(decide(&READ, Outcome::Failed(&error)), Stop);
}

#[test]
fn n8_n12_truncated_and_slow_bodies_of_idempotent_requests_are_retried() {
    for (outcome, expected) in [
        (Outcome::Truncated, Retry),
        (Outcome::TooSlow, RetryOnce(SingleRetry::Slow)),
    ] {
        assert_eq!(decide(&READ, outcome), expected);
        assert_eq!(decide(&DATA, outcome), expected);
        assert_eq!(decide(&WRITE, outcome), Stop);
    }
}

/// Sun, 06 Nov 1994 08:49:37 GMT
const NOW: Duration = Duration::from_secs(784_111_777);

#[test]
fn h9_h10_h11_both_forms_of_retry_after_are_parsed_and_others_ignored() {
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
fn h29_a_date_is_compared_with_the_date_of_the_response() {
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
fn h10_the_longest_of_several_values_is_used() {
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
