//! From what several places said to the one [`Config`] that follows.

use std::path::PathBuf;

use super::address::{BaseUrl, Domain};
use super::key::{self, Key};
use super::layer::Layer;
use super::origin::Given;
use super::sources::Gathered;
use crate::{Config, ConfigError, ConfigWarning, RedirectUri, ValueProblem};

impl Gathered {
    /// The configuration, with its warnings logged.
    pub(crate) fn resolve(mut self) -> Result<Config, ConfigError> {
        self.check_profile()?;
        let given = self.layers.iter().flat_map(|layer| layer.keys.clone());
        self.search.given = given.collect();
        let ca_bundle = self.ca_bundle()?;
        let sso_base_url = self.address(&SSO)?;
        let api_base_url = self.address(&API)?;
        let is_derived = |address: &Given<BaseUrl>| address.origin == crate::Origin::Default;
        let layers = &self.layers;
        let token = layers.iter().find(|layer| layer.holds_token());
        let config = Config {
            domain: first(layers, |layer| &layer.domain)
                .filter(|_| is_derived(&sso_base_url) || is_derived(&api_base_url)),
            sso_base_url,
            api_base_url,
            api_key: token.and_then(|layer| layer.api_key.clone()),
            oauth2_token: token.and_then(|layer| layer.oauth2_token.clone()),
            client_id: first(layers, |layer| &layer.client_id),
            client_secret: first(layers, |layer| &layer.client_secret),
            redirect_uri: first(layers, |layer| &layer.redirect_uri)
                .unwrap_or_else(|| Given::default(RedirectUri::default())),
            verify: first(layers, |layer| &layer.verify).unwrap_or(Given::default(true)),
            allow_http: first(layers, |layer| &layer.allow_http).unwrap_or(Given::default(false)),
            ca_bundle,
            proxy: first(layers, |layer| &layer.proxy),
            no_proxy: first(layers, |layer| &layer.no_proxy),
            retry_for: first(layers, |layer| &layer.retry_for),
            timeout: first(layers, |layer| &layer.timeout),
            profile: self.profile,
            warnings: self.warnings,
            search: self.search,
            store: self.store,
            own_store: None,
        };
        check_transport(config)
    }

    /// A profile that was asked for while no file was read cannot be had.
    fn check_profile(&self) -> Result<(), ConfigError> {
        match &self.profile {
            Some(profile) if self.search.read_file.is_none() => Err(ConfigError::UnknownProfile {
                profile: key::shown(&profile.value),
                path: None,
                known: Vec::new(),
            }),
            _ => Ok(()),
        }
    }

    /// The CA bundle of the first place that names one, by `ca_bundle` or by `verify`.
    fn ca_bundle(&mut self) -> Result<Option<Given<PathBuf>>, ConfigError> {
        let named = self.layers.iter().find_map(|layer| {
            let in_verify = layer.verify_bundle.clone();
            let bundle = layer.ca_bundle.clone().or_else(|| in_verify.clone());
            bundle.map(|bundle| (bundle, in_verify))
        });
        let Some((bundle, in_verify)) = named else {
            return Ok(None);
        };
        let path = self.expand(Key::CaBundle.name(), &bundle.value, &bundle.origin)?;
        if let Some(in_verify) = in_verify {
            if in_verify.value != bundle.value {
                return Err(invalid(Key::Verify, &in_verify, ValueProblem::TwoBundles));
            }
            self.warn(ConfigWarning::BundleInVerify {
                origin: in_verify.origin,
                path: path.clone(),
            });
        }
        Ok(Some(Given::new(path, bundle.origin)))
    }

    /// The address of a service from the first place that gives it, as such or by a domain.
    fn address(&self, service: &Service) -> Result<Given<BaseUrl>, ConfigError> {
        for layer in &self.layers {
            if let Some(address) = (service.field)(layer) {
                return Ok(address.clone());
            }
            if let Some(domain) = &layer.domain {
                let address = (service.derive)(&domain.value);
                let address = address.map_err(|problem| invalid(Key::Domain, domain, problem))?;
                return Ok(Given::default(address));
            }
        }
        Err(ConfigError::MissingAddress {
            service: service.name,
            key: service.key.name(),
            variable: service.key.variable(),
            search: Box::new(self.search.clone()),
        })
    }
}

/// One of the two services, and where its address is.
struct Service {
    name: &'static str,
    key: Key,
    field: fn(&Layer) -> &Option<Given<BaseUrl>>,
    derive: fn(&Domain) -> Result<BaseUrl, ValueProblem>,
}

const SSO: Service = Service {
    name: "SSO",
    key: Key::SsoBaseUrl,
    field: |layer| &layer.sso_base_url,
    derive: Domain::sso_base_url,
};

const API: Service = Service {
    name: "API",
    key: Key::ApiBaseUrl,
    field: |layer| &layer.api_base_url,
    derive: Domain::api_base_url,
};

fn first<T: Clone>(layers: &[Layer], field: fn(&Layer) -> &Option<Given<T>>) -> Option<Given<T>> {
    layers.iter().find_map(|layer| field(layer).clone())
}

/// Whether the token is safe on its way, and what to say if it is less safe than it could be.
fn check_transport(mut config: Config) -> Result<Config, ConfigError> {
    let addresses = [
        (Key::SsoBaseUrl, &config.sso_base_url),
        (Key::ApiBaseUrl, &config.api_base_url),
    ];
    let exposing = addresses
        .into_iter()
        .find(|(_, address)| address.value.exposes());
    if let Some((key, address)) = exposing {
        if !config.allow_http.value {
            return Err(invalid(key, address, ValueProblem::PlainHttp));
        }
        let origin = config.allow_http.origin.clone();
        config.warn(ConfigWarning::PlainHttp { origin });
    }
    if !config.verify.value {
        let origin = config.verify.origin.clone();
        config.warn(ConfigWarning::Unverified { origin });
    }
    if config.api_key.is_some() && config.oauth2_token.is_some() {
        tracing::debug!("both tokens are configured: the personal access token is used");
    }
    Ok(config)
}

impl Config {
    fn warn(&mut self, warning: ConfigWarning) {
        tracing::warn!("{warning}");
        self.warnings.push(warning);
    }
}

fn invalid<T>(key: Key, given: &Given<T>, problem: ValueProblem) -> ConfigError {
    ConfigError::InvalidValue {
        key: key.name(),
        origin: given.origin.clone(),
        line: None,
        problem,
    }
}
