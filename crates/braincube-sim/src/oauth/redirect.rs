//! Validates and builds redirect URIs.

use axum::http::Uri;

use crate::error::Error;
use crate::oauth::settings::OAuth2Server;

/// Rejects a redirect URI that is not absolute or not a valid header value.
pub(super) fn check(uri: &str) -> Result<(), Error> {
    let parsed = uri.parse::<Uri>();
    let is_absolute = parsed.is_ok_and(|uri| uri.scheme().is_some() && uri.host().is_some());
    if is_absolute && !uri.contains('#') && uri.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(())
    } else {
        let reason = format!("{uri:?} is not an absolute URI without a fragment");
        Err(Error::setting("redirect_uri", reason))
    }
}

/// Whether an authorization request may name this redirect URI.
pub(super) fn is_registered(server: &OAuth2Server, uri: &str) -> bool {
    uri == &*server.redirect_uri || (server.any_loopback_redirect && is_plain_loopback(uri))
}

/// Whether this is a plain `http` URI of this machine.
fn is_plain_loopback(uri: &str) -> bool {
    if check(uri).is_err() {
        return false;
    }
    uri.parse::<Uri>().is_ok_and(|uri| {
        uri.scheme_str() == Some("http")
            && matches!(uri.host(), Some("127.0.0.1" | "[::1]" | "localhost"))
            // With a user name before it, another host would look like this one.
            && uri.authority().is_some_and(|whole| !whole.as_str().contains('@'))
    })
}

/// Appends parameters to the query of the redirect URI.
pub(super) fn with_query(uri: &str, parameters: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters);
    let mark = if uri.contains('?') { '&' } else { '?' };
    format!("{uri}{mark}{}", query.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirect_uris_must_match_exactly_unless_any_loopback_uri_is_allowed() {
        let exact = OAuth2Server::new();
        let any = OAuth2Server::new().any_loopback_redirect();
        for (uri, is_exact, is_loopback) in [
            ("https://localhost:5000/token", true, true),
            ("https://localhost:5000/token/", false, false),
            ("https://localhost:5001/token", false, false),
            ("http://127.0.0.1:49152/callback/x", false, true),
            ("http://[::1]:49152/", false, true),
            ("http://localhost:1/", false, true),
            ("http://127.0.0.1:1/#fragment", false, false),
            ("http://127.0.0.1:1@evil.example/", false, false),
            ("http://evil@127.0.0.1:1/", false, false),
            ("http://127.0.0.1.evil.example/", false, false),
            ("http://127.0.0.1:1/\r\nX: y", false, false),
            ("/token", false, false),
            ("", false, false),
        ] {
            assert_eq!(is_registered(&exact, uri), is_exact, "{uri}");
            assert_eq!(is_registered(&any, uri), is_loopback, "{uri}");
        }
    }

    #[test]
    fn parameters_are_percent_encoded_and_appended_to_a_query() {
        let parameters = [("code", "a&b"), ("state", "ü")];
        assert_eq!(
            with_query("http://x/", &parameters),
            "http://x/?code=a%26b&state=%C3%BC"
        );
        assert_eq!(
            with_query("http://x/?y=1", &[("code", "2")]),
            "http://x/?y=1&code=2"
        );
    }
}
