//! [`ErrorKind`]: what a caller decides by.

use braincube_frame::ErrorKind as FrameKind;
use braincube_transport::ErrorKind as TransportKind;

/// What kind of thing went wrong: what a caller decides by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The configuration cannot be used. Nothing was sent.
    Config,
    /// An argument makes no sense. Nothing was sent.
    Input,
    /// No connection came about.
    Connect,
    /// Something took too long.
    Timeout,
    /// The connection broke, or the answer broke off.
    Interrupted,
    /// The server answered with a redirect that is not followed.
    RedirectBlocked,
    /// The server does not accept the credentials.
    Unauthenticated,
    /// The credentials do not allow this.
    Forbidden,
    /// What was addressed does not exist.
    NotFound,
    /// Too many requests.
    Throttled,
    /// The server failed.
    Server,
    /// The server refused the request as it stands.
    Rejected,
    /// The answer is no JSON.
    NotJson,
    /// The request or the answer is over a limit.
    TooLarge,
    /// The answer is not what the service documents.
    Decode,
    /// The answer contradicts itself, or no reading of a list was complete: it changed each time, or the server does not
    /// page it reliably.
    Integrity,
    /// A list does not end.
    Pagination,
    /// Only when strict: columns are missing, columns came that nobody asked for, or a condition of a job stands for no
    /// filter.
    Partial,
    /// A kind that a lower layer knows and this one does not.
    Other,
}

impl ErrorKind {
    pub(super) fn of_transport(kind: TransportKind) -> Self {
        match kind {
            TransportKind::Config => Self::Config,
            TransportKind::Input => Self::Input,
            TransportKind::Connect(_) => Self::Connect,
            TransportKind::Timeout(_) => Self::Timeout,
            TransportKind::Interrupted => Self::Interrupted,
            TransportKind::RedirectBlocked => Self::RedirectBlocked,
            TransportKind::Unauthenticated => Self::Unauthenticated,
            TransportKind::Forbidden => Self::Forbidden,
            TransportKind::NotFound => Self::NotFound,
            TransportKind::Throttled => Self::Throttled,
            TransportKind::Server => Self::Server,
            TransportKind::Rejected => Self::Rejected,
            TransportKind::NotJson(_) => Self::NotJson,
            TransportKind::TooLarge => Self::TooLarge,
            TransportKind::Decode => Self::Decode,
            TransportKind::Pagination => Self::Pagination,
            TransportKind::Integrity => Self::Integrity,
            _ => Self::Other,
        }
    }

    pub(super) fn of_frame(kind: FrameKind) -> Self {
        match kind {
            FrameKind::Input => Self::Input,
            FrameKind::NotJson => Self::NotJson,
            FrameKind::Truncated => Self::Interrupted,
            FrameKind::Decode => Self::Decode,
            FrameKind::Integrity => Self::Integrity,
            FrameKind::TooLarge => Self::TooLarge,
            FrameKind::Partial => Self::Partial,
            _ => Self::Other,
        }
    }
}
