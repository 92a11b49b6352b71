//! What a request to the listener is: the callback, one of another login, or something else.

use braincube_auth::login::{AuthorizationRequest, LoginError};
use httparse::Request;

use super::connection::Visit;
use super::page::Page;

/// What a request is, and what is answered.
pub(super) struct Verdict {
    pub(super) page: Page,
    pub(super) visit: Visit,
}

impl Verdict {
    pub(super) const fn passed(page: Page) -> Self {
        let visit = Visit::Passed;
        Self { page, visit }
    }
}

/// Judges the head of a request. Nothing but a `GET` of the very path, addressed to this machine
/// by a name that nobody else can have, is a callback.
pub(super) fn judge(head: &Request, request: &AuthorizationRequest) -> Verdict {
    if !is_addressed_here(head, request) {
        return Verdict::passed(Page::Misdirected);
    }
    if head.method != Some("GET") {
        return Verdict::passed(Page::MethodNotAllowed);
    }
    let target = head.path.unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if path != request.redirect_uri().path() {
        return Verdict::passed(Page::NotFound);
    }
    match request.read_query(query) {
        Ok(code) => Verdict {
            page: Page::Received,
            visit: Visit::Ended(Ok(code)),
        },
        Err(LoginError::Callback(problem)) => Verdict {
            page: Page::Rejected,
            visit: Visit::Rejected(problem),
        },
        Err(error) => Verdict {
            page: Page::Denied,
            visit: Visit::Ended(Err(error)),
        },
    }
}

/// Whether the one `Host` is a name of this machine with the port that is listened on. A page that
/// had its own name resolve to this machine would show itself here (DNS rebinding).
fn is_addressed_here(head: &Request, request: &AuthorizationRequest) -> bool {
    let mut hosts = head
        .headers
        .iter()
        .filter(|header| header.name.eq_ignore_ascii_case("host"));
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    let Ok(host) = std::str::from_utf8(host.value) else {
        return false;
    };
    let redirect_uri = request.redirect_uri();
    let default = if redirect_uri.is_plain_loopback() {
        80
    } else {
        443
    };
    let port = redirect_uri.port().unwrap_or(default);
    ["localhost", "127.0.0.1", "[::1]", redirect_uri.host()]
        .iter()
        .any(|name| {
            let rest = host
                .get(..name.len())
                .filter(|start| start.eq_ignore_ascii_case(name))
                .and_then(|_| host.get(name.len()..));
            rest.is_some_and(|rest| {
                (rest.is_empty() && port == default)
                    || rest.strip_prefix(':') == Some(&port.to_string())
            })
        })
}

#[cfg(test)]
mod tests {
    use braincube_auth::RedirectUri;
    use braincube_auth::login::Application;

    use super::*;

    fn request(redirect_uri: &str) -> AuthorizationRequest {
        let application = Application::new("https://sso.example", "app", None).unwrap();
        let redirect_uri = RedirectUri::parse(redirect_uri).unwrap();
        AuthorizationRequest::new(application, redirect_uri).unwrap()
    }

    fn status(request: &AuthorizationRequest, head: &str) -> String {
        let mut headers = [httparse::EMPTY_HEADER; 8];
        let mut parsed = httparse::Request::new(&mut headers);
        let text = head.replace('\n', "\r\n") + "\r\n\r\n";
        assert!(parsed.parse(text.as_bytes()).unwrap().is_complete());
        let response = judge(&parsed, request).page.response();
        response.split(' ').nth(1).unwrap().to_owned()
    }

    #[test]
    fn o3_only_a_get_of_the_callback_path_on_a_loopback_host_is_read() {
        let request = request("http://127.0.0.1:5000/callback");
        for (head, expected) in [
            // Looked at, and rejected for its missing state.
            ("GET /callback?code=c HTTP/1.1\nHost: 127.0.0.1:5000", "400"),
            ("GET /callback HTTP/1.1\nhost: LOCALHOST:5000", "400"),
            ("GET /callback HTTP/1.0\nHost: [::1]:5000", "400"),
            ("POST /callback HTTP/1.1\nHost: 127.0.0.1:5000", "405"),
            ("HEAD /callback HTTP/1.1\nHost: 127.0.0.1:5000", "405"),
            ("GET /favicon.ico HTTP/1.1\nHost: 127.0.0.1:5000", "404"),
            ("GET /callback/ HTTP/1.1\nHost: 127.0.0.1:5000", "404"),
            ("GET /%63allback HTTP/1.1\nHost: 127.0.0.1:5000", "404"),
            (
                "GET http://127.0.0.1:5000/callback HTTP/1.1\nHost: 127.0.0.1:5000",
                "404",
            ),
        ] {
            assert_eq!(status(&request, head), expected, "{head}");
        }
    }

    #[test]
    fn o3_only_loopback_host_headers_are_accepted() {
        let request = request("http://127.0.0.1:5000/callback");
        for host in [
            "Host: evil.example:5000",
            "Host: evil.example",
            "Host: 127.0.0.1",
            "Host: 127.0.0.1:5001",
            "Host: 127.0.0.1:5000.evil.example",
            "Host: localhost.evil.example:5000",
            "Host: user@127.0.0.1:5000",
            "Host: 127.0.0.1:05000",
            "Host: \u{e9}",
            "Host:",
            "Host: localhost:5000\nHost: evil.example",
            "Accept: */*",
        ] {
            let head = format!("GET /callback HTTP/1.1\n{host}");
            assert_eq!(status(&request, &head), "421", "{host}");
        }
    }
}
