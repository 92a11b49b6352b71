//! `/braindata/mb{id}`: the data service.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use serde_json::Value;

use crate::entity;
use crate::extraction::Extraction;
use crate::problem::Problem;
use crate::routes::target::Target;
use crate::site::Site;

/// Which variables order and date the rows.
pub(super) async fn simple(Target(base): Target) -> Json<Value> {
    Json(entity::simple(&base))
}

/// `LF`: columns of data.
pub(super) async fn extract(
    State(site): State<Arc<Site>>,
    Target(base): Target,
    body: Bytes,
) -> Result<Response, Problem> {
    let extraction = Extraction::parse(&body)?;
    extraction.check_size(site.most_columns)?;
    let unknown_as_empty = site.unknown_as_empty;
    let mut answer = extraction.run(&base, site.change.next(), unknown_as_empty)?;
    answer = answer.with_empty_columns(site.empty_column);
    if site.untyped {
        answer = answer.without_types();
    }
    let first = answer.next().unwrap_or_default();
    let body = if answer.is_finished() {
        // Known as a whole, so it travels with its length.
        Body::from(first)
    } else {
        let pieces = stream::once(async { first }).chain(stream::iter(answer));
        Body::from_stream(pieces.map(Ok::<_, std::convert::Infallible>))
    };
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}
