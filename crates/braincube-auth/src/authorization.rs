//! [`Authorization`]: the header that authenticates a request.

use http::{HeaderName, HeaderValue};

/// The header that authenticates a request, and the generation of its token.
///
/// The value is marked sensitive: neither `Debug` nor a log shows it.
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
    /// Creates a header and marks its value sensitive.
    ///
    /// `generation` numbers the tokens of one source in ascending order.
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

    /// The generation of the token within its source.
    pub const fn generation(&self) -> u64 {
        self.generation
    }
}
