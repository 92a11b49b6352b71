//! Generates and changes responses for faults.

use std::time::Duration;

use async_compression::tokio::write::GzipEncoder;
use axum::Json;
use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use axum::http::response::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use futures_util::stream;
use serde_json::json;
use tokio::io::AsyncWriteExt;

/// An error response with this status in the format of the service.
pub(super) fn status(status: u16) -> Response {
    let error = json!({"type": "Fault", "message": "injected fault", "code": status});
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(json!({ "error": error }))).into_response()
}

pub(super) fn throttled(retry_after: &str) -> Response {
    let mut response = status(429);
    if let Ok(value) = HeaderValue::from_str(retry_after) {
        response.headers_mut().insert(RETRY_AFTER, value);
    }
    response
}

pub(super) fn html() -> Response {
    Html("<!DOCTYPE html><title>Maintenance</title><p>Back soon.").into_response()
}

pub(super) fn login_page() -> Response {
    Html("<!DOCTYPE html><title>Login</title><form><input type=\"password\"></form>")
        .into_response()
}

pub(super) fn redirect(location: &str) -> Response {
    let mut response = StatusCode::FOUND.into_response();
    if let Ok(value) = HeaderValue::from_str(location) {
        response.headers_mut().insert(LOCATION, value);
    }
    response
}

/// A gzip-compressed number of this many MiB.
pub(super) async fn gzip_bomb(mebibytes: u32) -> Response {
    let ones = vec![b'1'; 1 << 20];
    let packed = gzip((0..mebibytes).map(|_| ones.as_slice())).await;
    let headers = [
        (CONTENT_ENCODING, "gzip"),
        (CONTENT_TYPE, "application/json"),
    ];
    (headers, packed).into_response()
}

/// The first half of a response, compressed first if necessary.
pub(super) async fn truncated_gzip(mut parts: Parts, body: Bytes) -> Response {
    let packed = if parts.headers.contains_key(CONTENT_ENCODING) {
        body.to_vec()
    } else {
        gzip([&*body]).await
    };
    let mut half = packed;
    half.truncate(half.len() / 2);
    parts.headers.remove(CONTENT_LENGTH);
    let gzip = HeaderValue::from_static("gzip");
    parts.headers.insert(CONTENT_ENCODING, gzip);
    Response::from_parts(parts, Body::from(half))
}

/// Sends a body byte by byte.
pub(super) fn dripping(mut parts: Parts, body: Bytes, pause: Duration) -> Response {
    parts.headers.remove(CONTENT_LENGTH);
    let bytes = stream::unfold(body, move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        tokio::time::sleep(pause).await;
        Some((Ok::<_, std::io::Error>(rest.split_to(1)), rest))
    });
    Response::from_parts(parts, Body::from_stream(bytes))
}

/// Compresses in memory, so that errors cannot occur.
async fn gzip<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut encoder = GzipEncoder::with_quality(Vec::new(), async_compression::Level::Best);
    for piece in pieces {
        let _ = encoder.write_all(piece).await;
    }
    let _ = encoder.shutdown().await;
    encoder.into_inner()
}
