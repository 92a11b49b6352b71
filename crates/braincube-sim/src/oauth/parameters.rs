//! [`Parameters`]: a query or a form without duplicate names, and the PKCE parameters (RFC 7636).

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::oauth::error::OAuthError;
use crate::oauth::settings::PkceRule;

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

/// Returns the challenge to store with a code, if one must be checked.
pub(super) fn pkce_challenge(
    rule: PkceRule,
    parameters: &Parameters,
) -> Result<Option<String>, OAuthError> {
    if rule == PkceRule::Ignored {
        return Ok(None);
    }
    match parameters.get("code_challenge") {
        None if rule == PkceRule::Required => {
            Err(OAuthError::invalid_request("there is no code_challenge"))
        }
        None => Ok(None),
        // Without a method it would be `plain`, which proves nothing.
        Some(_) if parameters.get("code_challenge_method") != Some("S256") => Err(
            OAuthError::invalid_request("the code_challenge_method is not S256"),
        ),
        Some(challenge) if challenge.len() != 43 => Err(OAuthError::invalid_request(
            "the code_challenge does not have 43 characters",
        )),
        Some(challenge) => Ok(Some(challenge.to_owned())),
    }
}

/// Whether a verifier matches the challenge.
pub(super) fn matches_challenge(verifier: &str, challenge: &str) -> bool {
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&verifier.len())
        && verifier.bytes().all(is_unreserved)
        && URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) == challenge
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duplicates_are_rejected_and_empty_values_are_absent() {
        let parameters = Parameters::parse(b"a=1%262&b=&c").unwrap();
        assert_eq!(parameters.get("a"), Some("1&2"));
        assert_eq!((parameters.get("b"), parameters.get("c")), (None, None));
        for twice in [&b"a=1&a=1"[..], b"a=&a=1", b"a&%61"] {
            assert!(Parameters::parse(twice).is_err());
        }
    }

    #[test]
    fn the_example_of_the_standard_matches_and_others_do_not() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(matches_challenge(verifier, challenge));
        assert!(!matches_challenge(&verifier.to_lowercase(), challenge));
        assert!(
            !matches_challenge(challenge, challenge),
            "`plain` is not accepted"
        );
        let short = "x".repeat(42);
        assert!(!matches_challenge(
            &short,
            &URL_SAFE_NO_PAD.encode(Sha256::digest(&short))
        ));
    }

    #[test]
    fn a_challenge_is_required_as_configured() {
        let good =
            "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
        let plain = "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        let short = "code_challenge=x&code_challenge_method=S256";
        for (rule, query, expected) in [
            (PkceRule::Required, good, Ok(true)),
            (PkceRule::Required, plain, Err(())),
            (PkceRule::Required, short, Err(())),
            (PkceRule::Required, "", Err(())),
            (PkceRule::WhenSent, good, Ok(true)),
            (PkceRule::WhenSent, plain, Err(())),
            (PkceRule::WhenSent, "", Ok(false)),
            (PkceRule::Ignored, good, Ok(false)),
            (PkceRule::Ignored, plain, Ok(false)),
        ] {
            let parameters = Parameters::parse(query.as_bytes()).unwrap();
            let kept = pkce_challenge(rule, &parameters).map(|kept| kept.is_some());
            assert_eq!(kept.map_err(drop), expected, "{rule:?} {query}");
        }
    }
}
