//! The paths of the web services. Each family of paths has a file of its own below.

mod braindata;
mod memory_bases;
mod sso;
mod target;
mod variables;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

use crate::access;
use crate::fault;
use crate::problem::Problem;
use crate::site::Site;
use crate::wire_log;

/// Everything that the simulator answers, below `prefix` (empty, or `/…` without a slash at its end).
pub(crate) fn router(site: Arc<Site>, prefix: &str) -> Router {
    let paths = Router::new()
        .nest("/sso-server/ws", sso_paths())
        .nest("/braincube/{name}", braincube_paths())
        .nest("/at/{name}", braincube_paths());
    let paths = if prefix.is_empty() {
        paths
    } else {
        Router::new().nest(prefix, paths)
    };
    paths
        .fallback(async || Problem::NotFound("this path".into()))
        .method_not_allowed_fallback(async || Problem::MethodNotAllowed)
        .with_state(Arc::clone(&site))
        // The log reads the body, and limits it.
        .layer(DefaultBodyLimit::disable())
        // From here outwards, the last is the first to see a request: log, faults, token, gzip.
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(from_fn_with_state(Arc::clone(&site), access::guard))
        .layer(from_fn_with_state(Arc::clone(&site), fault::apply))
        .layer(from_fn_with_state(site, wire_log::record))
}

fn sso_paths() -> Router<Arc<Site>> {
    Router::new().route("/user/me", get(sso::user_me))
}

/// The paths of one Braincube, the same below a name and below a base URL that holds the name already.
fn braincube_paths() -> Router<Arc<Site>> {
    Router::new()
        .route("/braincube/mb/all/summary", get(memory_bases::summary))
        .route("/braincube/mb/all/selector", get(memory_bases::selector))
        .route(
            "/braincube/mb/{memory_base}/extended",
            get(memory_bases::extended),
        )
        .route(
            "/braincube/mb/{memory_base}/variables/summary",
            get(variables::summary),
        )
        .route(
            "/braincube/mb/{memory_base}/variables/selector",
            get(variables::selector),
        )
        .route(
            "/braincube/mb/{memory_base}/variables/{variable}/extended",
            get(variables::extended),
        )
        .route("/braindata/{data_source}/simple", get(braindata::simple))
        .route("/braindata/{data_source}/LF", post(braindata::extract))
}
