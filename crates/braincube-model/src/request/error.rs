//! [`RequestError`]: why a request cannot be made out of what was given.

use crate::LongId;
use crate::filter::FilterError;

/// Why a request cannot be made out of what was given. Nothing was sent.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// A name or an id that cannot stand in an address.
    #[error("{what} {text:?} cannot stand in an address: {reason}")]
    Segment {
        /// What the text was meant to name, for example `braincube`.
        what: &'static str,
        /// The first 64 characters of the text.
        text: Box<str>,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The base URL has the placeholder in its host, and the name is not one DNS label.
    #[error(
        "braincube {name:?} cannot stand in the host of {base}: a host takes 1 to 63 letters, \
         digits, hyphens or underscores there; move the placeholder into the path"
    )]
    HostLabel {
        /// The first 64 characters of the name.
        name: Box<str>,
        /// The base URL, with its placeholder.
        base: Box<str>,
    },
    /// The base URL or the path names a placeholder, and no braincube was given to fill it.
    #[error(
        "the address holds {{braincube-name}}: say which braincube is meant (on the command line with --cube)"
    )]
    NoBraincube,
    /// The scope lacks a memory base or a job, or has one too many, for the kind of entity.
    #[error(
        "cannot build the URL of {operation}: the scope does not fit; check its memory base and job"
    )]
    Scope {
        /// The operation, such as `variables`.
        operation: &'static str,
    },
    /// A page that holds no item, or more than is allowed.
    #[error("a page of {size} items cannot be asked for: the size is 1 to {max}", max = super::Page::MAX_SIZE)]
    PageSize {
        /// The size that was asked for.
        size: u32,
    },
    /// A data request that asks for no variable.
    #[error("no variable was selected: a data request names at least one")]
    EmptySelection,
    /// A memory base where a variable is needed.
    #[error("{id} names a memory base, {what} needs a variable such as {id}/d2000001")]
    NotAVariable {
        /// What needs a variable, for example `the order`.
        what: &'static str,
        /// What was given.
        id: LongId,
    },
    /// A filter that the service cannot be asked for.
    #[error("the filter cannot be sent")]
    Filter(#[source] FilterError),
    /// A path given by hand that leaves the server or cannot be an address.
    #[error("the path of a raw request {reason}")]
    RawPath {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// An address that is too long for HTTP: 65,534 bytes are the most.
    #[error("the address of {operation} is {length} bytes long, more than HTTP allows")]
    TooLong {
        /// The operation that was to be asked for.
        operation: &'static str,
        /// How long the address came out.
        length: usize,
    },
}
