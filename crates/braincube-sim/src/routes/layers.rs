//! Layers around all routes: authentication and the wire log.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body_util::LengthLimitError;

use crate::problem::Problem;
use crate::site::Site;
use crate::wire_log::LoggedRequest;

/// The header with a personal access token.
const API_KEY: &str = "x-api-key";

/// Maximum size of a request body, in bytes. A thousand variables and a long filter are far below it.
const MAX_BODY: usize = 64 * 1024 * 1024;

/// Maximum size of a recorded body, in bytes.
const MAX_LOGGED_BODY: usize = 64 * 1024;

/// Responds with status 401 unless the request has the token or an open session.
pub(super) async fn authenticate(
    State(site): State<Arc<Site>>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let key = headers.get(API_KEY);
    let has_token = key.is_some_and(|key| key.as_bytes() == site.token.as_str().as_bytes());
    if has_token || site.oauth.admits(headers) {
        next.run(request).await
    } else {
        Problem::Unauthenticated.into_response()
    }
}

/// Records a request with its body, passes it on, and records the status of the response.
pub(super) async fn record(
    State(site): State<Arc<Site>>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let read = to_bytes(body, MAX_BODY).await;
    let body = read.as_ref().cloned().unwrap_or_default();
    let path_and_query = parts
        .uri
        .path_and_query()
        .map_or(parts.uri.path(), |whole| whole.as_str());
    let number = site.log.begin(LoggedRequest {
        method: parts.method.as_str().into(),
        path_and_query: path_and_query.into(),
        headers: parts.headers.clone(),
        body: Bytes::copy_from_slice(&body[..body.len().min(MAX_LOGGED_BODY)]),
        status: None,
    });
    let response = match read {
        Ok(body) => next.run(Request::from_parts(parts, Body::from(body))).await,
        Err(error) if is_too_large(&error) => Problem::TooLarge { limit: MAX_BODY }.into_response(),
        Err(_) => Problem::Interrupted.into_response(),
    };
    site.log.finish(number, response.status().as_u16());
    response
}

/// Whether a body was too large. Otherwise the client closed the connection.
fn is_too_large(error: &axum::Error) -> bool {
    std::error::Error::source(error).is_some_and(|cause| cause.is::<LengthLimitError>())
}
