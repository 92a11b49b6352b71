//! Which outcomes are worth another attempt: one table for statuses, one for errors.

use braincube_model::{Family, Operation};
use http::StatusCode;

use crate::error::{ConnectStage, DnsReason, Error, ErrorKind, ProxyReason, TimeoutPhase};
use crate::progress::Once;

/// How an attempt ended.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Outcome<'a> {
    Status(StatusCode),
    Failed(&'a Error),
}

impl Outcome<'_> {
    /// Whether the service did what it was asked to.
    pub(crate) fn is_success(self) -> bool {
        matches!(self, Self::Status(status) if status.is_success())
    }

    /// Whether the request was lost on a connection that had been used before.
    pub(crate) fn is_on_reused_connection(self) -> bool {
        matches!(self, Self::Failed(error) if error.is_on_reused_connection())
    }
}

/// How many attempts an outcome justifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// As many as the options allow.
    Repeat,
    /// One more, unless this has justified one before.
    RepeatOnce(Once),
    /// No other.
    Stop,
}

/// Whether the same request may, and should, be sent again.
///
/// Statuses 520 to 524 and 529 are those that proxies such as Cloudflare's give for a server that fails or is overloaded.
///
/// What was certainly never sent may be repeated for any operation; what the server may have seen
/// only for one that can be repeated.
pub(crate) fn decide(operation: &Operation, outcome: Outcome) -> Decision {
    let if_repeatable = if operation.is_repeatable() {
        Decision::Repeat
    } else {
        Decision::Stop
    };
    match outcome {
        Outcome::Status(status) => match status.as_u16() {
            408 | 425 | 429 | 500 | 502..=504 | 520..=524 | 529 => if_repeatable,
            _ => Decision::Stop,
        },
        Outcome::Failed(error) if error.is_final() => Decision::Stop,
        Outcome::Failed(error) => match error.kind() {
            // A proxy that has no way at the moment may have one later.
            ErrorKind::Connect(ConnectStage::Proxy(
                ProxyReason::Unreachable | ProxyReason::Refused(502..=504),
            )) => Decision::Repeat,
            ErrorKind::Connect(ConnectStage::Tls(_) | ConnectStage::Proxy(_)) => Decision::Stop,
            ErrorKind::Connect(ConnectStage::Dns(DnsReason::UnknownHost)) => {
                Decision::RepeatOnce(Once::UnknownHost)
            }
            ErrorKind::Connect(_) | ErrorKind::Timeout(TimeoutPhase::Connect) => Decision::Repeat,
            ErrorKind::Timeout(TimeoutPhase::Deadline) => Decision::Stop,
            ErrorKind::Timeout(TimeoutPhase::FirstByte)
                if operation.is_repeatable() && operation.family() == Family::Data =>
            {
                Decision::RepeatOnce(Once::FirstByte)
            }
            ErrorKind::Timeout(TimeoutPhase::Throughput) if operation.is_repeatable() => {
                Decision::RepeatOnce(Once::Slow)
            }
            ErrorKind::Timeout(_) | ErrorKind::Interrupted => if_repeatable,
            _ => Decision::Stop,
        },
    }
}

#[cfg(test)]
mod tests {
    use braincube_model::Operation;
    use http::StatusCode;

    use super::Decision::{self, Repeat, RepeatOnce, Stop};
    use super::{Outcome, decide};
    use crate::error::ErrorKind::{self, Connect, Timeout};
    use crate::error::{
        ConnectStage, DnsReason, Error, NotJson, ProxyReason, TimeoutPhase, TlsReason,
    };
    use crate::progress::Once;

    const READ: Operation = Operation::read("read", "/");
    const DATA: Operation = Operation::read_data("data", "/LF");
    const WRITE: Operation = Operation::write("write", "/");

    #[test]
    fn h7_h13_h27_statuses() {
        const REPEATABLE: [u16; 13] = [
            408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529,
        ];
        for status in 100..600 {
            let repeatable = REPEATABLE.contains(&status);
            let outcome = Outcome::Status(StatusCode::from_u16(status).unwrap());
            let expected = if repeatable { Repeat } else { Stop };
            assert_eq!(decide(&READ, outcome), expected, "{status}");
            assert_eq!(decide(&DATA, outcome), expected, "{status}");
            assert_eq!(decide(&WRITE, outcome), Stop, "{status}");
        }
    }

    #[test]
    fn every_kind_of_error() {
        let table: [(ErrorKind, [Decision; 3]); 28] = [
            // kind, then: metadata read, data read, write
            (
                Connect(ConnectStage::Dns(DnsReason::UnknownHost)),
                [RepeatOnce(Once::UnknownHost); 3],
            ),
            (
                Connect(ConnectStage::Dns(DnsReason::Unavailable)),
                [Repeat, Repeat, Repeat],
            ),
            (Connect(ConnectStage::Tcp), [Repeat, Repeat, Repeat]),
            (
                Connect(ConnectStage::Tls(TlsReason::Expired)),
                [Stop, Stop, Stop],
            ),
            (
                Connect(ConnectStage::Proxy(ProxyReason::Unreachable)),
                [Repeat, Repeat, Repeat],
            ),
            (
                Connect(ConnectStage::Proxy(ProxyReason::Refused(503))),
                [Repeat, Repeat, Repeat],
            ),
            (
                Connect(ConnectStage::Proxy(ProxyReason::Refused(403))),
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
            (Timeout(TimeoutPhase::Connect), [Repeat, Repeat, Repeat]),
            (
                Timeout(TimeoutPhase::FirstByte),
                [Repeat, RepeatOnce(Once::FirstByte), Stop],
            ),
            (Timeout(TimeoutPhase::Idle), [Repeat, Repeat, Stop]),
            (
                Timeout(TimeoutPhase::Throughput),
                [RepeatOnce(Once::Slow), RepeatOnce(Once::Slow), Stop],
            ),
            (Timeout(TimeoutPhase::Deadline), [Stop, Stop, Stop]),
            (ErrorKind::Interrupted, [Repeat, Repeat, Stop]),
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
    fn a_final_error_is_final_whatever_its_kind() {
        let error = Error::new(Connect(ConnectStage::Tcp), "").into_final();
        assert_eq!(decide(&READ, Outcome::Failed(&error)), Stop);
    }
}
