//! [`RawRequest`]: any path, any method, any body, under the same guards as the rest.

use bytes::Bytes;
use http::{Method, Request};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::base_url::{fill, is_dot_segment};
use super::endpoints::request;
use super::{Endpoints, RequestError};
use crate::{Family, Operation};

/// Which of the two servers of a site is addressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "a site has these two servers")]
pub enum Server {
    /// The API server: entities and data.
    #[default]
    Api,
    /// The SSO server: who the user is.
    Sso,
}

/// Any path, any method, any body: for what this crate has no method for.
///
/// The path is appended to the base URL with exactly one slash. It may have a query, and may hold
/// `{braincube-name}`, which is replaced by the braincube's name. It is taken as encoded already;
/// what cannot stand in an address, such as a space, is encoded.
///
/// ```
/// use braincube_model::request::{Endpoints, RawRequest};
/// use http::Method;
///
/// let endpoints = Endpoints::new("https://mybraincube.com", "https://api.mybraincube.com")?;
/// let raw = RawRequest::new(Method::GET, "braincube/{braincube-name}/braincube/mb/20/extended?full=true")
///     .braincube("demo");
/// assert_eq!(
///     endpoints.raw(raw)?.uri(),
///     "https://api.mybraincube.com/braincube/demo/braincube/mb/20/extended?full=true"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a raw request is made into a request by `Endpoints::raw`"]
pub struct RawRequest {
    server: Server,
    method: Method,
    path: String,
    braincube: Option<String>,
    body: Bytes,
    repeatable: bool,
    family: Family,
}

impl RawRequest {
    /// A request of the API server, without a body.
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            server: Server::Api,
            // A safe method changes nothing (RFC 9110, section 9.2.1).
            repeatable: method.is_safe(),
            method,
            path: path.into(),
            braincube: None,
            body: Bytes::new(),
            family: Family::Metadata,
        }
    }

    /// Addresses the given server.
    pub fn server(mut self, server: Server) -> Self {
        self.server = server;
        self
    }

    /// Fills the placeholder of the base URL and of the path with the name of a braincube.
    pub fn braincube(mut self, name: impl Into<String>) -> Self {
        self.braincube = Some(name.into());
        self
    }

    /// Sends a JSON body.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Says that sending the request twice is the same as sending it once.
    ///
    /// Only the caller can know this of a method other than GET: without it such a request is sent
    /// once, and a failure is not retried.
    pub fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }

    /// Sends the request under the limits of `family`: [`Family::Metadata`] unless said otherwise.
    pub fn family(mut self, family: Family) -> Self {
        self.family = family;
        self
    }

    fn operation(&self) -> Operation {
        let operation = if self.repeatable {
            Operation::read("raw", "{path}")
        } else {
            Operation::write("raw", "{path}")
        };
        operation.with_family(self.family)
    }
}

impl Endpoints {
    /// A request with any path, method and body.
    ///
    /// # Errors
    ///
    /// If the path is the address of some server, holds `.` or `..`, a fragment or control
    /// characters; or if a placeholder is to be filled and no braincube was named.
    pub fn raw(&self, raw: RawRequest) -> Result<Request<Bytes>, RequestError> {
        let base = match raw.server {
            Server::Api => self.api(),
            Server::Sso => self.sso(),
        };
        let braincube = raw.braincube.as_deref();
        let path = fill(&raw.path, braincube)?;
        let path = utf8_percent_encode(check(&path)?, NOT_IN_ADDRESS);
        let address = format!("{}/{path}", base.fill(braincube)?);
        let operation = raw.operation();
        request(raw.method, address, operation, raw.body)
    }
}

/// What can stand neither in a path nor in a query (RFC 3986, appendix A).
const NOT_IN_ADDRESS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The path without the slashes around it, if it stays under the base URL. One at the end of a
/// query is a part of it.
fn check(path: &str) -> Result<&str, RequestError> {
    let refuse = |reason| Err(RequestError::RawPath { reason });
    let route = path.split('?').next().unwrap_or(path);
    if path.contains(char::is_control) {
        return refuse("has control characters");
    }
    if path.contains('#') {
        return refuse("has a fragment");
    }
    if path.starts_with("//") || route.contains("://") {
        return refuse("names a server: give only what follows the base URL");
    }
    // Some servers take a backslash for a slash.
    if route.split(['/', '\\']).any(is_dot_segment) {
        return refuse("holds \".\" or \"..\", which could leave the base URL");
    }
    let path = path.trim_start_matches('/');
    Ok(if path.contains('?') {
        path
    } else {
        path.trim_end_matches('/')
    })
}

#[cfg(test)]
mod tests;
