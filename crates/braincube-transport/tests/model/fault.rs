//! The faults of a request, and the errors that they may lead to.

use braincube_transport::{ErrorKind, NotJson, TimeoutPhase};

use Fault::{
    BadGzip, Broken, Cut, DeadConnection, Drip, Empty, Expired, Html, Login, Moved, Redirect,
    RetryAfter, Silence, Stall, Status, TooLarge,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Fault {
    Status(u16),
    RetryAfter(&'static str),
    Expired,
    Broken,
    /// The request is lost on a pooled connection that has died while it was idle.
    DeadConnection,
    Silence,
    Cut,
    Stall,
    Drip,
    Html,
    Login,
    /// With this status to this address, which must not be followed.
    Redirect(u16, &'static str),
    /// With this status to another path of the same origin.
    Moved(u16),
    BadGzip,
    TooLarge,
    Empty,
}

pub(crate) const FAULTS: [Fault; 29] = [
    Status(408),
    Status(429),
    Status(500),
    Status(502),
    Status(503),
    Status(504),
    Status(529),
    Status(403),
    Status(404),
    RetryAfter("7"),
    RetryAfter("18446744073709551615"),
    Expired,
    Broken,
    DeadConnection,
    Silence,
    Cut,
    Stall,
    Drip,
    Html,
    Login,
    Redirect(307, "https://evil.example.com/"),
    Redirect(302, "//evil.example.com/"),
    Redirect(308, "http://api.example.com/in/the/clear"),
    Redirect(307, "https://api.example.com@evil.example.com/"),
    Moved(302),
    Moved(307),
    BadGzip,
    TooLarge,
    Empty,
];

impl Fault {
    /// Whether the session may be renewed after it.
    pub(crate) fn is_of_the_session(self) -> bool {
        matches!(self, Expired | Html | Login)
    }

    /// Whether the response has a status of success.
    pub(crate) fn has_good_head(self) -> bool {
        matches!(self, Cut | Stall | Drip | BadGzip | TooLarge)
    }

    /// Whether it may have caused this error.
    fn may_lead_to(self, kind: ErrorKind) -> bool {
        match kind {
            ErrorKind::Timeout(TimeoutPhase::FirstByte) => self == Silence,
            ErrorKind::Timeout(TimeoutPhase::Idle) => self == Stall,
            ErrorKind::Timeout(TimeoutPhase::Throughput) => self == Drip,
            ErrorKind::Interrupted => matches!(self, Broken | DeadConnection | Cut | BadGzip),
            ErrorKind::RedirectBlocked => matches!(self, Redirect(..) | Moved(_)),
            ErrorKind::Unauthenticated => matches!(self, Expired | Login),
            ErrorKind::Forbidden => self == Status(403),
            ErrorKind::NotFound => self == Status(404),
            ErrorKind::Rejected => self == Status(408),
            ErrorKind::Throttled => matches!(self, Status(429) | RetryAfter(_)),
            ErrorKind::Server => matches!(self, Status(500..)),
            ErrorKind::NotJson(NotJson::Html) => self == Html,
            // A write is not sent again with a new session.
            ErrorKind::NotJson(NotJson::LoginPage) => self == Login,
            ErrorKind::NotJson(NotJson::Empty) => self == Empty,
            ErrorKind::TooLarge => self == TooLarge,
            ErrorKind::Decode => self == BadGzip,
            _ => false,
        }
    }
}

/// Whether an operation with these faults may fail with this error.
pub(crate) fn may_lead_to(faults: &[Fault], kind: ErrorKind, has_deadline: bool) -> bool {
    match kind {
        ErrorKind::Timeout(TimeoutPhase::Deadline) => has_deadline,
        kind => faults.iter().any(|fault| fault.may_lead_to(kind)),
    }
}
