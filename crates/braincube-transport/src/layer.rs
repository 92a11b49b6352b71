//! The layers that each attempt of a [`Transport`](crate::Transport) passes.
//!
//! [`TransportBuilder::build_with`](crate::TransportBuilder::build_with) puts all of them over a service, which is enough if
//! only the client below them is another one. This example puts them together by hand, with a layer of its own in place of
//! [`RateLayer`]:
//!
//! ```
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! use braincube_auth::TokenSource;
//! use braincube_transport::layer::{AttemptLayer, AuthorizeLayer, GzipLayer, InspectLayer};
//! use braincube_transport::{
//!     AllowedOrigins, Error, HttpClient, LimitOptions, TimeoutOptions, Transport,
//! };
//! use bytes::Bytes;
//! use http::header::{HeaderValue, USER_AGENT};
//! use http::Request;
//! use tower::ServiceBuilder;
//!
//! fn slow_transport(
//!     client: HttpClient,
//!     origins: AllowedOrigins,
//!     tokens: Arc<dyn TokenSource>,
//! ) -> Result<Transport, Error> {
//!     let timeouts = TimeoutOptions::default();
//!     let layers = ServiceBuilder::new()
//!         // Every attempt gets the credential that is current at that moment.
//!         .layer(AuthorizeLayer::new(origins.clone(), Some(Arc::clone(&tokens))))
//!         // The layer of its own. Below all that sends requests: each of them waits.
//!         .map_future(|sending| async move {
//!             tokio::time::sleep(Duration::from_millis(100)).await;
//!             sending.await
//!         })
//!         // Above the decompression: limits apply to the decompressed body.
//!         .layer(InspectLayer::new(LimitOptions::default(), timeouts.clone()))
//!         .layer(GzipLayer)
//!         .map_request(|mut request: Request<Bytes>| {
//!             let name = HeaderValue::from_static("slow-client/1.0");
//!             request.headers_mut().insert(USER_AGENT, name);
//!             request
//!         })
//!         // Below the decompression: received bytes are counted as they were sent.
//!         .layer(AttemptLayer::new(Some(timeouts)));
//!     // Retries, redirects, renewed sessions and concurrency limits are part of the transport.
//!     Transport::builder(tokens, origins).build_with_layers(layers.service(client))
//! }
//! ```
//!
//! A layer or service of your own reports its failures with [`Error::new`](crate::Error::new).

mod attempt;
mod authorize;
mod gzip;
mod inspect;
mod rate;

use std::pin::Pin;

use futures_util::future::Either;

pub use self::attempt::{Attempt, AttemptFuture, AttemptLayer};
pub use self::authorize::{Authorize, AuthorizeLayer};
pub use self::gzip::{Gzip, GzipLayer};
pub use self::inspect::{Inspect, InspectLayer};
pub use self::rate::{Rate, RateLayer};
pub use crate::body::{UnpackedBody, WireBody};
pub use crate::service::HttpService;

type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;
