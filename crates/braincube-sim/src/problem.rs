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

    /// The status, the type and the message of the response.
    fn parts(self) -> (StatusCode, &'static str, String) {
        let too_large = |message| (StatusCode::PAYLOAD_TOO_LARGE, "TooLarge", message);
        match self {
            Self::Unauthenticated => {
                let message = "no valid token in the headers X-api-key and IPLSSOTOKEN";
                (StatusCode::UNAUTHORIZED, "Unauthenticated", message.into())
            }
            Self::NotFound(what) => {
                let message = format!("{what} does not exist");
                (StatusCode::NOT_FOUND, "NotFound", message)
            }
            Self::MethodNotAllowed => {
                let message = "this path does not support this method";
                (
                    StatusCode::METHOD_NOT_ALLOWED,
                    "MethodNotAllowed",
                    message.into(),
                )
            }
            Self::BadRequest(reason) => (StatusCode::BAD_REQUEST, "BadRequest", reason),
            Self::TooLarge { limit } => too_large(format!("the body is larger than {limit} bytes")),
            Self::TooMany { max } => {
                too_large(format!("the extraction has more than {max} variables"))
            }
            Self::Interrupted => {
                let message = "the body was truncated";
                (StatusCode::BAD_REQUEST, "Interrupted", message.into())
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, name, message) = self.parts();
        // The format that the public OAuth2 providers of Braincube read.
        let error = json!({"type": name, "message": message, "code": status.as_u16()});
        (status, Json(json!({ "error": error }))).into_response()
    }
}
