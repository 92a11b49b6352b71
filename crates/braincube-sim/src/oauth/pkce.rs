//! PKCE (RFC 7636): the challenge of an authorization request and its verifier.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::oauth::error::OAuthError;
use crate::oauth::parameters::Parameters;
use crate::oauth::settings::PkceRule;

/// Returns the challenge to store with a code, if one must be checked.
pub(super) fn challenge(
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
pub(super) fn matches(verifier: &str, challenge: &str) -> bool {
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&verifier.len())
        && verifier.bytes().all(is_unreserved)
        && URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) == challenge
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard_matches_and_others_do_not() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(matches(verifier, challenge));
        assert!(!matches(&verifier.to_lowercase(), challenge));
        assert!(!matches(challenge, challenge), "`plain` is not accepted");
        let short = "x".repeat(42);
        assert!(!matches(
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
            let kept = challenge(rule, &parameters).map(|kept| kept.is_some());
            assert_eq!(kept.map_err(drop), expected, "{rule:?} {query}");
        }
    }
}
