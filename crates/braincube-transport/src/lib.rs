//! Sends requests to a Braincube: a [tower] service stack over hyper and rustls, and paged lists as streams.
//!
//! [`Transport`] sends an [`http::Request`] with an absolute URI and returns a response or an [`Error`]. Its layers are public
//! in [`layer`]. [`Pager`] turns numbered pages into a stream of items.
//!
//! [tower]: https://docs.rs/tower

mod body;
mod error;
mod extensions;
mod http_client;
pub mod layer;
mod operation;
mod options;
mod origins;
mod pager;
mod proxy;
mod rate_limiter;
mod retry;
mod service;
mod status;
mod tls;
mod transport;

pub use crate::body::Body;
pub use crate::error::{
    ConnectStage, DnsReason, Error, ErrorKind, NotJson, ProxyReason, TimeoutPhase, TlsReason,
};
pub use crate::extensions::{Deadline, Expect, LongRunning};
pub use crate::http_client::HttpClient;
pub use crate::options::{ConcurrencyOptions, LimitOptions, TimeoutOptions};
pub use crate::origins::AllowedOrigins;
pub use crate::pager::{Page, PageFuture, Pager};
pub use crate::proxy::ProxyOptions;
pub use crate::retry::{RetryNotice, RetryOptions};
pub use crate::tls::TlsOptions;
pub use crate::transport::{BodyFailure, RedirectPolicy, Response, Transport, TransportBuilder};

// The crates whose types are in the signatures above.
pub use {braincube_auth, braincube_model, bytes, futures_core, http, http_body, hyper, tower};
