//! [`Settings`]: the settings of a client, as Python passes them.

use std::path::PathBuf;
use std::time::Duration;

use braincube::{Config, Error};
use pyo3::prelude::*;

use crate::error::Failure;

/// The settings of a client. Each field is a key of the dictionary.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Settings {
    /// Whether to search the environment and the default files for what is not set here.
    search: bool,
    file: Option<PathBuf>,
    profile: Option<String>,
    domain: Option<String>,
    sso_base_url: Option<String>,
    braincube_base_url: Option<String>,
    api_key: Option<String>,
    oauth2_token: Option<String>,
    verify: Option<bool>,
    allow_http: Option<bool>,
    ca_bundle: Option<PathBuf>,
    proxy: Option<String>,
    no_proxy: Option<String>,
    retry_for: Option<f64>,
    timeout: Option<f64>,
    pub(crate) page_size: Option<u32>,
}

impl Settings {
    /// The configuration.
    ///
    /// # Errors
    ///
    /// If it is incomplete or invalid.
    pub(crate) fn config(self) -> Result<Config, Failure> {
        let mut builder = Config::builder();
        if let Some(profile) = self.profile {
            builder = builder.profile(profile);
        }
        if let Some(domain) = self.domain {
            builder = builder.domain(domain);
        }
        if let Some(url) = self.sso_base_url {
            builder = builder.sso_base_url(url);
        }
        if let Some(url) = self.braincube_base_url {
            builder = builder.api_base_url(url);
        }
        if let Some(token) = self.api_key {
            builder = builder.api_key(token);
        }
        if let Some(token) = self.oauth2_token {
            builder = builder.oauth2_token(token);
        }
        if let Some(verify) = self.verify {
            builder = builder.verify(verify);
        }
        if let Some(allow) = self.allow_http {
            builder = builder.allow_http(allow);
        }
        if let Some(path) = self.ca_bundle {
            builder = builder.ca_bundle(path);
        }
        if let Some(proxy) = self.proxy {
            builder = builder.proxy(proxy);
        }
        if let Some(hosts) = self.no_proxy {
            builder = builder.no_proxy(hosts);
        }
        if let Some(time) = self.retry_for {
            builder = builder.retry_for(seconds("retry_for", time)?);
        }
        if let Some(time) = self.timeout {
            builder = builder.timeout(seconds("timeout", time)?);
        }
        let config = match self.search {
            true => builder.load(self.file.as_deref()),
            false => builder.build(),
        };
        Ok(config.map_err(Error::from)?)
    }
}

fn seconds(name: &str, time: f64) -> Result<Duration, Failure> {
    Duration::try_from_secs_f64(time)
        .map_err(|_| Failure::Input(format!("{name}: {time} is not a number of seconds")))
}
