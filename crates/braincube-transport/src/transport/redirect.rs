//! [`RedirectPolicy`]: where a redirect leads, and whether it is followed.

use http::header::LOCATION;
use http::{Method, Response, StatusCode, Uri};
use url::Url;

use crate::error::{Error, ErrorKind};
use crate::operation::origin_of;
use crate::origins::port_of;

/// How many redirects in a row are followed.
pub(super) const MAX_REDIRECTS: u32 = 3;

/// Whether redirects are followed: responses with a status 3xx, except 304.
///
/// ```
/// use braincube_transport::{AllowedOrigins, RedirectPolicy, Transport};
///
/// let origins = AllowedOrigins::new(["https://api.example.com"])?;
/// let builder = Transport::builder_without_credentials(origins);
/// let transport = builder.redirects(RedirectPolicy::SameOrigin).build_with(/* a service */
/// # tower::service_fn(|_| async { Ok::<_, braincube_transport::Error>(http::Response::new(braincube_transport::Body::empty())) })
/// )?;
/// # Ok::<(), braincube_transport::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RedirectPolicy {
    /// Every redirect is an error.
    #[default]
    Block,
    /// Redirects to the same scheme, host and port are followed, at most three in a row; all others are errors.
    ///
    /// Method and body are kept: 307 and 308 are followed for any method, 301, 302 and 303 only for GET and HEAD, because
    /// they would change any other method to GET.
    SameOrigin,
}

impl RedirectPolicy {
    /// Where to send a request again that was redirected after `followed` other redirects.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::RedirectBlocked`] if the redirect is not followed.
    pub(super) fn follow<R>(
        self,
        method: &Method,
        from: &Uri,
        followed: u32,
        response: &Response<R>,
    ) -> Result<Uri, Error> {
        let status = response.status();
        let location = location(from, response);
        let reason = match (self, &location) {
            (Self::Block, _) => "redirects are not followed",
            (Self::SameOrigin, Err(_)) => "there is no address to follow it to",
            (Self::SameOrigin, Ok(to)) => match blocked_because(method, status, from, to) {
                Some(reason) => reason,
                None if followed < MAX_REDIRECTS => return Ok(to.clone()),
                None => "too many redirects",
            },
        };
        // The origin alone, because the path may contain a session.
        let redirected = match location {
            Err(problem) => format!("redirected {problem}"),
            Ok(to) if is_same_origin(from, &to) => {
                "redirected to another path of the same origin".to_owned()
            }
            Ok(to) if to.scheme() != from.scheme() => {
                format!("redirected to another scheme, at {}", origin_of(&to))
            }
            Ok(to) => format!("redirected to {}", origin_of(&to)),
        };
        let message = format!("{redirected}; {reason}; check the base URLs");
        Err(Error::new(ErrorKind::RedirectBlocked, message).with_status(status))
    }
}

/// Whether a status redirects. 304 does not: it says that the client has the response already.
pub(super) fn is_redirect(status: StatusCode) -> bool {
    status.is_redirection() && status != StatusCode::NOT_MODIFIED
}

/// Why a request is not sent again to another address; `None` if it may be.
fn blocked_because(
    method: &Method,
    status: StatusCode,
    from: &Uri,
    to: &Uri,
) -> Option<&'static str> {
    if !is_same_origin(from, to) {
        return Some("redirects to other origins are not followed");
    }
    match status.as_u16() {
        307 | 308 => None,
        301..=303 if [Method::GET, Method::HEAD].contains(method) => None,
        301..=303 => Some("it would change the request into a GET"),
        _ => Some("redirects of this status are not followed"),
    }
}

/// The address that a response redirects to.
fn location<R>(from: &Uri, response: &Response<R>) -> Result<Uri, &'static str> {
    let location = response.headers().get(LOCATION);
    let location = location.ok_or("without a Location")?.to_str().ok();
    let to = location.and_then(|location| resolve(from, location));
    to.ok_or("to an invalid address")
}

/// The address in a `Location` (RFC 9110, section 10.2.2), absolute or relative to the address of the request.
fn resolve(from: &Uri, location: &str) -> Option<Uri> {
    let mut to = match Url::parse(&from.to_string()) {
        Ok(base) => base.join(location),
        Err(_) => Url::parse(location),
    }
    .ok()?;
    to.set_fragment(None);
    to.has_host().then(|| to.as_str().parse().ok())?
}

/// Whether scheme, host and port are the same, and the new address has no user.
fn is_same_origin(from: &Uri, to: &Uri) -> bool {
    let has_user = to
        .authority()
        .is_some_and(|authority| authority.as_str().contains('@'));
    let same_host = match (from.host(), to.host()) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        _ => false,
    };
    from.scheme() == to.scheme() && same_host && port_of(from) == port_of(to) && !has_user
}

#[cfg(test)]
mod tests {
    use http::{Method, Response, Uri};

    use super::RedirectPolicy;

    fn from() -> Uri {
        Uri::from_static("https://api.example.com/mb/20?offset=0")
    }

    fn redirect_to(status: u16, location: Option<&str>) -> Response<()> {
        let mut response = Response::builder().status(status);
        if let Some(location) = location {
            response = response.header("location", location);
        }
        response.body(()).unwrap()
    }

    #[test]
    fn h15_h17_h18_the_error_of_a_redirect_names_its_origin_and_not_its_path() {
        for (location, expected) in [
            (
                Some("https://evil.com/steal?session=canary"),
                "redirected to https://evil.com;",
            ),
            (Some("//evil.com/canary"), "redirected to https://evil.com;"),
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
            (Some("https://"), "redirected to an invalid address;"),
            (Some("mailto:canary@x"), "redirected to an invalid address;"),
            (None, "redirected without a Location;"),
        ] {
            let response = redirect_to(302, location);
            let followed = RedirectPolicy::Block.follow(&Method::GET, &from(), 0, &response);
            let text = followed.unwrap_err().to_string();
            assert!(text.starts_with(expected), "{text}");
            assert!(!text.contains("canary"), "{text}");
        }
    }

    #[test]
    fn h17_a_redirect_within_the_origin_keeps_the_method_or_is_not_followed() {
        for (status, get, post) in [
            (300, false, false),
            (301, true, false),
            (302, true, false),
            (303, true, false),
            (304, false, false),
            (307, true, true),
            (308, true, true),
        ] {
            let (from, response) = (from(), redirect_to(status, Some("/v2/mb/20")));
            for (method, followed) in [
                (Method::GET, get),
                (Method::HEAD, get),
                (Method::POST, post),
                (Method::PUT, post),
            ] {
                let to = RedirectPolicy::SameOrigin.follow(&method, &from, 0, &response);
                assert_eq!(to.is_ok(), followed, "{method} {status}: {to:?}");
            }
        }
    }

    #[test]
    fn h17_the_same_origin_is_scheme_host_and_port_and_nothing_else() {
        for (location, expected) in [
            ("/v2/x", Some("https://api.example.com/v2/x")),
            ("x?y=1#z", Some("https://api.example.com/mb/x?y=1")),
            ("../x", Some("https://api.example.com/x")),
            ("", Some("https://api.example.com/mb/20?offset=0")),
            (
                "https://API.example.com:443/x",
                Some("https://api.example.com/x"),
            ),
            ("http://api.example.com/x", None),
            ("https://api.example.com:8443/x", None),
            ("https://evil.com/x", None),
            ("//evil.com/x", None),
            ("/\\evil.com/x", None),
            ("\t//evil.com/x", None),
            ("https://api.example.com@evil.com/x", None),
            ("https://user@api.example.com/x", None),
            ("https://api.example.com.evil.com/x", None),
            ("ftp://api.example.com/x", None),
        ] {
            let response = redirect_to(307, Some(location));
            let followed = RedirectPolicy::SameOrigin.follow(&Method::GET, &from(), 0, &response);
            let to = followed.ok();
            let expected = expected.map(Uri::from_static);
            assert_eq!(to, expected, "{location:?}");
        }
    }
}
