//! [`Application`]: the program that asks for tokens, as it is registered with the service.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Uri};
use secrecy::SecretString;
use zeroize::Zeroizing;

use super::LoginError;
use crate::secret;

/// Where the browser asks for a code (Python package `braincube-token-getter` 0.0.2).
const AUTHORIZE: &str = "/sso-server/vendors/braincube/authorize.jsp";
/// Where a code is traded for a token (the same package).
const TOKEN: &str = "/sso-server/ws/oauth2/token";

/// The program that asks for OAuth2 tokens, as it is registered with a Braincube site.
#[derive(Clone, Debug)]
pub struct Application {
    sso_base_url: String,
    token_address: Uri,
    client_id: String,
    client_secret: Option<SecretString>,
}

impl Application {
    /// An application of the site whose SSO service is at `sso_base_url`.
    ///
    /// The secret of a program on people's machines is none; it is sent where the service wants
    /// it, in the request for a token alone.
    ///
    /// # Errors
    ///
    /// [`LoginError::InvalidSsoBaseUrl`] for an address that no path can be appended to.
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

    /// The address of the SSO service, without a slash at its end.
    pub fn sso_base_url(&self) -> &str {
        &self.sso_base_url
    }

    /// The id under which the application is registered.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Where a person grants the application what it asks for, without the query.
    pub(super) fn authorize_address(&self) -> String {
        format!("{}{AUTHORIZE}", self.sso_base_url)
    }

    /// A request for a token, with what the grant adds to the form.
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
        let mut request = Request::new(Bytes::copy_from_slice(form.as_bytes()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.token_address.clone();
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(CONTENT_TYPE, kind);
        request
    }

    /// What it shows of itself with every request for a token.
    pub(crate) fn client_secret(&self) -> Option<&SecretString> {
        self.client_secret.as_ref()
    }

    /// The request that trades a refresh token for another access token (RFC 6749, section 6).
    pub(crate) fn refresh_request(&self, refresh_token: &SecretString) -> Request<Bytes> {
        self.token_request("refresh_token", |form| {
            secret::append(form, "refresh_token", refresh_token);
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refresh_is_a_form_with_everything_encoded() {
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
    fn what_is_no_address_is_refused() {
        for base in ["", "/sso", "https://", "https://a b"] {
            let refused = Application::new(base, "x", None);
            assert!(
                matches!(refused, Err(LoginError::InvalidSsoBaseUrl)),
                "{base}"
            );
        }
    }
}
