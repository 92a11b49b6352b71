//! The routes of the SSO service: the user of a token, and the authorization server.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use bytes::Bytes;
use serde_json::{Value, json};

use crate::oauth::{OAuthError, ResponseForm};
use crate::site::Site;

/// The login page of a captive portal, which has status 200.
const PAGE: &str = "<!DOCTYPE html><html><title>Sign in</title><p>Please sign in.</p></html>";

/// Redirects the browser with a code or an error, or responds with a page if the redirect is not possible.
pub(super) async fn authorize(
    State(site): State<Arc<Site>>,
    RawQuery(query): RawQuery,
) -> Response {
    let location = site.oauth.authorize(&query.unwrap_or_default());
    match location {
        Ok(location) => match HeaderValue::from_str(&location) {
            Ok(location) => redirect(location),
            Err(_) => page(StatusCode::BAD_REQUEST, "the redirect_uri cannot be sent"),
        },
        Err(refusal) => page(refusal.status(), refusal.description),
    }
}

/// Exchanges a code or a refresh token for an access token.
pub(super) async fn token(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    form: Bytes,
) -> Response {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let is_form =
        content_type.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let outcome = if is_form {
        site.oauth.token(&form)
    } else {
        Err(OAuthError::invalid_request("the body is not a form"))
    };
    respond(&site, outcome).await
}

/// Opens a session for an access token.
pub(super) async fn session(State(site): State<Arc<Site>>, headers: HeaderMap) -> Response {
    let session = site.oauth.check_session_path();
    let session = session.and_then(|()| site.oauth.open_session(&headers));
    respond(&site, session.map(|token| json!({ "token": token }))).await
}

/// Opens a session for an access token. The response is a JSON string.
pub(super) async fn open_with_token(State(site): State<Arc<Site>>, headers: HeaderMap) -> Response {
    let session = site.oauth.open_session(&headers);
    respond(&site, session.map(Value::from)).await
}

/// The user of an access token.
pub(super) async fn me(State(site): State<Arc<Site>>, headers: HeaderMap) -> Response {
    let checked = site.oauth.check_access_token(&headers);
    respond(&site, checked.map(|()| json!({"userEmail": USER_EMAIL}))).await
}

/// Responds in the configured form after the configured delay.
async fn respond(site: &Site, outcome: Result<Value, OAuthError>) -> Response {
    let server = &site.oauth.server;
    if !server.delay.is_zero() {
        tokio::time::sleep(server.delay).await;
    }
    if server.response_form == ResponseForm::Html {
        return page(StatusCode::OK, PAGE);
    }
    let mut response = match outcome {
        Ok(json) => Json(json).into_response(),
        Err(refusal) => (refusal.status(), Json(refusal.body(server.error_form))).into_response(),
    };
    let status = response.status();
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if server.response_form == ResponseForm::WrongContentType {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    }
    response
}

fn redirect(location: HeaderValue) -> Response {
    let headers = [
        (LOCATION, location),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (StatusCode::FOUND, headers, Body::empty()).into_response()
}

/// A page for the user.
fn page(status: StatusCode, text: &'static str) -> Response {
    (status, Html(text)).into_response()
}

/// The user of the simulator.
const USER_EMAIL: &str = "operator@plant.example";

/// The user of a token, and its products: the Braincube and another application.
pub(super) async fn user_me(State(site): State<Arc<Site>>) -> Json<Value> {
    Json(json!({
        "userEmail": USER_EMAIL,
        "firstName": "Camille",
        "lastName": "Opérateur",
        "accessList": [
            {
                "product": {
                    "name": site.braincube.name,
                    "productId": "123",
                    "type": "braincube",
                    "group": "plant",
                },
                "role": "USER",
            },
            {
                "product": {
                    "name": "Studio",
                    "productId": "456",
                    "type": "application",
                    "group": "plant",
                },
                "role": "USER",
            },
        ],
    }))
}
