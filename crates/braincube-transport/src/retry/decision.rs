//! Which outcomes of an attempt are retried: a table of statuses and a table of errors.

use std::time::{Duration, SystemTime};

use braincube_model::{Operation, OperationClass};
use http::header::{DATE, RETRY_AFTER};
use http::{HeaderMap, Response, StatusCode};

use crate::error::{ConnectStage, DnsReason, Error, ErrorKind, ProxyReason, TimeoutPhase};

/// The minimum wait after a status 429 without a `Retry-After`.
const THROTTLED_WAIT: Duration = Duration::from_secs(1);

/// How an attempt ended.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Outcome<'a> {
    Response(StatusCode, &'a HeaderMap),
    Failed(&'a Error),
    /// The body ended too early.
    Truncated,
    /// The body arrived too slowly.
    TooSlow,
}

impl<'a> Outcome<'a> {
    pub(crate) fn of<B>(result: &'a Result<Response<B>, Error>) -> Self {
        match result {
            Ok(response) => Self::Response(response.status(), response.headers()),
            Err(error) => Self::Failed(error),
        }
    }

    pub(super) fn is_success(self) -> bool {
        matches!(self, Self::Response(status, _) if status.is_success())
    }

    /// Whether it is about a body whose response had begun with success.
    pub(super) fn is_of_body(self) -> bool {
        matches!(self, Self::Truncated | Self::TooSlow)
    }

    /// Whether the request was lost on a connection that earlier requests had used.
    pub(super) fn is_on_reused_connection(self) -> bool {
        matches!(self, Self::Failed(error) if error.is_on_reused_connection())
    }

    /// The wait that the response asks for.
    pub(super) fn requested_wait(self) -> RequestedWait {
        let Self::Response(status, headers) = self else {
            return RequestedWait::None;
        };
        match retry_after(headers, SystemTime::now()) {
            Some(wait) => RequestedWait::RetryAfter(wait),
            None if status == StatusCode::TOO_MANY_REQUESTS => {
                RequestedWait::AtLeast(THROTTLED_WAIT)
            }
            None => RequestedWait::None,
        }
    }

    /// What failed, for the log and for [`RetryNotice`](super::RetryNotice).
    pub(super) fn message(self) -> String {
        match self {
            Self::Response(status, _) => format!("status {}", status.as_u16()),
            Self::Failed(error) => error.message().to_owned(),
            Self::Truncated => "the response was truncated".to_owned(),
            Self::TooSlow => "the response was too slow".to_owned(),
        }
    }
}

/// The wait that a response asks for, independent of the backoff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RequestedWait {
    None,
    AtLeast(Duration),
    RetryAfter(Duration),
}

/// A cause that justifies one retry in an operation, in addition to all other retries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SingleRetry {
    /// The name of an unknown host may have been registered a moment ago.
    UnknownHost = 1,
    /// A service that has computed for minutes without a response.
    FirstByte = 2,
    /// A slow connection rarely becomes a fast one.
    Slow = 4,
    /// A connection that died while it was idle says nothing about the service.
    DeadConnection = 8,
}

/// How many retries an outcome justifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// As many as the options allow.
    Retry,
    /// One, unless this cause has justified one before.
    RetryOnce(SingleRetry),
    Stop,
}

/// Decides whether the same request may be sent again, and whether that may help.
///
/// A request that was certainly not sent is retried for any operation; one that the server may have received is retried for
/// idempotent operations. The statuses 520 to 524 and 529 are those of proxies such as Cloudflare's for a server that fails
/// or is overloaded.
pub(super) fn decide(operation: &Operation, outcome: Outcome) -> Decision {
    let is_idempotent = operation.is_idempotent();
    let if_idempotent = match is_idempotent {
        true => Decision::Retry,
        false => Decision::Stop,
    };
    match outcome {
        Outcome::Truncated => if_idempotent,
        Outcome::TooSlow if is_idempotent => Decision::RetryOnce(SingleRetry::Slow),
        Outcome::TooSlow => Decision::Stop,
        Outcome::Response(status, _) => match status.as_u16() {
            408 | 425 | 429 | 500 | 502..=504 | 520..=524 | 529 => if_idempotent,
            _ => Decision::Stop,
        },
        Outcome::Failed(error) if error.is_final() => Decision::Stop,
        Outcome::Failed(error) => match error.kind() {
            // The proxy may reach the destination later.
            ErrorKind::Connect(ConnectStage::Proxy(
                ProxyReason::Unreachable | ProxyReason::Status(502..=504),
            )) => Decision::Retry,
            ErrorKind::Connect(ConnectStage::Tls(_) | ConnectStage::Proxy(_)) => Decision::Stop,
            ErrorKind::Connect(ConnectStage::Dns(DnsReason::UnknownHost)) => {
                Decision::RetryOnce(SingleRetry::UnknownHost)
            }
            ErrorKind::Connect(_) | ErrorKind::Timeout(TimeoutPhase::Connect) => Decision::Retry,
            ErrorKind::Timeout(TimeoutPhase::Deadline) => Decision::Stop,
            ErrorKind::Timeout(TimeoutPhase::FirstByte)
                if is_idempotent && operation.class() == OperationClass::Data =>
            {
                Decision::RetryOnce(SingleRetry::FirstByte)
            }
            ErrorKind::Timeout(TimeoutPhase::Throughput) if is_idempotent => {
                Decision::RetryOnce(SingleRetry::Slow)
            }
            ErrorKind::Timeout(_) | ErrorKind::Interrupted => if_idempotent,
            _ => Decision::Stop,
        },
    }
}

/// The wait in the `Retry-After` headers (RFC 9110, section 10.2.3): the longest of the values that can be parsed, `None` if
/// none can.
///
/// A date is compared with the response's own `Date`, so that the clocks of server and client need not agree, and with `now`
/// if there is none. A date in the past gives zero. A number of seconds that overflows saturates, so that it exceeds any
/// limit.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let sent = headers.get(DATE).and_then(|date| date.to_str().ok());
    let sent = sent.and_then(|date| httpdate::parse_http_date(date.trim()).ok());
    let now = sent.unwrap_or(now);
    let values = headers.get_all(RETRY_AFTER).iter();
    values
        .filter_map(|value| parse_wait(value.to_str().ok()?.trim(), now))
        .max()
}

fn parse_wait(text: &str, now: SystemTime) -> Option<Duration> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests;
