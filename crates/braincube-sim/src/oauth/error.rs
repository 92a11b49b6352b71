//! [`OAuthError`]: an error of the authorization server in either format.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::oauth::settings::ErrorForm;

/// An error of RFC 6749 or RFC 6750. Its text contains nothing of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OAuthError {
    pub(crate) error: &'static str,
    pub(crate) description: &'static str,
}

impl OAuthError {
    pub(super) const INVALID_CLIENT: Self = Self::new(
        "invalid_client",
        "the client id or the client secret is wrong",
    );
    pub(super) const INVALID_TOKEN: Self = Self::new(
        "invalid_token",
        "no valid access token in the header Authorization",
    );
    pub(super) const UNSUPPORTED_GRANT_TYPE: Self = Self::new(
        "unsupported_grant_type",
        "only authorization_code and refresh_token are supported",
    );
    pub(super) const UNSUPPORTED_RESPONSE_TYPE: Self =
        Self::new("unsupported_response_type", "only code is supported");
    pub(super) const ACCESS_DENIED: Self =
        Self::new("access_denied", "the user denied the request");
    pub(super) const NOT_FOUND: Self = Self::new("not_found", "this path does not exist");

    const fn new(error: &'static str, description: &'static str) -> Self {
        Self { error, description }
    }

    pub(crate) const fn invalid_request(description: &'static str) -> Self {
        Self::new("invalid_request", description)
    }

    pub(super) const fn invalid_grant(description: &'static str) -> Self {
        Self::new("invalid_grant", description)
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self.error {
            "invalid_client" | "invalid_token" => StatusCode::UNAUTHORIZED,
            "not_found" => StatusCode::NOT_FOUND,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    pub(crate) fn body(&self, form: ErrorForm) -> Value {
        let Self { error, description } = self;
        match form {
            ErrorForm::Text => json!({"error": error, "error_description": description}),
            ErrorForm::Object => {
                let code = self.status().as_u16();
                json!({"error": {"type": error, "message": description, "code": code}})
            }
        }
    }
}
