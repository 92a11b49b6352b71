//! Resolves the settings of all sources to one [`Config`].

use std::path::PathBuf;

use super::address::{BaseUrl, Domain};
use super::key::{self, Key};
use super::origin::{Given, Origin};
use super::settings::Settings;
use super::sources::Loaded;
use super::value::Value;
use crate::{Config, ConfigError, ConfigWarning, ValueProblem};

impl Loaded {
    /// Resolves the settings and logs warnings.
    pub(crate) fn resolve(mut self) -> Result<Config, ConfigError> {
        self.check_profile()?;
        let given = self.layers.iter().flat_map(|layer| &layer.0);
        let origins = given.map(|(key, given)| (*key, given.origin.clone()));
        self.search.given = origins.collect();
        let ca_bundle = self.ca_bundle()?;
        let sso_base_url = self.base_url(&SSO)?;
        let api_base_url = self.base_url(&API)?;
        let mut settings = self.merged();
        self.check_transport(&settings, [&sso_base_url, &api_base_url])?;

        let is_derived = |url: &Given<BaseUrl>| url.origin == Origin::Default;
        if !is_derived(&sso_base_url) && !is_derived(&api_base_url) {
            settings.0.remove(&Key::Domain);
        }
        let resolved = [
            (Key::SsoBaseUrl, Some(sso_base_url.map(Value::BaseUrl))),
            (Key::ApiBaseUrl, Some(api_base_url.map(Value::BaseUrl))),
            (Key::CaBundle, ca_bundle.map(|path| path.map(Value::Path))),
        ];
        for (key, value) in resolved {
            settings.0.extend(value.map(|value| (key, value)));
        }
        Ok(Config {
            settings,
            profile: self.profile,
            warnings: self.warnings,
            search: self.search,
            store_path: self.store_path,
            store: None,
        })
    }

    /// Rejects a selected profile if no file was read.
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

    /// Returns the CA bundle of the first source that sets one, in `ca_bundle` or in `verify`.
    fn ca_bundle(&mut self) -> Result<Option<Given<PathBuf>>, ConfigError> {
        let bundles = self.layers.iter().find_map(|layer| {
            let in_verify = given_path(layer, Key::Verify);
            let bundle = given_path(layer, Key::CaBundle).or_else(|| in_verify.clone());
            Some((bundle?, in_verify))
        });
        let Some((bundle, in_verify)) = bundles else {
            return Ok(None);
        };
        let path = self.expand(Key::CaBundle.name(), &bundle.value, &bundle.origin)?;
        if let Some(Given { value, origin }) = in_verify {
            if value != bundle.value {
                let problem = ValueProblem::ConflictingBundles;
                return Err(ConfigError::invalid(Key::Verify.name(), origin, problem));
            }
            let path = path.clone();
            self.warn(ConfigWarning::BundleInVerify { origin, path });
        }
        Ok(Some(Given::new(path, bundle.origin)))
    }

    /// Returns the base URL of the first source that sets it, directly or by a domain.
    fn base_url(&self, service: &Service) -> Result<Given<BaseUrl>, ConfigError> {
        for layer in &self.layers {
            if let Some(Given {
                value: Value::BaseUrl(url),
                origin,
            }) = layer.get(service.key)
            {
                return Ok(Given::new(url.clone(), origin.clone()));
            }
            if let Some(Given {
                value: Value::Domain(domain),
                origin,
            }) = layer.get(Key::Domain)
            {
                let url = (service.derive)(domain).map_err(|problem| {
                    ConfigError::invalid(Key::Domain.name(), origin.clone(), problem)
                })?;
                return Ok(Given::new(url, Origin::Default));
            }
        }
        Err(ConfigError::MissingAddress {
            service: service.name,
            key: service.key.name(),
            variable: service.key.variable(),
            search: Box::new(self.search.clone()),
        })
    }

    /// Merges the settings by precedence and adds the defaults. The two tokens count as one setting.
    fn merged(&self) -> Settings {
        let mut settings = Settings::default();
        for layer in self.layers.iter().rev() {
            if layer.has_token() {
                settings.0.remove(&Key::PersonalAccessToken);
                settings.0.remove(&Key::Oauth2Token);
            }
            settings.0.extend(layer.clone().0);
        }
        if let Some(verify) = settings.0.get_mut(&Key::Verify)
            && matches!(verify.value, Value::Path(_))
        {
            verify.value = Value::Flag(true);
        }
        for &key in Key::ALL {
            let default = key.default_value();
            if let Some(default) = default.filter(|_| !settings.has(key)) {
                settings.0.insert(key, Given::new(default, Origin::Default));
            }
        }
        settings
    }

    /// Rejects plain `http` to other machines unless it is allowed, and warns about insecure settings.
    fn check_transport(
        &mut self,
        settings: &Settings,
        [sso, api]: [&Given<BaseUrl>; 2],
    ) -> Result<(), ConfigError> {
        let mut urls = [(Key::SsoBaseUrl, sso), (Key::ApiBaseUrl, api)].into_iter();
        if let Some((key, url)) = urls.find(|(_, url)| url.value.is_exposed()) {
            let Some(origin) = settings.flag_origin(Key::AllowHttp, true) else {
                let problem = ValueProblem::PlainHttp;
                return Err(ConfigError::invalid(
                    key.name(),
                    url.origin.clone(),
                    problem,
                ));
            };
            self.warn(ConfigWarning::PlainHttp { origin });
        }
        if let Some(origin) = settings.flag_origin(Key::Verify, false) {
            self.warn(ConfigWarning::Unverified { origin });
        }
        if settings.has(Key::PersonalAccessToken) && settings.has(Key::Oauth2Token) {
            tracing::debug!("both tokens are configured: the personal access token is used");
        }
        Ok(())
    }
}

/// One of the two services.
struct Service {
    name: &'static str,
    key: Key,
    /// Derives the base URL from the domain.
    derive: fn(&Domain) -> Result<BaseUrl, ValueProblem>,
}

const SSO: Service = Service {
    name: "SSO",
    key: Key::SsoBaseUrl,
    derive: Domain::sso_base_url,
};

const API: Service = Service {
    name: "API",
    key: Key::ApiBaseUrl,
    derive: Domain::api_base_url,
};

fn given_path(settings: &Settings, key: Key) -> Option<Given<PathBuf>> {
    let path = settings.path(key)?.to_owned();
    let origin = settings.get(key)?.origin.clone();
    Some(Given::new(path, origin))
}
