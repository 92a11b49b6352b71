//! [`Application`]: an OAuth2 client registered with the service.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{Request, Uri};
use secrecy::SecretString;
use zeroize::Zeroizing;

use super::LoginError;
use crate::secret;

/// The authorization endpoint (Python package `braincube-token-getter` 0.0.2).
const AUTHORIZE: &str = "/sso-server/vendors/braincube/authorize.jsp";
/// The token endpoint (the same package).
const TOKEN: &str = "/sso-server/ws/oauth2/token";

/// An OAuth2 client that is registered with a Braincube site.
#[derive(Clone, Debug)]
pub struct Application {
    sso_base_url: String,
    token_address: Uri,
    client_id: String,
    client_secret: Option<SecretString>,
}

impl Application {
    /// Creates the client of the site whose SSO service is at `sso_base_url`.
    ///
    /// `client_secret` is sent only in token requests. The secret of a program that is installed on
    /// users' machines is not confidential.
    ///
    /// # Errors
    ///
    /// [`LoginError::InvalidSsoBaseUrl`] if no path can be appended to the URL.
    pub fn new(
        sso_base_url: &str,
        client_id: impl Into<String>,
        client_secret: Option<SecretString>,
    ) -> Result<Self, LoginError> {
        let base = sso_base_url.trim_end_matches('/');
        let token_address: Result<Uri, _> = format!("{base}{TOKEN}").parse();
        match token_address {
            Ok(token_address) if token_address.host().is_some() => Ok(Self {
                sso_base_url: base.to_owned(),
                token_address,
                client_id: client_id.into(),
                client_secret,
            }),
            _ => Err(LoginError::InvalidSsoBaseUrl),
        }
    }

    /// The base URL of the SSO service, without a trailing slash.
    pub fn sso_base_url(&self) -> &str {
        &self.sso_base_url
    }

    /// The id of the registered application.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The URL of the authorization endpoint, without a query.
    pub(super) fn authorize_address(&self) -> String {
        format!("{}{AUTHORIZE}", self.sso_base_url)
    }

    /// Builds a token request; `grant` appends the fields of its grant type.
    pub(super) fn token_request(
        &self,
        grant_type: &'static str,
        grant: impl FnOnce(&mut Zeroizing<String>),
    ) -> Request<Bytes> {
        let mut form = Zeroizing::new(format!("grant_type={grant_type}"));
        grant(&mut form);
        let id = form_urlencoded::byte_serialize(self.client_id.as_bytes());
        form.push_str("&client_id=");
        form.extend(id);
        if let Some(own) = &self.client_secret {
            secret::append(&mut form, "client_secret", own);
        }
        Request::post(&self.token_address)
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Bytes::copy_from_slice(form.as_bytes()))
            .expect("the URI and the headers are valid")
    }

    /// The secret that is sent with every token request.
    pub(crate) fn client_secret(&self) -> Option<&SecretString> {
        self.client_secret.as_ref()
    }

    /// Builds the request that refreshes an access token (RFC 6749, section 6).
    pub(crate) fn refresh_request(&self, refresh_token: &SecretString) -> Request<Bytes> {
        self.token_request("refresh_token", |form| {
            secret::append(form, "refresh_token", refresh_token);
        })
    }
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;

    #[test]
    fn a_refresh_request_is_a_percent_encoded_form() {
        let own = SecretString::from("s&cret");
        let application = Application::new("https://a.example/v1/", "my app", Some(own)).unwrap();
        let request = application.refresh_request(&SecretString::from("a+b=c"));
        assert_eq!(request.method(), Method::POST);
        assert_eq!(
            request.uri(),
            "https://a.example/v1/sso-server/ws/oauth2/token"
        );
        assert_eq!(
            request.body(),
            "grant_type=refresh_token&refresh_token=a%2Bb%3Dc&client_id=my+app\
             &client_secret=s%26cret"
        );
    }

    #[test]
    fn an_invalid_base_url_is_rejected() {
        for base in ["", "/sso", "https://", "https://a b"] {
            let refused = Application::new(base, "x", None);
            assert!(
                matches!(refused, Err(LoginError::InvalidSsoBaseUrl)),
                "{base}"
            );
        }
    }
}
