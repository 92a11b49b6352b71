//! The layers that each attempt of a [`Transport`](crate::Transport) passes.
//!
//! [`TransportBuilder::build_with`](crate::TransportBuilder::build_with) puts them over a service, which is enough if only
//! the client below them is another one. This example adds a layer between them:
//!
//! ```
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! use braincube_auth::TokenSource;
//! use braincube_transport::layer::{AttemptLayer, InspectLayer};
//! use braincube_transport::{
//!     AllowedOrigins, Error, HttpClient, LimitOptions, TimeoutOptions, Transport,
//! };
//! use tower::ServiceBuilder;
//!
//! fn slow_transport(
//!     client: HttpClient,
//!     origins: AllowedOrigins,
//!     tokens: Arc<dyn TokenSource>,
//! ) -> Result<Transport, Error> {
//!     let timeouts = TimeoutOptions::default();
//!     let layers = ServiceBuilder::new()
//!         .layer(InspectLayer::new(LimitOptions::default(), timeouts.clone()))
//!         .map_future(|sending| async move {
//!             tokio::time::sleep(Duration::from_millis(100)).await;
//!             sending.await
//!         })
//!         // Below the decompression: received bytes are counted as they were sent.
//!         .layer(AttemptLayer::new(Some(timeouts)));
//!     // Credentials, retries, redirects, and the limits of concurrency and rate are part of the transport.
//!     Transport::builder(tokens, origins).build_with_layers(layers.service(client))
//! }
//! ```
//!
//! A layer or service of your own reports its failures with [`Error::new`](crate::Error::new).

mod attempt;
mod encoding;
mod inspect;

pub use self::attempt::{Attempt, AttemptLayer};
pub use self::inspect::{Inspect, InspectLayer};
pub use crate::body::WireBody;
pub use crate::service::HttpService;
