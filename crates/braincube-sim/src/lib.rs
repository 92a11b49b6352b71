//! A Braincube that runs inside a process: the web services on a loopback socket, with real data.
//!
//! For tests, demonstrations and development without a site. A [`Simulator`] answers what the public clients of the
//! service are known to ask (the Python package `braincube_connector` 2.8.0 works against it unchanged). It holds one
//! Braincube, `demo`, with memory base 20, "Batch dryer": 71 batches of a real dryer. Any CSV file can be
//! mounted beside it.
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
//! # What it answers
//!
//! | request | answer |
//! |---|---|
//! | `GET /sso-server/ws/user/me` | who the token belongs to, and the products it may open |
//! | `GET /sso-server/vendors/braincube/authorize.jsp`, `…/ws/oauth2/authorize.jsp` | a redirect with a code, or with an error |
//! | `POST /sso-server/ws/oauth2/token` | an access token for a code or a refresh token |
//! | `GET /sso-server/ws/oauth2/session`, `/sso-server/rest/session/openWithToken` | a session for an access token |
//! | `GET /sso-server/ws/oauth2/me` | who an access token belongs to |
//! | `GET …/braincube/mb/all/summary`, `…/mb/all/selector`, `…/mb/{id}/extended` | memory bases |
//! | `GET …/mb/{id}/variables/summary`, `…/variables/selector`, `…/variables/{id}/extended` | variables |
//! | `GET …/mb/{id}/dataGroups/summary`, `…/dataGroups/{id}/extended` | data groups |
//! | `GET …/mb/{id}/events/all/extended`, `…/events/{id}/extended` | events |
//! | `GET …/mb/{id}/jobs/all/summary`, `…/jobs/{id}/extended`, `…/jobs/{id}/rules/all/summary` | jobs, and the rules of one |
//! | `GET …/mb/{id}/rules/all/selector`, `…/rules/{id}/summary` | rules |
//! | `GET …/braindata/mb{id}/simple` | the reference variables of a memory base |
//! | `POST …/braindata/mb{id}/LF` | columns of data, filtered and ordered |
//!
//! `…` is `/braincube/{name}`, or `/at/{name}` for a base URL with the placeholder `{braincube-name}`
//! ([`Simulator::placeholder_base_url`]). Every request but those of the authorization server
//! ([`OAuth2Server`]) needs the token in the header `X-api-key` or a session in the header `IPLSSOTOKEN`.
//!
//! # When it should fail
//!
//! A [`Fault`] makes it answer as networks and gateways do on bad days, where and as often as a test wants it.
//!
//! # The way to it
//!
//! With the feature `tls` it is reached over TLS: `SimulatorBuilder::tls` takes a `Certificate`, a good one or one that is
//! out of date. A [`ConnectProxy`] stands between a client and any server, and tells what passed.
//!
//! # Where the service is not known
//!
//! The web services have no public description. Where no public client shows what the service does, the simulator is
//! strict: a filter that it does not understand is refused with status 400 and the reason, never guessed.

mod access;
mod builder;
mod change;
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
mod routes;
mod server;
mod simulator;
mod site;
mod study;
#[cfg(feature = "tls")]
mod tls;
mod variable;
mod wire_log;

pub use crate::access::DEMO_TOKEN;
pub use crate::builder::SimulatorBuilder;
pub use crate::csv_file::{CsvCell, CsvColumn, CsvFile};
pub use crate::dryer::BATCH_DRYER;
pub use crate::error::Error;
pub use crate::extraction::EmptyColumn;
pub use crate::fault::Fault;
pub use crate::oauth::{
    AnswerForm, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, DEMO_OAUTH2_TOKEN, DEMO_REDIRECT_URI,
    ErrorForm, OAuth2Server, PkceRule, RefreshTokens, StateAnswer,
};
pub use crate::proxy::{ConnectProxy, ConnectProxyBuilder, Tunnel};
pub use crate::simulator::Simulator;
pub use crate::site::DEMO;
#[cfg(feature = "tls")]
pub use crate::tls::Certificate;
pub use crate::wire_log::LoggedRequest;
