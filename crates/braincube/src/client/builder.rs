//! [`ClientBuilder`]: a client's options, one by one.

use std::sync::Arc;

use braincube_auth::Config;
use braincube_model::request::Endpoints;
use braincube_transport::{AllowedOrigins, RetryOptions, TimeoutOptions, TlsOptions, Transport};

use super::{Client, Shared};
use crate::error::Result;

/// How many entities a page of a list asks for: as the Python package `braincube_connector` does.
const DEFAULT_PAGE_SIZE: u32 = 150;

/// A client's options, set one by one and checked by [`build`](Self::build).
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it builds"]
pub struct ClientBuilder {
    config: Config,
    page_size: u32,
    retry: RetryOptions,
    timeouts: TimeoutOptions,
}
