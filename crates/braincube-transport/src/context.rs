//! [`Context`]: which request an error or a body belongs to, without a value from the user.

use braincube_model::Operation;
use http::{Method, Request, Uri};
use tokio::time::Instant;

use crate::progress::Progress;

/// Stands in where a request does not say what it does.
const UNNAMED_READ: Operation = Operation::read("request", "/{path}");
const UNNAMED_WRITE: Operation = Operation::write("request", "/{path}");

#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) operation: Operation,
    pub(crate) method: Method,
    pub(crate) origin: Box<str>,
    pub(crate) started: Instant,
}

impl Context {
    pub(crate) fn of<B>(request: &Request<B>) -> Self {
        Self {
            operation: operation_of(request),
            method: request.method().clone(),
            origin: origin_of(request.uri()),
            started: started(request),
        }
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
    let scheme = uri.scheme_str().unwrap_or("?");
    let host = uri.host().unwrap_or("?");
    match uri.port_u16() {
        Some(port) => format!("{scheme}://{host}:{port}").into(),
        None => format!("{scheme}://{host}").into(),
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::{operation_of, origin_of};

    #[test]
    fn an_origin_shows_neither_user_nor_path_nor_query() {
        let uri = "https://user:secret@api.example.com:8443/mb/20?token=secret";
        assert_eq!(
            &*origin_of(&uri.parse().unwrap()),
            "https://api.example.com:8443"
        );
        assert_eq!(&*origin_of(&"/mb/20".parse().unwrap()), "?://?");
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
