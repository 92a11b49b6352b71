//! [`Problem`]: an error response.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// The cause of an error response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// The token is missing or wrong. The response is constant, so that it repeats no credential.
    Unauthenticated,
    /// The requested entity or path does not exist; the text names it.
    NotFound(String),
    /// The path does not support the method.
    MethodNotAllowed,
    /// The request is invalid; the text is the reason.
    BadRequest(String),
    /// The body is larger than the limit.
    TooLarge { limit: usize },
    /// The extraction has more variables than the limit.
    TooMany { max: usize },
    /// The body was truncated.
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
            Self::MethodNotAllowed => "this path does not support this method".into(),
            Self::BadRequest(reason) => reason.clone(),
            Self::TooLarge { limit } => format!("the body is larger than {limit} bytes"),
            Self::TooMany { max } => format!("the extraction has more than {max} variables"),
            Self::Interrupted => "the body was truncated".into(),
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
        // The format that the public OAuth2 providers of Braincube read.
        let error =
            json!({"type": self.name(), "message": self.message(), "code": status.as_u16()});
        (status, Json(json!({ "error": error }))).into_response()
    }
}
