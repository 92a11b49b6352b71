//! The paths of the web services. Each family of paths has a file of its own below.

mod braindata;
mod memory_bases;
mod oauth;
mod sso;
mod studies;
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
    let guarded = Router::new()
        .nest("/sso-server/ws", sso_paths())
        .nest("/braincube/{name}", braincube_paths())
        .nest("/at/{name}", braincube_paths());
    below(prefix, guarded)
        .fallback(async || Problem::NotFound("this path".into()))
        .method_not_allowed_fallback(async || Problem::MethodNotAllowed)
        // The last layer is the first to see a request: log, then faults, then token where one is needed, then gzip.
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(from_fn_with_state(Arc::clone(&site), access::guard))
        .merge(
            below(prefix, oauth_paths())
                .method_not_allowed_fallback(async || Problem::MethodNotAllowed),
        )
        .with_state(Arc::clone(&site))
        // The log reads the body, and limits it.
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(Arc::clone(&site), fault::apply))
        .layer(from_fn_with_state(site, wire_log::record))
}

fn below(prefix: &str, paths: Router<Arc<Site>>) -> Router<Arc<Site>> {
    if prefix.is_empty() {
        paths
    } else {
        Router::new().nest(prefix, paths)
    }
}

/// The paths that are asked by who has no token yet, or another one.
fn oauth_paths() -> Router<Arc<Site>> {
    let server = Router::new()
        .route("/vendors/braincube/authorize.jsp", get(oauth::authorize))
        .route("/ws/oauth2/authorize.jsp", get(oauth::authorize))
        .route("/ws/oauth2/token", post(oauth::token))
        .route("/ws/oauth2/session", get(oauth::session))
        .route("/ws/oauth2/me", get(oauth::me))
        .route("/rest/session/openWithToken", get(oauth::open_with_token));
    Router::new().nest("/sso-server", server)
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
        .nest("/braincube/mb/{memory_base}", studies::paths())
        .route("/braindata/{data_source}/simple", get(braindata::simple))
        .route("/braindata/{data_source}/LF", post(braindata::extract))
}
