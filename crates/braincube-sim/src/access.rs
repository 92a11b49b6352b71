//! Authentication: a request needs the personal access token in `X-api-key` or a session in `IPLSSOTOKEN`.

use std::fmt;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::error::Error;
use crate::problem::Problem;
use crate::site::Site;

/// The default personal access token of a simulator.
pub const DEMO_TOKEN: &str = "demo-token";

/// The header with a personal access token.
const API_KEY: &str = "x-api-key";

/// A token or another secret of the simulator. `Debug` does not show it.
#[derive(Clone)]
pub(crate) struct Token(Box<str>);

impl Token {
    pub(crate) fn new(text: &str) -> Self {
        Self(text.into())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Rejects a token that is not a valid header value.
    pub(crate) fn check(&self, setting: &'static str) -> Result<(), Error> {
        if self.0.is_empty() || !self.0.bytes().all(|byte| byte.is_ascii_graphic()) {
            let reason = "it must be one or more visible ASCII characters, without spaces";
            return Err(Error::setting(setting, reason));
        }
        Ok(())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Responds with status 401 unless the request has the token or an open session.
pub(crate) async fn guard(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    if is_admitted(headers, &site.token) || site.oauth.admits(headers) {
        next.run(request).await
    } else {
        Problem::Unauthenticated.into_response()
    }
}

fn is_admitted(headers: &HeaderMap, token: &Token) -> bool {
    let key = headers.get(API_KEY);
    key.is_some_and(|key| key.as_bytes() == token.as_str().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::Token;

    #[test]
    fn debug_does_not_show_a_token() {
        assert_eq!(format!("{:?}", Token::new("canary")), "Token(…)");
    }

    #[test]
    fn a_token_that_is_not_a_valid_header_value_is_rejected() {
        for bad in ["", "two words", "line\nfeed", "sécheur"] {
            let error = Token::new(bad).check("token").unwrap_err().to_string();
            assert!(error.starts_with("`token` cannot be used"), "{error}");
        }
        assert!(Token::new("eyJhbGciOi.x-_~").check("token").is_ok());
    }
}
