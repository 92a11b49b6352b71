//! `/braincube/mb/{id}/variables`: the variables of a memory base.

use axum::Json;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;

use crate::entity::{self, VariableSummary};
use crate::page::Page;
use crate::problem::Problem;
use crate::routes::target::Target;
use crate::site::parse_bc_id;

/// A page of variables.
pub(super) async fn summary(Target(base): Target, page: Page) -> Response {
    page.of(base.variables().iter(), VariableSummary::of)
}

/// All variables, as older clients ask.
pub(super) async fn selector(Target(base): Target) -> Response {
    Page::ALL.of(base.variables().iter(), entity::variable_selector)
}

/// The part of the path behind the memory base.
#[derive(Debug, Deserialize)]
pub(super) struct VariablePath {
    variable: String,
}

/// One variable.
pub(super) async fn extended(
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
