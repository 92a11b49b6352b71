//! Where a redirect leads, and whether it may be followed.

use http::header::LOCATION;
use http::{Method, Response, StatusCode, Uri};
use url::Url;

use crate::context::origin_of;
use crate::error::{Error, ErrorKind};

/// A redirect that came as an answer.
pub(super) struct Redirect<'a> {
    from: &'a Uri,
    status: StatusCode,
    to: To,
}

/// Where it leads.
enum To {
    Nowhere,
    NoAddress,
    Address(Uri),
}

impl<'a> Redirect<'a> {
    pub(super) fn of<B>(from: &'a Uri, response: &Response<B>) -> Self {
        let to = match response.headers().get(LOCATION) {
            None => To::Nowhere,
            Some(location) => location
                .to_str()
                .ok()
                .and_then(|location| resolve(from, location))
                .map_or(To::NoAddress, To::Address),
        };
        Self {
            from,
            status: response.status(),
            to,
        }
    }

    /// Where to send the same request again, or why not.
    pub(super) fn same_origin(&self, method: &Method) -> Result<Uri, &'static str> {
        let To::Address(to) = &self.to else {
            return Err("there is nowhere to go");
        };
        if !is_same_origin(self.from, to) {
            return Err("redirects to other origins are not followed");
        }
        match self.status.as_u16() {
            307 | 308 => Ok(to.clone()),
            301..=303 if [Method::GET, Method::HEAD].contains(method) => Ok(to.clone()),
            301..=303 => Err("it would turn the request into a GET"),
            _ => Err("redirects of this status are not followed"),
        }
    }
}

/// A `Location` as RFC 9110 has it, absolute or relative to the request's address.
fn resolve(from: &Uri, location: &str) -> Option<Uri> {
    let mut to = match Url::parse(&from.to_string()) {
        Ok(base) => base.join(location),
        Err(_) => Url::parse(location),
    }
    .ok()?;
    to.set_fragment(None);
    to.has_host().then(|| to.as_str().parse().ok())?
}

/// Whether scheme, host and port are the same, with no user put in front of them.
fn is_same_origin(from: &Uri, to: &Uri) -> bool {
    let port = |uri: &Uri| match (uri.port_u16(), uri.scheme_str()) {
        (None, Some("https")) => Some(443),
        (None, Some("http")) => Some(80),
        (port, _) => port,
    };
    let has_user = to
        .authority()
        .is_some_and(|authority| authority.as_str().contains('@'));
    let same_host = match (from.host(), to.host()) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        _ => false,
    };
    from.scheme() == to.scheme() && same_host && port(from) == port(to) && !has_user
}

/// Says where the redirect leads: its origin alone, since a path may hold a session.
pub(super) fn blocked(redirect: &Redirect, reason: &str) -> Error {
    let Redirect { from, status, to } = redirect;
    let to = match to {
        To::Nowhere => "redirected without saying where to".to_owned(),
        To::NoAddress => "redirected to what is no address".to_owned(),
        To::Address(to) if is_same_origin(from, to) => {
            "redirected to another path of the same origin".to_owned()
        }
        To::Address(to) if to.scheme() != from.scheme() => {
            format!("redirected to another scheme, at {}", origin_of(to))
        }
        To::Address(to) => format!("redirected to {}", origin_of(to)),
    };
    let message = format!("{to}; {reason}, check the base URLs");
    Error::new(ErrorKind::RedirectBlocked, message).with_status(*status)
}

#[cfg(test)]
mod tests {
    use http::{Method, Response, Uri};

    use super::{Redirect, blocked};

    fn from() -> Uri {
        Uri::from_static("https://api.example.com/mb/20?offset=0")
    }

    fn answer(status: u16, location: Option<&str>) -> Response<()> {
        let mut response = Response::builder().status(status);
        if let Some(location) = location {
            response = response.header("location", location);
        }
        response.body(()).unwrap()
    }

    #[test]
    fn h15_h17_h18_each_redirect_is_told_apart_without_its_path() {
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
            (Some("https://"), "redirected to what is no address;"),
            (Some("mailto:canary@x"), "redirected to what is no address;"),
            (None, "redirected without saying where to;"),
        ] {
            let text = blocked(&Redirect::of(&from(), &answer(302, location)), "no").to_string();
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
            let (from, answer) = (from(), answer(status, Some("/v2/mb/20")));
            let redirect = Redirect::of(&from, &answer);
            for (method, followed) in [
                (Method::GET, get),
                (Method::HEAD, get),
                (Method::POST, post),
                (Method::PUT, post),
            ] {
                let to = redirect.same_origin(&method);
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
            let answer = answer(307, Some(location));
            let to = Redirect::of(&from(), &answer)
                .same_origin(&Method::GET)
                .ok();
            let expected = expected.map(Uri::from_static);
            assert_eq!(to, expected, "{location:?}");
        }
    }
}
