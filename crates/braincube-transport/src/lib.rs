//! How requests to a Braincube travel: a [tower] service stack over hyper and rustls, and the
//! pages of a listing as a stream.
//!
//! [`Transport`] is the stack as one value: it sends an [`http::Request`] with an absolute URI and
//! gives back an answer or one [`Error`]. [`layer`] holds its layers, to be put together
//! differently. [`Pager`] turns numbered pages into a stream of items.
//!
//! [tower]: https://docs.rs/tower

mod body;
mod context;
mod deadline;
mod error;
mod exchange;
mod expect;
mod http_client;
mod kept;
pub mod layer;
mod long_running;
mod options;
mod origins;
mod pager;
mod progress;
mod proxy;
mod retry;
mod stack;
mod status;
mod tls;
mod transport;
mod turns;

pub use crate::body::Body;
pub use crate::deadline::Deadline;
pub use crate::error::{
    ConnectStage, DnsReason, Error, ErrorKind, NotJson, ProxyReason, TimeoutPhase, TlsReason,
};
pub use crate::expect::Expect;
pub use crate::http_client::{HttpClient, IncomingBody};
pub use crate::layer::RedirectPolicy;
pub use crate::long_running::LongRunning;
pub use crate::options::{ConcurrencyOptions, LimitOptions, TimeoutOptions};
pub use crate::origins::AllowedOrigins;
pub use crate::pager::{Page, PageFuture, Pager};
pub use crate::proxy::ProxyOptions;
pub use crate::retry::{RetryNotice, RetryOptions};
pub use crate::tls::TlsOptions;
pub use crate::transport::{Answer, BrokenOff, Transport, TransportBuilder};

// What stands in the signatures above comes from these.
pub use {braincube_auth, braincube_model, bytes, futures_core, http, http_body, tower};
