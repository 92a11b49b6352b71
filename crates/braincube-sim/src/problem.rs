//! [`Problem`]: why a request is answered with an error, and the JSON that says so.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Why a request is answered with an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// The token is missing or wrong. The answer is constant: it repeats nothing of the request.
    Unauthenticated,
    /// What was asked for does not exist; the text names it.
    NotFound(String),
    /// The path exists, the method does not.
    MethodNotAllowed,
    /// The request makes no sense; the text says why.
    BadRequest(String),
    /// The body is larger than the simulator reads.
    TooLarge { limit: usize },
    /// More variables are asked for than one extraction may name.
    TooMany { most: usize },
    /// The body broke off.
    Interrupted,
}

impl Problem {
    pub(crate) fn bad_request(reason: impl Into<String>) -> Self {
        Self::BadRequest(reason.into())
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::BadRequest(_) | Self::Interrupted => StatusCode::BAD_REQUEST,
            Self::TooLarge { .. } | Self::TooMany { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Unauthenticated => {
                "no valid token in the headers X-api-key and IPLSSOTOKEN".into()
            }
            Self::NotFound(what) => format!("{what} does not exist"),
            Self::MethodNotAllowed => "this path does not take this method".into(),
            Self::BadRequest(reason) => reason.clone(),
            Self::TooLarge { limit } => format!("the body is larger than {limit} bytes"),
            Self::TooMany { most } => format!("more than {most} variables are asked for at once"),
            Self::Interrupted => "the body broke off".into(),
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Unauthenticated => "Unauthenticated",
            Self::NotFound(_) => "NotFound",
            Self::MethodNotAllowed => "MethodNotAllowed",
            Self::BadRequest(_) => "BadRequest",
            Self::TooLarge { .. } | Self::TooMany { .. } => "TooLarge",
            Self::Interrupted => "Interrupted",
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        // The shape of the errors that Braincube's public OAuth2 providers read.
        let error =
            json!({"type": self.name(), "message": self.message(), "code": status.as_u16()});
        (status, Json(json!({ "error": error }))).into_response()
    }
}
