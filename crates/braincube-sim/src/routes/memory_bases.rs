//! `/braincube/mb`: the memory bases of a Braincube.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::Value;

use crate::entity;
use crate::page::Page;
use crate::problem::Problem;
use crate::routes::target::Target;
use crate::site::Site;

/// A page of memory bases.
pub(super) async fn summary(
    State(site): State<Arc<Site>>,
    Path(name): Path<String>,
    page: Page,
) -> Result<Response, Problem> {
    let bases = site.braincube(&name)?.memory_bases.iter();
    Ok(page.of(bases, |base| entity::memory_base_summary(base)))
}

/// All memory bases, as older clients ask.
pub(super) async fn selector(
    State(site): State<Arc<Site>>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let bases = site.braincube(&name)?.memory_bases.iter();
    Ok(Page::ALL.of(bases, |base| entity::memory_base_selector(base)))
}

/// One memory base.
pub(super) async fn extended(Target(base): Target) -> Json<Value> {
    Json(entity::memory_base_extended(&base))
}
