//! [`ErrorKind`]: the category of an error.

/// The category of an [`Error`](crate::Error), for a caller to match on.
///
/// The variants have the names of the lower layers: [`braincube_transport::ErrorKind`] documents which of them are
/// retried, and [`braincube_frame::ErrorKind`] those of a response with data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The configuration cannot be used. No request was sent.
    Config,
    /// An argument is invalid. No request was sent.
    Input,
    /// No connection could be established.
    Connect,
    /// A timeout has expired.
    Timeout,
    /// The connection was closed before the response was complete.
    Interrupted,
    /// The server sent a redirect that is not followed.
    RedirectBlocked,
    /// The server rejected the credentials: status 401.
    Unauthenticated,
    /// The credentials do not permit the request: status 403.
    Forbidden,
    /// The entity does not exist.
    NotFound,
    /// The server received too many requests: status 429, or 503 with `Retry-After`.
    Throttled,
    /// The server failed: status 5xx.
    Server,
    /// The server rejected the request: another status 4xx.
    Rejected,
    /// The response is not JSON.
    NotJson,
    /// The request or the response exceeds a limit.
    TooLarge,
    /// The response does not have the documented form, or a cell does not have the type of its column.
    Decode,
    /// The response contradicts itself, or a list changed in each reading.
    Integrity,
    /// A list does not end.
    Pagination,
    /// Only with [`strict`](crate::DataQuery::strict): columns are missing or were not requested, or a condition of a job
    /// has no equivalent filter.
    Partial,
    /// A kind of a lower layer that this version does not know.
    Other,
}

/// Converts the kinds of a layer into the variants of the same names.
macro_rules! from_layer {
    ($layer:ty { $($kind:ident)* }) => {
        impl From<$layer> for ErrorKind {
            fn from(kind: $layer) -> Self {
                type Layer = $layer;
                match kind {
                    $(Layer::$kind { .. } => Self::$kind,)*
                    _ => Self::Other,
                }
            }
        }
    };
}

from_layer!(braincube_transport::ErrorKind {
    Config Input Connect Timeout Interrupted RedirectBlocked Unauthenticated Forbidden NotFound Throttled Server Rejected
    NotJson TooLarge Decode Integrity Pagination
});
from_layer!(braincube_frame::ErrorKind { Input NotJson Interrupted Decode Integrity TooLarge Partial });
