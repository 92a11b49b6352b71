//! [`Parameters`]: a query or a form without duplicate names.

use std::collections::BTreeMap;

use crate::oauth::error::OAuthError;

/// A query or a form. A parameter without a value counts as absent (RFC 6749, section 3.1).
pub(super) struct Parameters(BTreeMap<String, String>);

impl Parameters {
    pub(super) fn parse(text: &[u8]) -> Result<Self, OAuthError> {
        let mut parameters = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(text).into_owned() {
            if parameters.insert(name, value).is_some() {
                return Err(OAuthError::invalid_request(
                    "a parameter occurs more than once",
                ));
            }
        }
        parameters.retain(|_, value| !value.is_empty());
        Ok(Self(parameters))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A mandatory parameter; `missing` is the error if it is absent.
    pub(super) fn required(&self, name: &str, missing: &'static str) -> Result<&str, OAuthError> {
        self.get(name).ok_or(OAuthError::invalid_request(missing))
    }
}

#[cfg(test)]
mod tests {
    use super::Parameters;

    #[test]
    fn duplicates_are_rejected_and_empty_values_are_absent() {
        let parameters = Parameters::parse(b"a=1%262&b=&c").unwrap();
        assert_eq!(parameters.get("a"), Some("1&2"));
        assert_eq!((parameters.get("b"), parameters.get("c")), (None, None));
        for twice in [&b"a=1&a=1"[..], b"a=&a=1", b"a&%61"] {
            assert!(Parameters::parse(twice).is_err());
        }
    }
}
