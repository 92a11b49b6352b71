//! The layers of a transport, each a brick of its own, to be put together differently.
//!
//! [`TransportBuilder::build_with`](crate::TransportBuilder::build_with) puts all of them over a service, and is enough
//! where only the bottom is another one. This is the same stack by hand, with one layer of one's own in the place of
//! [`RateLayer`]:
//!
//! ```
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! use braincube_auth::TokenSource;
//! use braincube_transport::layer::{
//!     AttemptLayer, AuthorizeLayer, GzipLayer, InspectLayer, OperationLayer, PermitLayer,
//!     ReauthenticateLayer, RedirectGuardLayer, RetryLayer,
//! };
//! use braincube_transport::{
//!     AllowedOrigins, ConcurrencyOptions, HttpClient, LimitOptions, RedirectPolicy, RetryOptions,
//!     TimeoutOptions, Transport,
//! };
//! use bytes::Bytes;
//! use http::header::{HeaderValue, USER_AGENT};
//! use http::Request;
//! use tower::ServiceBuilder;
//!
//! fn unhurried(
//!     client: HttpClient,
//!     origins: AllowedOrigins,
//!     tokens: Arc<dyn TokenSource>,
//! ) -> Transport {
//!     let (retry, timeouts) = (RetryOptions::default(), TimeoutOptions::default());
//!     let layers = ServiceBuilder::new()
//!         // One span and one deadline around all attempts; here a status becomes an error.
//!         .layer(OperationLayer::new(Some(Duration::from_secs(600))))
//!         // Above the repeats: they never add to what is under way.
//!         .layer(PermitLayer::new(&ConcurrencyOptions::default()))
//!         .layer(RetryLayer::new(retry.clone()))
//!         // Below the retries: a renewed session is no failure to back off from.
//!         .layer(ReauthenticateLayer::new(Some(Arc::clone(&tokens))))
//!         // Below the repeats: every attempt asks for the credential of that moment.
//!         .layer(AuthorizeLayer::new(origins, Some(tokens)))
//!         // Below the credential: from here on no request to another origin can come into being.
//!         .layer(RedirectGuardLayer::new(RedirectPolicy::Block))
//!         // One's own. Below all that sends requests: whatever is on the wire has rested.
//!         .map_future(|sending| async move {
//!             tokio::time::sleep(Duration::from_millis(100)).await;
//!             sending.await
//!         })
//!         // Above the decompression: limits hold for what comes out of it.
//!         .layer(InspectLayer::new(LimitOptions::default(), timeouts.clone()))
//!         .layer(GzipLayer)
//!         .map_request(|mut request: Request<Bytes>| {
//!             let name = HeaderValue::from_static("unhurried/1.0");
//!             request.headers_mut().insert(USER_AGENT, name);
//!             request
//!         })
//!         // Below the decompression: received bytes are counted as they were sent.
//!         .layer(AttemptLayer::new(Some(timeouts)));
//!     // No layer sees a body break off: `read` does, and asks again where it is told to.
//!     Transport::new(layers.service(client)).replaying(retry)
//! }
//! ```
//!
//! What stands twice in such a stack, as the outermost and the innermost layer do under a [`Transport`](crate::Transport),
//! counts once. A layer or service of one's own says what went wrong with [`Error::new`](crate::Error::new).

mod attempt;
mod authorize;
mod coding;
mod gzip;
mod inspect;
mod operation;
mod permit;
mod rate;
mod reauthenticate;
mod redirect;
mod retry;
mod sniff;
mod then;

use std::pin::Pin;

pub use self::attempt::{Attempt, AttemptFuture, AttemptLayer};
pub use self::authorize::{Authorize, AuthorizeLayer};
pub use self::gzip::{Gzip, GzipFuture, GzipLayer};
pub use self::inspect::{Inspect, InspectFuture, InspectLayer};
pub use self::operation::{Operation, OperationFuture, OperationLayer};
pub use self::permit::{Permit, PermitLayer};
pub use self::rate::{Rate, RateLayer};
pub use self::reauthenticate::{Reauthenticate, ReauthenticateLayer};
pub use self::redirect::{RedirectGuard, RedirectGuardFuture, RedirectGuardLayer, RedirectPolicy};
pub use self::retry::{Retry, RetryLayer};
pub use self::then::Then;
pub use crate::body::{UnpackedBody, WireBody};

/// What a layer does besides passing a request through and its answer back.
type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;
