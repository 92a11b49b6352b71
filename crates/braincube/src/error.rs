//! [`Error`]: one error type for all layers.

mod kind;

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use braincube_auth::ConfigError;
use braincube_frame::BadCells;
use braincube_model::filter::FilterError;
use braincube_model::request::{BaseUrlError, RequestError};
use braincube_model::response::{ItemError, OrderVariableError, ResponseError};
use braincube_model::{ConditionError, LongId};
use braincube_transport::BodyFailure;
use http::StatusCode;
use serde_json::error::Category;

pub use self::kind::ErrorKind;

/// A `Result` whose error is by default that of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The error of all operations of this crate.
///
/// [`kind`](Self::kind) and the methods `is_…` classify it. The message names the operation and contains the message of
/// the layer in which the error occurred, but not that of its [`source`](StdError::source). It never contains a secret or
/// a complete response.
pub struct Error {
    inner: Box<Inner>,
}

struct Inner {
    kind: ErrorKind,
    /// The subject of the operation: `memory base 20 of "demo"`.
    about: Option<String>,
    /// The sanitized error message of a response with status 200.
    detail: Option<Box<str>>,
    repr: Repr,
}

/// Appended to a 403, because these scopes are its most frequent cause. The manual of the Python package
/// `braincube_connector` names them.
const SCOPES: &str = "the scopes of a personal access token must include BRAINCUBE and SSO_READ";

enum Repr {
    Transport(braincube_transport::Error),
    Frame(braincube_frame::Error),
    /// An entity of a list that cannot be parsed.
    Item(ItemError),
    /// Any other error of a lower layer.
    Layer(Box<dyn StdError + Send + Sync>),
    /// An error of this crate.
    Message(String),
    /// An entity does not exist, as the client found out.
    Missing {
        message: String,
        /// The 404 of the server, if there was one.
        cause: Option<Error>,
    },
}

impl Error {
    fn new(kind: ErrorKind, repr: Repr) -> Self {
        Self {
            inner: Box::new(Inner {
                kind,
                about: None,
                detail: None,
                repr,
            }),
        }
    }

    /// A response that is not JSON or has another type. The message contains the position only, not the text of the server.
    pub(crate) fn json(error: &serde_json::Error) -> Self {
        let problem = match error.classify() {
            Category::Data => "does not have the requested type",
            Category::Eof => "is truncated",
            _ => "is not JSON",
        };
        let (line, column) = (error.line(), error.column());
        let kind = match error.is_eof() {
            true => ErrorKind::Interrupted,
            false => ErrorKind::Decode,
        };
        let message = format!("the response {problem}: line {line}, column {column}");
        Self::new(kind, Repr::Message(message))
    }

    /// An entity that does not exist.
    pub(crate) fn missing(message: String) -> Self {
        let cause = None;
        Self::new(ErrorKind::NotFound, Repr::Missing { message, cause })
    }

    /// Adds the error of the server as the source of a [`missing`](Self::missing) entity.
    pub(crate) fn because_of(mut self, error: Self) -> Self {
        if let Repr::Missing { cause, .. } = &mut self.inner.repr {
            *cause = Some(error);
        }
        self
    }

    /// A response about another entity than the requested one.
    pub(crate) fn other_entity(text: &str) -> Self {
        Self::new(ErrorKind::Integrity, Repr::Message(text.into()))
    }

    /// Parts of the data that cannot be joined, if the server also rejects a single request for all of them.
    pub(crate) fn unjoinable(reason: &Self, rejection: &Self, columns: usize) -> Self {
        let text = format!(
            "{reason}, and the server rejects one request for all {columns} variables as too large; query fewer variables"
        );
        let error = Self::new(ErrorKind::Integrity, Repr::Message(text));
        error.with_detail(rejection.detail().map(Into::into))
    }

    /// Sets the subject of the operation, unless an inner operation has set it.
    pub(crate) fn about(mut self, subject: impl FnOnce() -> String) -> Self {
        self.inner.about.get_or_insert_with(subject);
        self
    }

    /// Puts an outer subject in front of that of an inner operation, unless the inner one contains it.
    pub(crate) fn within(mut self, subject: impl fmt::Display) -> Self {
        let subject = subject.to_string();
        let about = match self.inner.about.take() {
            Some(inner) if inner.contains(&subject) => inner,
            Some(inner) => format!("{subject}: {inner}"),
            None => subject,
        };
        self.inner.about = Some(about);
        self
    }

    pub(crate) fn with_detail(mut self, detail: Option<Box<str>>) -> Self {
        self.inner.detail = detail;
        self
    }

    /// The category of the error.
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// Whether the entity, the memory base or the braincube does not exist.
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }

    /// Whether no connection could be established, so that no request was sent.
    pub fn is_connect(&self) -> bool {
        self.kind() == ErrorKind::Connect
    }

    /// Whether a timeout has expired.
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
    }

    /// Whether an entity of a list cannot be parsed. The list continues after it.
    pub fn is_item(&self) -> bool {
        matches!(self.inner.repr, Repr::Item(_))
    }

    /// The status of the response, if the error is caused by a response.
    pub fn status(&self) -> Option<StatusCode> {
        self.as_transport()?.status()
    }

    /// The error message of the server, if it sent one: at most 256 bytes, without the secrets of the request, control
    /// characters escaped.
    ///
    /// It is not part of the message of this error, because the server controls its text.
    pub fn detail(&self) -> Option<&str> {
        match &self.inner.repr {
            Repr::Transport(error) => error.detail(),
            Repr::Missing {
                cause: Some(cause), ..
            } => cause.detail(),
            _ => self.inner.detail.as_deref(),
        }
    }

    /// The pause that the server requested with `Retry-After`, if it was too long to wait for, or after the last attempt.
    pub fn retry_after(&self) -> Option<Duration> {
        self.as_transport()
            .and_then(braincube_transport::Error::retry_after)
    }

    /// The error of the transport, with the status, the number of attempts and the elapsed time, if this error is one or
    /// is caused by one.
    pub fn as_transport(&self) -> Option<&braincube_transport::Error> {
        match &self.inner.repr {
            Repr::Transport(error) => Some(error),
            Repr::Missing { cause, .. } => cause.as_ref()?.as_transport(),
            _ => None,
        }
    }

    /// The columns with cells that do not have the type of the column, if they are the cause of the error.
    ///
    /// [`DataQuery::nulls`](crate::DataQuery::nulls) and [`DataQuery::on_bad_cell`](crate::DataQuery::on_bad_cell) convert
    /// such cells to nulls.
    pub fn bad_cells(&self) -> &[(LongId, BadCells)] {
        match &self.inner.repr {
            Repr::Frame(braincube_frame::Error::BadCells { columns }) => columns,
            _ => &[],
        }
    }

    /// Returns the columns of [`bad_cells`](Self::bad_cells), or the error if it is another one.
    pub(crate) fn into_bad_cells(self) -> Result<Vec<(LongId, BadCells)>, Self> {
        match self.inner.repr {
            Repr::Frame(braincube_frame::Error::BadCells { columns }) => Ok(columns),
            _ => Err(self),
        }
    }

    /// Whether the message already names the entity that does not exist.
    pub(crate) fn names_missing_entity(&self) -> bool {
        matches!(self.inner.repr, Repr::Missing { .. })
    }

    /// Whether the response had status 204.
    pub(crate) fn is_no_content(&self) -> bool {
        self.status() == Some(StatusCode::NO_CONTENT)
    }

    /// Whether the server rejected the request as too large.
    pub(crate) fn is_request_too_large(&self) -> bool {
        let status = self.status();
        status == Some(StatusCode::PAYLOAD_TOO_LARGE) || status == Some(StatusCode::URI_TOO_LONG)
    }

    /// Whether a column of the response has no type.
    pub(crate) fn is_untyped_column(&self) -> bool {
        use braincube_frame::Error::UntypedColumn;
        matches!(self.inner.repr, Repr::Frame(UntypedColumn { .. }))
    }

    /// Whether parts of the data cannot be joined because the order column does not identify their rows.
    pub(crate) fn is_unjoinable(&self) -> bool {
        use braincube_frame::Error::{OrderAmbiguous, OrderMissing};
        matches!(
            self.inner.repr,
            Repr::Frame(OrderMissing { .. } | OrderAmbiguous { .. })
        )
    }
}

impl BodyFailure for Error {
    fn is_truncated(&self) -> bool {
        match &self.inner.repr {
            Repr::Transport(error) => error.is_truncated(),
            _ => self.kind() == ErrorKind::Interrupted,
        }
    }

    fn is_too_slow(&self) -> bool {
        self.as_transport().is_some_and(BodyFailure::is_too_slow)
    }
}

/// An invalid argument.
pub(crate) fn invalid(argument: &'static str, reason: impl fmt::Display) -> Error {
    let message = format!("{argument}: {reason}");
    Error::new(ErrorKind::Input, Repr::Message(message))
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if let Some(about) = &self.inner.about {
            write!(f, "{about}: ")?;
        }
        match (&self.inner.repr, self.inner.repr.layer()) {
            (_, Some(error)) => fmt::Display::fmt(error, f),
            (Repr::Message(message) | Repr::Missing { message, .. }, _) => f.write_str(message),
            _ => Ok(()),
        }?;
        match self.kind() {
            ErrorKind::Forbidden => write!(f, "; {SCOPES}"),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.kind())
            .field("message", &self.to_string())
            .field("source", &self.source())
            .finish()
    }
}

impl StdError for Error {
    /// The source of the layer's error, whose own message is part of this error's, or the 404 that this error explains.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.inner.repr {
            Repr::Missing { cause, .. } => Some(cause.as_ref()?),
            repr => repr.layer()?.source(),
        }
    }
}

impl Repr {
    /// The error of a lower layer.
    fn layer(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Transport(error) => Some(error),
            Self::Frame(error) => Some(error),
            Self::Item(error) => Some(error),
            Self::Layer(error) => Some(&**error),
            Self::Message(_) | Self::Missing { .. } => None,
        }
    }
}

impl From<braincube_transport::Error> for Error {
    fn from(error: braincube_transport::Error) -> Self {
        Self::new(error.kind().into(), Repr::Transport(error))
    }
}

impl From<braincube_frame::Error> for Error {
    fn from(error: braincube_frame::Error) -> Self {
        Self::new(error.kind().into(), Repr::Frame(error))
    }
}

impl From<ItemError> for Error {
    fn from(error: ItemError) -> Self {
        Self::new(ErrorKind::Decode, Repr::Item(error))
    }
}

macro_rules! from_layers {
    ($($error:ty: $($pattern:pat => $kind:ident),+;)+) => {
        $(impl From<$error> for Error {
            fn from(error: $error) -> Self {
                let kind = match &error { $($pattern => ErrorKind::$kind),+ };
                Self::new(kind, Repr::Layer(Box::new(error)))
            }
        })+
    };
}

from_layers! {
    ConfigError: _ => Config;
    BaseUrlError: _ => Config;
    RequestError: _ => Input;
    FilterError: _ => Input;
    ResponseError: ResponseError::Truncated { .. } => Interrupted, _ => Decode;
    OrderVariableError: _ => Decode;
    ConditionError: ConditionError::Unsupported(_) => Partial, _ => Decode;
}

#[cfg(test)]
mod tests {
    use super::{Error, ErrorKind, invalid};

    #[test]
    fn an_error_has_the_size_of_a_pointer_and_is_send_and_sync() {
        fn assert_send<T: Send + Sync + 'static>() {}
        assert_send::<Error>();
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }

    #[test]
    fn the_innermost_operation_sets_the_subject() {
        let error = invalid("variables", "none")
            .about(|| "inner".into())
            .about(|| "outer".into());
        assert_eq!(error.to_string(), "inner: variables: none");
        assert_eq!(error.kind(), ErrorKind::Input);
    }

    #[test]
    fn an_outer_subject_is_added_once() {
        let error = invalid("variables", "none").within("job 7");
        assert_eq!(error.to_string(), "job 7: variables: none");
        let error = invalid("variables", "none").about(|| "event list".into());
        let error = error.within("job 7").within("job 7");
        assert_eq!(error.to_string(), "job 7: event list: variables: none");
    }
}
