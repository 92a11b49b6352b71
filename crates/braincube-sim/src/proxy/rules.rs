//! [`Rules`]: the behaviour of a proxy.

use std::fmt;
use std::net::SocketAddr;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use form_urlencoded::byte_serialize;

/// The behaviour of a proxy.
#[derive(Clone, Default)]
pub(super) struct Rules {
    pub(super) credentials: Option<(String, String)>,
    pub(super) refusal: Option<u16>,
    pub(super) destination: Option<SocketAddr>,
}

impl Rules {
    /// The user information in the URL of the proxy.
    pub(super) fn user_info(&self) -> String {
        // Form encoding writes a space as a plus, which is a plus in a URL.
        let encoded = |text: &str| -> String {
            let text: String = byte_serialize(text.as_bytes()).collect();
            text.replace('+', "%20")
        };
        match &self.credentials {
            None => String::new(),
            Some((user, password)) => format!("{}:{}@", encoded(user), encoded(password)),
        }
    }

    /// Whether a request with this `Proxy-Authorization` may pass.
    pub(super) fn admits(&self, authorization: Option<&str>) -> bool {
        let Some((user, password)) = &self.credentials else {
            return true;
        };
        let wanted = BASE64_STANDARD.encode(format!("{user}:{password}"));
        authorization
            .and_then(|value| value.split_once(' '))
            .is_some_and(|(scheme, value)| {
                scheme.eq_ignore_ascii_case("basic") && value.trim() == wanted
            })
    }
}

/// Does not show the password.
impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Rules")
            .field("credentials", &self.credentials.as_ref().map(|_| "…"))
            .field("refusal", &self.refusal)
            .field("destination", &self.destination)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::Rules;

    #[test]
    fn credentials_are_compared_and_percent_encoded_in_the_url() {
        let rules = Rules {
            credentials: Some(("user".into(), "pass word@".into())),
            ..Rules::default()
        };
        assert_eq!(rules.user_info(), "user:pass%20word%40@");
        assert!(rules.admits(Some("Basic dXNlcjpwYXNzIHdvcmRA")));
        for shown in [
            None,
            Some("Basic"),
            Some("Basic dXNlcjpvdGhlcg=="),
            Some("Bearer dXNlcjpwYXNzIHdvcmRA"),
        ] {
            assert!(!rules.admits(shown), "{shown:?}");
        }
        assert!(Rules::default().admits(None));
        let shown = format!("{rules:?}");
        assert!(!shown.contains("word"), "{shown}");
    }
}
