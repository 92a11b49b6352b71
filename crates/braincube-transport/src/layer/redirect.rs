//! [`RedirectGuardLayer`]: no redirect is ever followed, so that no credential follows one.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::header::LOCATION;
use http::{Request, Response, Uri};
use pin_project_lite::pin_project;
use tower::{Layer, Service};

use crate::context::origin_of;
use crate::error::{Error, ErrorKind};

/// Turns every answer with a status 3xx into an error that names the other origin.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct RedirectGuardLayer;

impl RedirectGuardLayer {
    /// The layer; it has no options.
    pub fn new() -> Self {
        Self
    }
}

impl<S> Layer<S> for RedirectGuardLayer {
    type Service = RedirectGuard<S>;

    fn layer(&self, inner: S) -> RedirectGuard<S> {
        RedirectGuard { inner }
    }
}

/// The service of a [`RedirectGuardLayer`].
#[derive(Clone, Debug)]
pub struct RedirectGuard<S> {
    inner: S,
}

impl<S, Body, B> Service<Request<Body>> for RedirectGuard<S>
where
    S: Service<Request<Body>, Response = Response<B>, Error = Error>,
{
    type Response = Response<B>;
    type Error = Error;
    type Future = RedirectGuardFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        RedirectGuardFuture {
            from: request.uri().clone(),
            inner: self.inner.call(request),
        }
    }
}

pin_project! {
    /// The future of a [`RedirectGuard`].
    #[derive(Debug)]
    pub struct RedirectGuardFuture<F> {
        from: Uri,
        #[pin]
        inner: F,
    }
}

impl<F, B> Future for RedirectGuardFuture<F>
where
    F: Future<Output = Result<Response<B>, Error>>,
{
    type Output = Result<Response<B>, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let response = ready!(this.inner.poll(cx))?;
        Poll::Ready(if response.status().is_redirection() {
            Err(blocked(this.from, &response))
        } else {
            Ok(response)
        })
    }
}

/// Says where the redirect leads: its origin alone, since a path may hold a session.
fn blocked<B>(from: &Uri, response: &Response<B>) -> Error {
    let location = response.headers().get(LOCATION);
    let to = location.and_then(|location| Uri::try_from(location.as_bytes()).ok());
    let message = match (location, to) {
        (None, _) => "redirected without saying where to".to_owned(),
        (Some(_), None) => "redirected to what is no address".to_owned(),
        (Some(_), Some(to)) => match to.scheme() {
            None => "redirected to another path of the same origin".to_owned(),
            scheme if scheme != from.scheme() => {
                format!("redirected to another scheme, at {}", origin_of(&to))
            }
            _ => format!("redirected to {}", origin_of(&to)),
        },
    };
    let message = format!("{message}; redirects are not followed, check the base URLs");
    Error::new(ErrorKind::RedirectBlocked, message).with_status(response.status())
}

#[cfg(test)]
mod tests {
    use http::{Response, Uri};

    use super::blocked;

    #[test]
    fn h15_h17_h18_each_redirect_is_told_apart_without_its_path() {
        let from = Uri::from_static("https://api.example.com/mb");
        for (location, expected) in [
            (
                Some("https://evil.com/steal?session=canary"),
                "redirected to https://evil.com;",
            ),
            (
                Some("https://canary@evil.com:99/"),
                "redirected to https://evil.com:99;",
            ),
            (
                Some("http://api.example.com/canary"),
                "redirected to another scheme, at http://api.example.com;",
            ),
            (
                Some("/canary"),
                "redirected to another path of the same origin;",
            ),
            (Some("https://"), "redirected to what is no address;"),
            (None, "redirected without saying where to;"),
        ] {
            let mut response = Response::builder().status(302);
            if let Some(location) = location {
                response = response.header("location", location);
            }
            let text = blocked(&from, &response.body(()).unwrap()).to_string();
            assert!(text.starts_with(expected), "{text}");
            assert!(!text.contains("canary"), "{text}");
        }
    }
}
