//! [`Authorization`]: the header that proves who is asking.

use http::{HeaderName, HeaderValue};

/// A header to put on a request, and the generation of the token in it.
///
/// The value is marked sensitive, so that neither `Debug` nor a log shows it.
///
/// ```
/// use braincube_auth::Authorization;
/// use braincube_auth::http::{HeaderName, HeaderValue};
///
/// let name = HeaderName::from_static("x-api-key");
/// let authorization = Authorization::new(name, HeaderValue::from_static("a token"), 1);
/// assert!(authorization.value().is_sensitive());
/// assert!(!format!("{authorization:?}").contains("a token"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorization {
    name: HeaderName,
    value: HeaderValue,
    generation: u64,
}

impl Authorization {
    /// A header with its value marked sensitive.
    ///
    /// `generation` counts the tokens of one source: each new one has a higher number.
    pub fn new(name: HeaderName, mut value: HeaderValue, generation: u64) -> Self {
        value.set_sensitive(true);
        Self {
            name,
            value,
            generation,
        }
    }

    /// The name of the header.
    pub const fn name(&self) -> &HeaderName {
        &self.name
    }

    /// The value of the header, marked sensitive.
    pub const fn value(&self) -> &HeaderValue {
        &self.value
    }

    /// Which token of its source this is.
    pub const fn generation(&self) -> u64 {
        self.generation
    }
}
