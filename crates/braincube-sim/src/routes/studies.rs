//! The routes of data groups, events, jobs and rules.

use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;
use serde_json::Value;

use crate::memory_base::MemoryBase;
use crate::page::Page;
use crate::problem::Problem;
use crate::routes::memory_bases::Target;
use crate::site::Site;
use crate::study::Kind;

/// The routes below a memory base. Their names differ by kind.
pub(super) fn paths() -> Router<Arc<Site>> {
    let list = |kind| get(async move |target: Target, page: Page| list(&target.0, kind, page));
    let one = |kind| {
        get(async move |target: Target, path: Path<EntityPath>| one(&target.0, kind, &path.entity))
    };
    Router::new()
        .route("/dataGroups/summary", list(Kind::DataGroup))
        .route("/dataGroups/{entity}/extended", one(Kind::DataGroup))
        .route("/events/all/extended", list(Kind::Event))
        .route("/events/{entity}/extended", one(Kind::Event))
        .route("/jobs/all/summary", list(Kind::Job))
        .route("/jobs/{entity}/extended", one(Kind::Job))
        .route("/jobs/{entity}/rules/all/summary", get(job_rules))
        .route("/rules/all/selector", list(Kind::Rule))
        .route("/rules/{entity}/summary", one(Kind::Rule))
}

/// The path of an entity, after its kind.
#[derive(Debug, Deserialize)]
struct EntityPath {
    entity: String,
}

fn list(base: &MemoryBase, kind: Kind, page: Page) -> Response {
    page.of(base.study.list(kind), |entity| entity)
}

fn one(base: &MemoryBase, kind: Kind, bc_id: &str) -> Result<Json<Value>, Problem> {
    let found = base.study.extended(kind, bc_id);
    found.map(Json).ok_or_else(|| {
        let (kind, base) = (kind.as_str(), base.bc_id());
        Problem::NotFound(format!("the {kind} {bc_id:?} of the memory base {base}"))
    })
}

async fn job_rules(
    Target(base): Target,
    Path(path): Path<EntityPath>,
    page: Page,
) -> Result<Response, Problem> {
    // An unknown job is an error, not an empty list.
    let _job = one(&base, Kind::Job, &path.entity)?;
    Ok(page.of(base.study.rules_of_job(&path.entity), |rule| rule))
}
