//! [`RawRequest`]: a request with any method, path and body, with the same checks as all others.

use bytes::Bytes;
use http::{Method, Request};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::base_url::fill;
use super::endpoints::request;
use super::error::Result;
use super::path::is_dot_segment;
use super::{Endpoints, RequestError};
use crate::{Operation, OperationClass};

/// One of the two servers of a site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "a site has these two servers")]
pub enum Server {
    /// The API server: entities and data.
    #[default]
    Api,
    /// The SSO server: the user and the braincubes of the user.
    Sso,
}

/// A request with any method, path and body, for operations that [`Endpoints`] does not have.
///
/// The path is appended to the base URL with exactly one slash. It may contain a query, and `{braincube-name}`, which is
/// replaced by the name of the braincube. The path is already percent-encoded; only characters that are not valid in a
/// URL, such as spaces, are encoded.
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
#[must_use = "`Endpoints::raw` builds the request"]
pub struct RawRequest {
    server: Server,
    method: Method,
    path: String,
    braincube: Option<String>,
    body: Bytes,
    operation: Operation,
}

impl RawRequest {
    /// A request to the API server, without a body.
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        // Safe methods are idempotent (RFC 9110, section 9.2.2).
        let operation = match method.is_safe() {
            true => Operation::read("raw", "{path}"),
            false => Operation::write("raw", "{path}"),
        };
        Self {
            server: Server::Api,
            operation,
            method,
            path: path.into(),
            braincube: None,
            body: Bytes::new(),
        }
    }

    /// Sets the server. The default is [`Server::Api`].
    pub fn server(mut self, server: Server) -> Self {
        self.server = server;
        self
    }

    /// Sets the name of the braincube, which replaces the placeholder in the base URL and in the path.
    pub fn braincube(mut self, name: impl Into<String>) -> Self {
        self.braincube = Some(name.into());
        self
    }

    /// Sets a JSON body.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Declares the request idempotent, so that it is retried after a failure.
    ///
    /// Requests with safe methods such as GET are idempotent by default. All others are sent once.
    pub fn idempotent(mut self) -> Self {
        self.operation = self.operation.idempotent();
        self
    }

    /// Sets the class of the operation, which selects its limits. The default is [`OperationClass::Metadata`].
    pub fn class(mut self, class: OperationClass) -> Self {
        self.operation = self.operation.with_class(class);
        self
    }
}

impl Endpoints {
    /// Builds a request with any method, path and body.
    ///
    /// # Errors
    ///
    /// If the path names a server, or contains `.`, `..`, a fragment or control characters; or if a placeholder must be
    /// replaced and no braincube was set.
    pub fn raw(&self, raw: RawRequest) -> Result<Request<Bytes>> {
        let base = match raw.server {
            Server::Api => self.api(),
            Server::Sso => self.sso(),
        };
        let braincube = raw.braincube.as_deref();
        let path = fill(&raw.path, braincube)?;
        let path = utf8_percent_encode(check(&path)?, NOT_IN_ADDRESS);
        let url = format!("{}/{path}", base.fill(braincube)?);
        request(raw.method, url, raw.operation, raw.body)
    }
}

/// The characters that are valid neither in a path nor in a query (RFC 3986, appendix A).
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

/// The path without leading and trailing slashes, if it stays below the base URL. A slash at the end of a query is part
/// of the query.
fn check(path: &str) -> Result<&str> {
    let refuse = |reason| Err(RequestError::RawPath { reason });
    let route = path.split('?').next().unwrap_or(path);
    if path.contains(char::is_control) {
        return refuse("contains control characters");
    }
    if path.contains('#') {
        return refuse("contains a fragment");
    }
    if path.starts_with("//") || route.contains("://") {
        return refuse("names a server; write only the part after the base URL");
    }
    // Some servers treat a backslash as a slash.
    if route.split(['/', '\\']).any(is_dot_segment) {
        return refuse("contains \".\" or \"..\", which could leave the base URL");
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
