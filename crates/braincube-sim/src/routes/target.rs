//! [`Target`]: the memory base that a path names.

use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;

use crate::memory_base::MemoryBase;
use crate::problem::Problem;
use crate::site::Site;

/// The memory base that a path names, by `{memory_base}` (a bcId) or `{data_source}` (a long id).
#[derive(Debug)]
pub(crate) struct Target(pub(crate) Arc<MemoryBase>);

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

/// A named part of the path, without percent signs.
pub(crate) async fn parameter(
    parts: &mut Parts,
    site: &Arc<Site>,
    name: &str,
) -> Result<String, Problem> {
    let parameters = RawPathParams::from_request_parts(parts, site).await;
    let parameters =
        parameters.map_err(|_| Problem::NotFound("this path, it is not UTF-8".into()))?;
    let found = parameters.iter().find(|(key, _)| *key == name);
    found
        .map(|(_, value)| value.to_owned())
        .ok_or_else(|| Problem::NotFound("this path".into()))
}
