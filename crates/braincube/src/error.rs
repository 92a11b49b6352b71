//! [`Error`]: what went wrong, in one type for all layers.

mod kind;

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use braincube_auth::ConfigError;
use braincube_frame::BadCells;
use braincube_model::answer::{AnswerError, ItemError, NoOrderVariable};
use braincube_model::filter::FilterError;
use braincube_model::request::{BaseUrlError, RequestError};
use braincube_model::{ConditionError, LongId};
use braincube_transport::BrokenOff;
use http::StatusCode;
use serde_json::error::Category;

pub use self::kind::ErrorKind;

/// A `Result` with this crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// What went wrong, and with what. Never holds a secret, never a whole answer.
///
/// Its text is that of the layer in which it happened, behind what was asked for; causes are in
/// [`source`](StdError::source) alone.
pub struct Error {
    inner: Box<Inner>,
}

struct Inner {
    /// What was asked for: `memory base 20 of demo`.
    about: Option<String>,
    /// What the server said of it inside an answer of success, fit to be shown.
    detail: Option<Box<str>>,
    repr: Repr,
}

/// What a refusal most often comes from; the manual of the Python package `braincube_connector` names the scopes.
const SCOPES: &str = "the scopes of a personal access token must include BRAINCUBE and SSO_READ";

/// The error of a layer, as it came from there.
enum Repr {
    Config(ConfigError),
    BaseUrl(BaseUrlError),
    Request(RequestError),
    Answer(AnswerError),
    Item(ItemError),
    Order(NoOrderVariable),
    Filter(FilterError),
    Condition(ConditionError),
    Transport(braincube_transport::Error),
    Frame(braincube_frame::Error),
    Input {
        field: &'static str,
        reason: String,
    },
    /// What was asked for does not exist, as the client found out by itself.
    Missing {
        what: String,
        /// The server's answer, where it said no more than no.
        cause: Option<Error>,
    },
    Json {
        reason: String,
        cut: bool,
    },
    /// The answers contradict each other.
    Integrity(String),
}

impl Error {
    fn new(repr: Repr) -> Self {
        Self {
            inner: Box::new(Inner {
                about: None,
                detail: None,
                repr,
            }),
        }
    }

    /// An answer that is no JSON, or not the JSON that was wanted. Where, but not what: that is the server's.
    pub(crate) fn json(error: &serde_json::Error) -> Self {
        let kind = match error.classify() {
            Category::Data => "is not of the type wanted",
            Category::Eof => "ends too early",
            _ => "is no JSON",
        };
        let (line, column) = (error.line(), error.column());
        Self::new(Repr::Json {
            reason: format!("the answer {kind}: line {line}, column {column}"),
            cut: error.is_eof(),
        })
    }

    /// What was asked for does not exist: what, where, and what to do.
    pub(crate) fn missing(what: String) -> Self {
        Self::new(Repr::Missing { what, cause: None })
    }

    /// Says which error this one, of something that does not exist, explains.
    pub(crate) fn because_of(mut self, error: Self) -> Self {
        if let Repr::Missing { cause, .. } = &mut self.inner.repr {
            *cause = Some(error);
        }
        self
    }

    /// Parts of the data that cannot be joined, for this reason, and cannot be had in one either.
    pub(crate) fn unjoinable(reason: &Self, refusal: &Self, columns: usize) -> Self {
        let text = format!(
            "{reason}, and all {columns} variables in one request are refused as too large; extract fewer variables at once"
        );
        Self::new(Repr::Integrity(text)).with_detail(refusal.detail().map(Into::into))
    }

    /// Says what was asked for, unless an inner call has said it.
    pub(crate) fn about(mut self, what: impl FnOnce() -> String) -> Self {
        self.inner.about.get_or_insert_with(what);
        self
    }

    /// Says what it is a part of, in front of what an inner call has said, unless that names it.
    pub(crate) fn within(mut self, what: impl fmt::Display) -> Self {
        let what = what.to_string();
        let about = match self.inner.about.take() {
            Some(inner) if inner.contains(&what) => inner,
            Some(inner) => format!("{what}: {inner}"),
            None => what,
        };
        self.inner.about = Some(about);
        self
    }

    /// Whether it says by itself what does not exist.
    pub(crate) fn names_what_is_missing(&self) -> bool {
        matches!(self.inner.repr, Repr::Missing { .. })
    }

    /// What kind of thing went wrong.
    pub fn kind(&self) -> ErrorKind {
        match &self.inner.repr {
            Repr::Config(_) | Repr::BaseUrl(_) => ErrorKind::Config,
            Repr::Request(_) | Repr::Filter(_) | Repr::Input { .. } => ErrorKind::Input,
            Repr::Condition(ConditionError::NoFilter(_)) => ErrorKind::Partial,
            Repr::Answer(AnswerError::Cut { .. }) | Repr::Json { cut: true, .. } => {
                ErrorKind::Interrupted
            }
            Repr::Answer(_)
            | Repr::Item(_)
            | Repr::Order(_)
            | Repr::Condition(_)
            | Repr::Json { .. } => ErrorKind::Decode,
            Repr::Missing { .. } => ErrorKind::NotFound,
            Repr::Integrity(_) => ErrorKind::Integrity,
            Repr::Transport(error) => ErrorKind::of_transport(error.kind()),
            Repr::Frame(error) => ErrorKind::of_frame(error.kind()),
        }
    }

    /// Whether what was addressed does not exist.
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }

    pub(crate) fn with_detail(mut self, detail: Option<Box<str>>) -> Self {
        self.inner.detail = detail;
        self
    }

    /// The status of the answer, where that is what went wrong.
    fn status(&self) -> Option<StatusCode> {
        self.as_transport()?.status()
    }

    /// Whether the answer was one of status 204, without a body.
    pub(crate) fn is_no_content(&self) -> bool {
        self.status() == Some(StatusCode::NO_CONTENT)
    }

    /// Whether the server refused the request because it asks for too much.
    pub(crate) fn asks_too_much(&self) -> bool {
        let status = self.status();
        status == Some(StatusCode::PAYLOAD_TOO_LARGE) || status == Some(StatusCode::URI_TOO_LONG)
    }

    /// The columns whose cells cannot be read, if that is the error; else the error itself.
    pub(crate) fn into_bad_cells(self) -> std::result::Result<Vec<(LongId, BadCells)>, Self> {
        match self.inner.repr {
            Repr::Frame(braincube_frame::Error::BadCells { columns }) => Ok(columns),
            _ => Err(self),
        }
    }

    /// The columns with cells that are not of the column's type, each with these cells, if that is the error.
    ///
    /// [`DataQuery::nulls`](crate::DataQuery::nulls) and [`DataQuery::on_bad_cell`](crate::DataQuery::on_bad_cell) read such
    /// cells as nulls.
    pub fn bad_cells(&self) -> &[(LongId, BadCells)] {
        match &self.inner.repr {
            Repr::Frame(braincube_frame::Error::BadCells { columns }) => columns,
            _ => &[],
        }
    }

    /// Whether a column came of which nobody has said the type.
    pub(crate) fn is_of_untyped_column(&self) -> bool {
        use braincube_frame::Error::Untyped;
        matches!(self.inner.repr, Repr::Frame(Untyped { .. }))
    }

    /// Whether parts of the data cannot be joined because no column shows which of their rows are the same.
    pub(crate) fn is_without_order(&self) -> bool {
        use braincube_frame::Error::{NoOrder, OrderAmbiguous};
        matches!(
            self.inner.repr,
            Repr::Frame(NoOrder { .. } | OrderAmbiguous { .. })
        )
    }

    /// Whether one entity of a list cannot be read: the list goes on behind it.
    pub fn is_of_one_entity(&self) -> bool {
        matches!(self.inner.repr, Repr::Item(_))
    }

    /// What the server said of it, if it said something: at most 256 bytes, control characters escaped.
    ///
    /// It stands apart from the text of the error because it is the server's.
    pub fn detail(&self) -> Option<&str> {
        match &self.inner.repr {
            Repr::Transport(error) => error.detail(),
            Repr::Missing {
                cause: Some(cause), ..
            } => cause.detail(),
            _ => self.inner.detail.as_deref(),
        }
    }

    /// How long the server asked to wait before the next request, where it did and that was too long to be waited for,
    /// or the last attempt.
    pub fn retry_after(&self) -> Option<Duration> {
        self.as_transport()
            .and_then(braincube_transport::Error::retry_after)
    }

    /// The transport's error, with status, attempts and times, if it is one or explains one.
    pub fn as_transport(&self) -> Option<&braincube_transport::Error> {
        match &self.inner.repr {
            Repr::Transport(error) => Some(error),
            Repr::Missing { cause, .. } => cause.as_ref()?.as_transport(),
            _ => None,
        }
    }
}

impl BrokenOff for Error {
    fn is_broken_off(&self) -> bool {
        match &self.inner.repr {
            Repr::Transport(error) => error.is_broken_off(),
            Repr::Frame(error) => error.kind() == braincube_frame::ErrorKind::Truncated,
            Repr::Answer(error) => matches!(error, AnswerError::Cut { .. }),
            Repr::Json { cut, .. } => *cut,
            _ => false,
        }
    }

    fn is_too_slow(&self) -> bool {
        self.as_transport().is_some_and(BrokenOff::is_too_slow)
    }
}

/// An argument that makes no sense.
pub(crate) fn invalid(field: &'static str, reason: impl Into<String>) -> Error {
    Error::new(Repr::Input {
        field,
        reason: reason.into(),
    })
}

impl Repr {
    /// The layer's error that this one passes on.
    fn inner(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Config(error) => Some(error),
            Self::BaseUrl(error) => Some(error),
            Self::Request(error) => Some(error),
            Self::Answer(error) => Some(error),
            Self::Item(error) => Some(error),
            Self::Order(error) => Some(error),
            Self::Filter(error) => Some(error),
            Self::Condition(error) => Some(error),
            Self::Transport(error) => Some(error),
            Self::Frame(error) => Some(error),
            Self::Input { .. } | Self::Missing { .. } | Self::Json { .. } | Self::Integrity(_) => {
                None
            }
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if let Some(about) = &self.inner.about {
            write!(f, "{about}: ")?;
        }
        match &self.inner.repr {
            Repr::Input { field, reason } => write!(f, "{field}: {reason}"),
            Repr::Missing { what: reason, .. }
            | Repr::Json { reason, .. }
            | Repr::Integrity(reason) => f.write_str(reason),
            repr => repr
                .inner()
                .map_or(Ok(()), |error| fmt::Display::fmt(error, f)),
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
    /// The cause of the layer's error, whose own text stands in this one's already; the error that this one explains.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.inner.repr {
            Repr::Missing { cause, .. } => Some(cause.as_ref()?),
            repr => repr.inner().and_then(StdError::source),
        }
    }
}

macro_rules! from_layers {
    ($($error:ty => $variant:ident),+ $(,)?) => {
        $(impl From<$error> for Error {
            fn from(error: $error) -> Self {
                Self::new(Repr::$variant(error))
            }
        })+
    };
}

from_layers! {
    ConfigError => Config,
    BaseUrlError => BaseUrl,
    RequestError => Request,
    AnswerError => Answer,
    ItemError => Item,
    NoOrderVariable => Order,
    FilterError => Filter,
    ConditionError => Condition,
    braincube_transport::Error => Transport,
    braincube_frame::Error => Frame,
}

#[cfg(test)]
mod tests {
    use super::{Error, ErrorKind, invalid};

    #[test]
    fn an_error_is_one_word_and_can_be_sent() {
        fn sendable<T: Send + Sync + 'static>() {}
        sendable::<Error>();
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }

    #[test]
    fn the_innermost_call_says_what_was_asked_for() {
        let error = invalid("variables", "none")
            .about(|| "inner".into())
            .about(|| "outer".into());
        assert_eq!(error.to_string(), "inner: variables: none");
        assert_eq!(error.kind(), ErrorKind::Input);
    }

    #[test]
    fn what_an_error_is_a_part_of_is_told_once() {
        let error = invalid("variables", "none").within("job 7");
        assert_eq!(error.to_string(), "job 7: variables: none");
        let error = invalid("variables", "none").about(|| "event list".into());
        let error = error.within("job 7").within("job 7");
        assert_eq!(error.to_string(), "job 7: event list: variables: none");
    }
}
