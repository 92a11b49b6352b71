//! A simulator of the Braincube web services, with real process data.
//!
//! For tests, demonstrations and development without a site. A [`Simulator`] listens on a loopback socket and supports the
//! requests of the public clients of the service (the Python package `braincube_connector` 2.8.0 works with it unchanged). It
//! has one Braincube, `demo`, with memory base 20, "Batch dryer": 71 batches of a real dryer. CSV files can be mounted as
//! additional memory bases.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), braincube_sim::Error> {
//! let simulator = braincube_sim::Simulator::start().await?;
//! println!("a configuration file for any client: {}", simulator.config_json());
//! simulator.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! # Requests
//!
//! | request | response |
//! |---|---|
//! | `GET /sso-server/ws/user/me` | the user of the token and the products that the user may open |
//! | `GET /sso-server/vendors/braincube/authorize.jsp`, `…/ws/oauth2/authorize.jsp` | a redirect with a code, or with an error |
//! | `POST /sso-server/ws/oauth2/token` | an access token for a code or a refresh token |
//! | `GET /sso-server/ws/oauth2/session`, `/sso-server/rest/session/openWithToken` | a session for an access token |
//! | `GET /sso-server/ws/oauth2/me` | the user of an access token |
//! | `GET …/braincube/mb/all/summary`, `…/mb/all/selector`, `…/mb/{id}/extended` | memory bases |
//! | `GET …/mb/{id}/variables/summary`, `…/variables/selector`, `…/variables/{id}/extended` | variables |
//! | `GET …/mb/{id}/dataGroups/summary`, `…/dataGroups/{id}/extended` | data groups |
//! | `GET …/mb/{id}/events/all/extended`, `…/events/{id}/extended` | events |
//! | `GET …/mb/{id}/jobs/all/summary`, `…/jobs/{id}/extended`, `…/jobs/{id}/rules/all/summary` | jobs and the rules of a job |
//! | `GET …/mb/{id}/rules/all/selector`, `…/rules/{id}/summary` | rules |
//! | `GET …/braindata/mb{id}/simple` | the order variable and the reference date of a memory base |
//! | `POST …/braindata/mb{id}/LF` | columns of data, filtered and sorted |
//!
//! `…` is `/braincube/{name}`, or `/at/{name}` for a base URL with the placeholder `{braincube-name}`
//! ([`Simulator::placeholder_base_url`]). All requests except those of the authorization server
//! ([`OAuth2Server`]) need the token in the header `X-api-key` or a session in the header `IPLSSOTOKEN`.
//!
//! # Faults
//!
//! A [`Fault`] injects errors of networks and gateways: for selected paths, a number of times, or with a probability.
//!
//! # Connections
//!
//! With the feature `tls`, `SimulatorBuilder::tls` takes a `Certificate`, which may be invalid on purpose. A
//! [`ConnectProxy`] opens tunnels to any server and records them.
//!
//! # Unknown behaviour of the service
//!
//! The web services have no public specification. If no public client shows what the service does, the simulator is strict: it
//! rejects a filter that it does not understand with status 400 and the reason.

mod builder;
mod column;
mod csv_file;
mod date_time;
mod dryer;
mod endpoint;
mod entity;
mod error;
mod extraction;
mod fault;
mod filter;
mod generated;
mod memory_base;
mod oauth;
mod page;
mod problem;
mod proxy;
mod recent;
mod routes;
mod server;
mod simulator;
mod site;
mod study;
#[cfg(feature = "tls")]
mod tls;
mod token;
mod wire_log;

pub use crate::builder::SimulatorBuilder;
pub use crate::csv_file::{CsvCell, CsvColumn, CsvFile};
pub use crate::dryer::BATCH_DRYER;
pub use crate::error::Error;
pub use crate::extraction::EmptyColumn;
pub use crate::fault::Fault;
pub use crate::oauth::{
    DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, DEMO_OAUTH2_TOKEN, DEMO_REDIRECT_URI, ErrorForm,
    OAuth2Server, PkceRule, RefreshTokens, ResponseForm, StateResponse,
};
pub use crate::proxy::{ConnectProxy, ConnectProxyBuilder, Tunnel};
pub use crate::simulator::Simulator;
pub use crate::site::DEMO;
#[cfg(feature = "tls")]
pub use crate::tls::Certificate;
pub use crate::token::DEMO_TOKEN;
pub use crate::wire_log::LoggedRequest;
