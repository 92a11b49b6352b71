//! [`ErrorKind`]: the kind of an error, to match on.

/// The kind of an error.
///
/// Each variant says whether the transport retries the request. When a caller receives the error, the retries have been used
/// up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The configuration is invalid. Not retried.
    Config,
    /// The request is invalid, such as one to an origin that is not configured. Not retried.
    Input,
    /// No connection could be opened, so nothing was sent. Retried, but only once for a host that does not exist, and not
    /// after a TLS failure or a permanent error of a proxy.
    Connect(ConnectStage),
    /// A time limit was exceeded. `Connect` is retried, since nothing was sent; `FirstByte` and `Idle` if the operation is
    /// idempotent, the former only once for data; `Throughput` once; `Deadline` never.
    Timeout(TimeoutPhase),
    /// The connection was interrupted, before or inside the response. Retried if the operation is idempotent.
    Interrupted,
    /// The server responded with a redirect that is not followed. Not retried.
    RedirectBlocked,
    /// The server does not accept the credential: status 401. Sent again with a new session, if one can be opened.
    Unauthenticated,
    /// The credential does not allow the request: status 403. Not retried.
    Forbidden,
    /// The requested resource does not exist: status 404. Not retried.
    NotFound,
    /// Too many requests: status 429, or 503 with a `Retry-After`. Retried if idempotent.
    Throttled,
    /// The server failed: status 5xx. 500, 502 to 504, 520 to 524 and 529 are retried if idempotent.
    Server,
    /// The server rejected the request: any other status 4xx, 304 and 101. 408 and 425 are retried if idempotent.
    Rejected,
    /// The response is not JSON. After an HTML page, the request is sent once more with a new session.
    NotJson(NotJson),
    /// The request or the response exceeds a limit. Not retried.
    TooLarge,
    /// The response cannot be decompressed. Not retried.
    Decode,
    /// A list does not end. Not retried.
    Pagination,
    /// No reading of a list was complete: it changed each time, or the server does not page it reliably. Not retried.
    Integrity,
}

impl ErrorKind {
    /// The kind in `snake_case`, as in the field `error.type` of spans.
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

/// The stage at which a connection failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConnectStage {
    /// The host name could not be resolved.
    Dns(DnsReason),
    /// No TCP connection could be opened, or it was interrupted before it could be used.
    Tcp,
    /// The proxy could not be reached, or did not open a tunnel.
    Proxy(ProxyReason),
    /// The TLS handshake failed, most often because of the server's certificate.
    Tls(TlsReason),
}

/// Why a host name could not be resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DnsReason {
    /// No host has this name.
    UnknownHost,
    /// The lookup failed, which is often temporary.
    Unavailable,
}

/// Why a proxy did not open a tunnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProxyReason {
    /// The proxy could not be reached, or is not an HTTP proxy.
    Unreachable,
    /// The TLS handshake with the proxy failed.
    Tls,
    /// The proxy requires credentials, or other ones: status 407.
    Credentials,
    /// The proxy responded with this status.
    Status(u16),
}

/// Why a TLS handshake failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TlsReason {
    /// The certificate was not signed by a trusted authority.
    UnknownIssuer,
    /// The certificate has expired, if this machine's clock is right.
    Expired,
    /// The certificate is not valid yet, if this machine's clock is right.
    NotValidYet,
    /// The certificate is for another host.
    NameMismatch,
    /// Any other reason, which the source of the error contains.
    Other,
}

/// The time limit that was exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimeoutPhase {
    /// Resolving, connecting and the TLS handshake together.
    Connect,
    /// The time from sending a request to the head of the response.
    FirstByte,
    /// The time between two chunks of the response.
    Idle,
    /// The response arrived more slowly than the minimum speed.
    Throughput,
    /// The whole operation, including retries and the reading of the response.
    Deadline,
}

/// What a response contains instead of JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NotJson {
    /// Nothing.
    Empty,
    /// An HTML page, or other markup.
    Html,
    /// A login page: the session has probably ended.
    LoginPage,
    /// Any other text or bytes.
    Other,
}
