//! [`Context`]: which request an error or a body belongs to, without a value from the user.

use std::fmt;
use std::sync::OnceLock;

use braincube_model::Operation;
use http::uri::{Authority, Scheme};
use http::{Method, Request, Uri};
use tokio::time::Instant;

use crate::progress::Progress;

/// Stands in where a request does not say what it does.
const UNNAMED_READ: Operation = Operation::read("request", "/{path}");
const UNNAMED_WRITE: Operation = Operation::write("request", "/{path}");

pub(crate) struct Context {
    pub(crate) operation: Operation,
    pub(crate) method: Method,
    pub(crate) started: Instant,
    scheme: Option<Scheme>,
    authority: Option<Authority>,
    /// Written when it is first asked for, which an operation without an error never is.
    origin: OnceLock<Box<str>>,
}

impl Context {
    pub(crate) fn of<B>(request: &Request<B>) -> Self {
        Self {
            operation: operation_of(request),
            method: request.method().clone(),
            started: started(request),
            scheme: request.uri().scheme().cloned(),
            authority: request.uri().authority().cloned(),
            origin: OnceLock::new(),
        }
    }

    /// Scheme, host and port of the request's URI; nothing where that is relative.
    pub(crate) fn origin(&self) -> Option<&str> {
        let (scheme, authority) = (self.scheme.as_ref()?, self.authority.as_ref()?);
        let text = || origin_text(Some(scheme), Some(authority));
        Some(self.origin.get_or_init(text))
    }
}

impl fmt::Debug for Context {
    /// Without the authority as it came: it may hold a user.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Context")
            .field("operation", &self.operation)
            .field("method", &self.method)
            .field("origin", &self.origin())
            .finish_non_exhaustive()
    }
}

/// When the operation began: a replay belongs to the operation whose answer broke off.
fn started<B>(request: &Request<B>) -> Instant {
    let progress = request.extensions().get::<Progress>();
    progress.map_or_else(Instant::now, Progress::started)
}

/// What a request does; one that does not say so is repeatable if its method is safe.
pub(crate) fn operation_of<B>(request: &Request<B>) -> Operation {
    match request.extensions().get::<Operation>() {
        Some(operation) => *operation,
        None if request.method().is_safe() => UNNAMED_READ,
        None => UNNAMED_WRITE,
    }
}

/// Scheme, host and port of a URI: never its user, path or query.
pub(crate) fn origin_of(uri: &Uri) -> Box<str> {
    origin_text(uri.scheme(), uri.authority())
}

fn origin_text(scheme: Option<&Scheme>, authority: Option<&Authority>) -> Box<str> {
    let scheme = scheme.map_or("?", Scheme::as_str);
    let host = authority.map_or("?", Authority::host);
    match authority.and_then(Authority::port_u16) {
        Some(port) => format!("{scheme}://{host}:{port}").into(),
        None => format!("{scheme}://{host}").into(),
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::{Context, operation_of, origin_of};

    #[test]
    fn an_origin_shows_neither_user_nor_path_nor_query() {
        let uri = "https://user:secret@api.example.com:8443/mb/20?token=secret";
        assert_eq!(
            &*origin_of(&uri.parse().unwrap()),
            "https://api.example.com:8443"
        );
        assert_eq!(&*origin_of(&"/mb/20".parse().unwrap()), "?://?");
        let context = Context::of(&Request::get(uri).body(()).unwrap());
        assert_eq!(context.origin(), Some("https://api.example.com:8443"));
        let relative = Context::of(&Request::get("/mb/20").body(()).unwrap());
        assert_eq!(relative.origin(), None);
        assert!(!format!("{context:?}").contains("secret"), "{context:?}");
    }

    #[test]
    fn a_request_without_an_operation_is_repeatable_if_its_method_is_safe() {
        for (method, repeatable) in [
            ("GET", true),
            ("HEAD", true),
            ("POST", false),
            ("PUT", false),
            ("DELETE", false),
        ] {
            let request = Request::builder().method(method).body(()).unwrap();
            assert_eq!(
                operation_of(&request).is_repeatable(),
                repeatable,
                "{method}"
            );
        }
    }
}
