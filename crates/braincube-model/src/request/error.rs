//! [`RequestError`]: why a request cannot be built, and [`BaseUrlError`]: why a text is not a base URL.

use crate::LongId;
use crate::filter::FilterError;

pub(super) type Result<T, E = RequestError> = std::result::Result<T, E>;

/// The error of a request that cannot be built. Nothing was sent.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// A name or an id cannot be part of a URL.
    #[error("{what} {text:?} cannot be part of a URL: {reason}")]
    Segment {
        /// The placeholder in the path, for example `braincube`.
        what: &'static str,
        /// The first 64 characters of the text.
        text: Box<str>,
        /// The problem.
        reason: &'static str,
    },
    /// The base URL has the placeholder in its host, and the name is not one DNS label.
    #[error(
        "braincube {name:?} cannot be part of the host of {base}; expected 1 to 63 letters, digits, hyphens or \
         underscores, or a base URL with the placeholder in its path"
    )]
    HostLabel {
        /// The first 64 characters of the name.
        name: Box<str>,
        /// The base URL, with its placeholder.
        base: Box<str>,
    },
    /// The base URL or the path contains the placeholder, but no braincube was given.
    #[error(
        "the URL contains {{braincube-name}}: name the braincube (on the command line with --cube)"
    )]
    NoBraincube,
    /// The scope lacks a memory base or a job, or has one too many, for the kind of entity.
    #[error(
        "the scope of {operation} is invalid: a memory base is required where its path has one, and a job only for rules"
    )]
    Scope {
        /// The operation, such as `variables`.
        operation: &'static str,
    },
    /// The size of a page is 0 or too large.
    #[error("a page cannot have {size} items; expected 1 to {max}", max = super::Page::MAX_SIZE)]
    PageSize {
        /// The size of the page.
        size: u32,
    },
    /// A data request without variables.
    #[error("no variable was selected; expected at least one")]
    EmptySelection,
    /// A memory base in place of a variable.
    #[error("{id} is a memory base; {what} needs a variable such as {id}/d2000001")]
    NotAVariable {
        /// The part of the request, for example `the order`.
        what: &'static str,
        /// The id of the memory base.
        id: LongId,
    },
    /// A filter that the service does not accept.
    #[error("the filter cannot be sent")]
    Filter(#[source] FilterError),
    /// The path of a raw request leaves the server or is not valid in a URL.
    #[error("the path of a raw request {reason}")]
    RawPath {
        /// The problem.
        reason: &'static str,
    },
    /// The URL is longer than HTTP allows: 65,534 bytes.
    #[error("the URL of {operation} has {length} bytes; HTTP allows 65534")]
    TooLong {
        /// The operation.
        operation: &'static str,
        /// The length of the URL in bytes.
        length: usize,
    },
}

/// The error of a text that is not a base URL. It does not contain the text, which may contain a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a base URL: {reason}; expected a URL such as \"https://api.mybraincube.com\"")]
pub struct BaseUrlError {
    reason: Reason,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Reason {
    #[error("it does not begin with https:// or http://")]
    Scheme,
    #[error("it has no host")]
    NoHost,
    #[error("its host is neither a host name nor an address")]
    Host,
    #[error("its host is not ASCII: write an international name in its \"xn--\" form")]
    NotAscii,
    #[error("its port is not a number from 1 to 65535")]
    Port,
    #[error("it contains a user name or password: set api_key or oauth2_token instead")]
    UserInfo,
    #[error("it has a query")]
    Query,
    #[error("it has a fragment")]
    Fragment,
    #[error("its path contains a character that is not valid in a URL")]
    Path,
    #[error("its path contains \".\" or \"..\"")]
    DotSegment,
    #[error("its host contains the placeholder {{braincube-name}} twice")]
    TwoPlaceholders,
    #[error(
        "it contains the placeholder {{braincube-name}}, which the SSO server does not support"
    )]
    SsoPlaceholder,
}

impl From<Reason> for BaseUrlError {
    fn from(reason: Reason) -> Self {
        Self { reason }
    }
}
