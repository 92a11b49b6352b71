//! The routes of memory bases, their variables and their data.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequestParts, Path, RawPathParams, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use serde::Deserialize;
use serde_json::Value;

use crate::entity::{self, VariableSummary};
use crate::extraction::Extraction;
use crate::memory_base::MemoryBase;
use crate::page::Page;
use crate::problem::Problem;
use crate::site::Site;
use crate::study::parse_bc_id;

/// A page of memory bases.
pub(super) async fn summary(
    State(site): State<Arc<Site>>,
    Path(name): Path<String>,
    page: Page,
) -> Result<Response, Problem> {
    let bases = site.braincube(&name)?.memory_bases.iter();
    Ok(page.of(bases, |base| entity::memory_base_summary(base)))
}

/// All memory bases, for older clients.
pub(super) async fn selector(
    State(site): State<Arc<Site>>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let bases = site.braincube(&name)?.memory_bases.iter();
    Ok(Page::ALL.of(bases, |base| entity::memory_base_selector(base)))
}

/// A memory base.
pub(super) async fn extended(Target(base): Target) -> Json<Value> {
    Json(entity::memory_base_extended(&base))
}

/// A page of variables.
pub(super) async fn variables(Target(base): Target, page: Page) -> Response {
    page.of(base.variables().iter(), VariableSummary::new)
}

/// All variables, for older clients.
pub(super) async fn variable_selector(Target(base): Target) -> Response {
    Page::ALL.of(base.variables().iter(), entity::variable_selector)
}

/// The path of a variable, after the memory base.
#[derive(Debug, Deserialize)]
pub(super) struct VariablePath {
    variable: String,
}

/// A variable.
pub(super) async fn variable(
    Target(base): Target,
    Path(path): Path<VariablePath>,
) -> Result<Json<Value>, Problem> {
    let found = parse_bc_id(&path.variable).and_then(|bc_id| base.variable(bc_id));
    let variable = found.ok_or_else(|| {
        let (variable, base) = (&path.variable, base.bc_id());
        Problem::NotFound(format!(
            "the variable {variable:?} of the memory base {base}"
        ))
    })?;
    Ok(Json(entity::variable_extended(&base, variable)))
}

/// The order variable and the reference date of a memory base.
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
    let mut response = extraction.run(&base, site.change.next_view(), site.extraction)?;
    let first = response.next().unwrap_or_default();
    let body = if response.is_finished() {
        // A complete body is sent with its length.
        Body::from(first)
    } else {
        let chunks = stream::once(async { first }).chain(stream::iter(response));
        Body::from_stream(chunks.map(Ok::<_, Infallible>))
    };
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}

/// The memory base in a path: `{memory_base}` (a bcId) or `{data_source}` (a long id).
#[derive(Debug)]
pub(super) struct Target(pub(super) Arc<MemoryBase>);

impl FromRequestParts<Arc<Site>> for Target {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Problem> {
        let name = parameter(parts, site, "name").await?;
        let braincube = site.braincube(&name)?;
        let bc_id = match parameter(parts, site, "data_source").await {
            Ok(long_id) => match long_id.strip_prefix("mb") {
                Some(bc_id) => bc_id.to_owned(),
                None => return Err(Problem::NotFound(format!("the memory base {long_id:?}"))),
            },
            Err(_) => parameter(parts, site, "memory_base").await?,
        };
        Ok(Self(Arc::clone(braincube.memory_base(&bc_id)?)))
    }
}

/// Returns a parameter of the path, percent-decoded.
async fn parameter(parts: &mut Parts, site: &Arc<Site>, name: &str) -> Result<String, Problem> {
    let parameters = RawPathParams::from_request_parts(parts, site).await;
    let parameters =
        parameters.map_err(|_| Problem::NotFound("this path, it is not UTF-8".into()))?;
    let found = parameters.iter().find(|(key, _)| *key == name);
    found
        .map(|(_, value)| value.to_owned())
        .ok_or_else(|| Problem::NotFound("this path".into()))
}
