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
    pub(crate) const fn invalid_request(description: &'static str) -> Self {
        Self {
            error: "invalid_request",
            description,
        }
    }

    pub(super) const fn invalid_client() -> Self {
        let description = "the client id or the client secret is wrong";
        Self {
            error: "invalid_client",
            description,
        }
    }

    pub(super) const fn invalid_grant(description: &'static str) -> Self {
        Self {
            error: "invalid_grant",
            description,
        }
    }

    pub(super) const fn invalid_token() -> Self {
        let description = "no valid access token in the header Authorization";
        Self {
            error: "invalid_token",
            description,
        }
    }

    pub(super) const fn unsupported_grant_type() -> Self {
        let description = "only authorization_code and refresh_token are supported";
        Self {
            error: "unsupported_grant_type",
            description,
        }
    }

    pub(super) const fn unsupported_response_type() -> Self {
        let description = "only code is supported";
        Self {
            error: "unsupported_response_type",
            description,
        }
    }

    pub(super) const fn access_denied() -> Self {
        let description = "the user denied the request";
        Self {
            error: "access_denied",
            description,
        }
    }

    /// An endpoint that this service does not have.
    pub(super) const fn not_found() -> Self {
        Self {
            error: "not_found",
            description: "this path does not exist",
        }
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
