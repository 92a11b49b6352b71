//! [`Token`]: a token or another secret of the simulator.

use std::fmt;

use crate::error::Error;

/// The default personal access token of a simulator.
pub const DEMO_TOKEN: &str = "demo-token";

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

impl Default for Token {
    fn default() -> Self {
        Self::new(DEMO_TOKEN)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Token(…)")
    }
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
