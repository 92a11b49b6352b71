//! The routes of the web services.

mod layers;
mod memory_bases;
mod sso;
mod studies;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

use crate::fault;
use crate::problem::Problem;
use crate::site::Site;

/// Returns all routes, below `prefix` (empty, or `/…` without a trailing slash).
pub(crate) fn router(site: Arc<Site>, prefix: &str) -> Router {
    let guarded = Router::new()
        .nest("/sso-server/ws", sso_paths())
        .nest("/braincube/{name}", braincube_paths())
        .nest("/at/{name}", braincube_paths());
    below(prefix, guarded)
        .fallback(async || Problem::NotFound("this path".into()))
        .method_not_allowed_fallback(async || Problem::MethodNotAllowed)
        // The last layer is the outermost: log, faults, authentication if required, gzip.
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(from_fn_with_state(Arc::clone(&site), layers::authenticate))
        .merge(
            below(prefix, oauth_paths())
                .method_not_allowed_fallback(async || Problem::MethodNotAllowed),
        )
        .with_state(Arc::clone(&site))
        // The log reads the body and limits its size.
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(Arc::clone(&site), fault::apply))
        .layer(from_fn_with_state(site, layers::record))
}

fn below(prefix: &str, paths: Router<Arc<Site>>) -> Router<Arc<Site>> {
    if prefix.is_empty() {
        paths
    } else {
        Router::new().nest(prefix, paths)
    }
}

/// The routes of the authorization server, which need no token or another one.
fn oauth_paths() -> Router<Arc<Site>> {
    let server = Router::new()
        .route("/vendors/braincube/authorize.jsp", get(sso::authorize))
        .route("/ws/oauth2/authorize.jsp", get(sso::authorize))
        .route("/ws/oauth2/token", post(sso::token))
        .route("/ws/oauth2/session", get(sso::session))
        .route("/ws/oauth2/me", get(sso::me))
        .route("/rest/session/openWithToken", get(sso::open_with_token));
    Router::new().nest("/sso-server", server)
}

fn sso_paths() -> Router<Arc<Site>> {
    Router::new().route("/user/me", get(sso::user_me))
}

/// The routes of a Braincube, below its name or below a base URL with the placeholder.
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
            get(memory_bases::variables),
        )
        .route(
            "/braincube/mb/{memory_base}/variables/selector",
            get(memory_bases::variable_selector),
        )
        .route(
            "/braincube/mb/{memory_base}/variables/{variable}/extended",
            get(memory_bases::variable),
        )
        .nest("/braincube/mb/{memory_base}", studies::paths())
        .route("/braindata/{data_source}/simple", get(memory_bases::simple))
        .route("/braindata/{data_source}/LF", post(memory_bases::extract))
}
