//! [`ErrorKind`]: what went wrong, as a value to match on.

/// What went wrong with a request.
///
/// Each variant says whether the transport repeats the request by itself; by the time a caller
/// sees the error, those repeats are used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The transport cannot be built from what was configured. Not repeated.
    Config,
    /// The request cannot be sent as it stands, such as one to a foreign origin. Not repeated.
    Input,
    /// No connection came about, so nothing was sent. Repeated, but only once for a host that does
    /// not exist, and not for a TLS failure or a proxy that will not change its mind.
    Connect(ConnectStage),
    /// Something took too long. `Connect` is repeated, since nothing was sent; `FirstByte` and `Idle`
    /// if the operation is repeatable, the former only once for data; `Throughput` once; `Deadline`
    /// never.
    Timeout(TimeoutPhase),
    /// The connection broke, before or inside the answer. Repeated if the operation is repeatable.
    Interrupted,
    /// The server answered with a redirect that is not followed. Not repeated.
    RedirectBlocked,
    /// The server does not know who is asking: status 401. Repeated once with a new session, if
    /// there can be one.
    Unauthenticated,
    /// The credential does not allow this: status 403. Not repeated.
    Forbidden,
    /// What was addressed does not exist: status 404. Not repeated.
    NotFound,
    /// Too many requests: status 429, or 503 with a `Retry-After`. Repeated if repeatable.
    Throttled,
    /// The server failed: status 5xx. 500, 502 to 504, 520 to 524 and 529 are repeated if repeatable.
    Server,
    /// The server refused the request: any other status 4xx, 304 and 101. 408 and 425 are repeated if repeatable.
    Rejected,
    /// The answer is no JSON. A page of HTML is repeated once with a new session.
    NotJson(NotJson),
    /// The request or the answer is over a limit. Not repeated.
    TooLarge,
    /// The answer's compression cannot be undone. Not repeated.
    Decode,
    /// A list does not end. Not repeated.
    Pagination,
    /// No reading of a list was complete: it changed each time, or the server does not page it reliably. Not repeated.
    Integrity,
}

impl ErrorKind {
    /// The kind in `snake_case`, as spans carry it in `error.type`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Input => "input",
            Self::Connect(ConnectStage::Dns(_)) => "connect_dns",
            Self::Connect(ConnectStage::Tcp) => "connect_tcp",
            Self::Connect(ConnectStage::Proxy(_)) => "connect_proxy",
            Self::Connect(ConnectStage::Tls(_)) => "connect_tls",
            Self::Timeout(TimeoutPhase::Connect) => "timeout_connect",
            Self::Timeout(TimeoutPhase::FirstByte) => "timeout_first_byte",
            Self::Timeout(TimeoutPhase::Idle) => "timeout_idle",
            Self::Timeout(TimeoutPhase::Throughput) => "timeout_throughput",
            Self::Timeout(TimeoutPhase::Deadline) => "timeout_deadline",
            Self::Interrupted => "interrupted",
            Self::RedirectBlocked => "redirect_blocked",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Throttled => "throttled",
            Self::Server => "server",
            Self::Rejected => "rejected",
            Self::NotJson(_) => "not_json",
            Self::TooLarge => "too_large",
            Self::Decode => "decode",
            Self::Pagination => "pagination",
            Self::Integrity => "integrity",
        }
    }
}

/// How far a connection got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConnectStage {
    /// The host name was not resolved.
    Dns(DnsReason),
    /// No TCP connection came about, or it broke before it could be used.
    Tcp,
    /// A proxy on the way could not be reached or opened no tunnel.
    Proxy(ProxyReason),
    /// The two ends did not agree on TLS, most often on the server's certificate.
    Tls(TlsReason),
}

/// Why a host name was not resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DnsReason {
    /// There is no host of this name.
    UnknownHost,
    /// It could not be found out; often a trouble that passes.
    Unavailable,
}

/// Why no tunnel came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProxyReason {
    /// The proxy was not reached, or it is none.
    Unreachable,
    /// The proxy is reached over TLS, and the two ends did not agree on it.
    Tls,
    /// The proxy wants credentials, or others: status 407.
    Credentials,
    /// The proxy answered with this status.
    Refused(u16),
}

/// Why a TLS handshake failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TlsReason {
    /// No trusted authority vouches for the certificate.
    UnknownIssuer,
    /// The certificate has expired, if this machine's clock is right.
    Expired,
    /// The certificate is not valid yet, if this machine's clock is right.
    NotValidYet,
    /// The certificate is for another host.
    NameMismatch,
    /// Anything else; the error's source says what.
    Other,
}

/// What took too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimeoutPhase {
    /// Resolving, connecting and the TLS handshake together.
    Connect,
    /// The time from sending a request to the head of the answer.
    FirstByte,
    /// The time between two pieces of the answer.
    Idle,
    /// The answer came more slowly than the least that is accepted.
    Throughput,
    /// The whole operation, repeats and the reading of the answer included.
    Deadline,
}

/// What an answer is that should have been JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NotJson {
    /// Nothing at all.
    Empty,
    /// A page of HTML, or other markup.
    Html,
    /// A page of HTML that asks for a login: the session has probably ended.
    LoginPage,
    /// Some other text or bytes.
    Other,
}
