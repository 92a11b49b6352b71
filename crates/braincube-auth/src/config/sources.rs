//! [`Sources`]: which sources a configuration is loaded from, and in which order.
//!
//! A user *names* some sources: the builder, one file (the argument of [`Config::load`], otherwise `BRAINCUBE_CONFIG`) and
//! the environment. Default files are only *found*: `./config.json`, otherwise `~/.braincube/config.json`, and none if a
//! file was named.
//!
//! A default file may belong to another user or site. It is not opened if a named source has an address or a secret: a
//! token is sent to an address from another source only if the user named both.

use std::env;
use std::path::{Path, PathBuf};

use super::document::Document;
use super::environment::{Environment, expand_home};
use super::file;
use super::key::{self, nearest};
use super::origin::{Given, Origin};
use super::settings::Settings;
use crate::{Config, ConfigError, ConfigSearch, ConfigWarning};

/// The sources of a configuration.
#[derive(Default)]
pub(crate) struct Sources {
    pub(crate) builder: Settings,
    pub(crate) profile: Option<Given<String>>,
    pub(crate) file: Option<PathBuf>,
    pub(crate) environment: Option<Environment>,
    /// Whether default files and the default token store are used.
    pub(crate) uses_defaults: bool,
}

/// The settings of all sources.
#[derive(Default)]
pub(crate) struct Loaded {
    /// In order of precedence.
    pub(crate) layers: Vec<Settings>,
    pub(crate) profile: Option<Given<String>>,
    pub(crate) warnings: Vec<ConfigWarning>,
    pub(crate) search: ConfigSearch,
    /// The file in which tokens of logins are stored.
    pub(crate) store_path: Option<PathBuf>,
    /// The home directory, which replaces a `~` at the start of a path.
    pub(crate) home: Option<PathBuf>,
}

impl Sources {
    /// Reads all sources.
    pub(crate) fn load(self) -> Result<Config, ConfigError> {
        let home = match &self.environment {
            Some(environment) => environment.home().map(Path::to_owned),
            None => env::home_dir(),
        };
        let environment = self.environment.unwrap_or_default();
        let variables = environment.settings()?;
        let profile = match self.profile {
            Some(profile) => Some(profile),
            None => environment.profile()?,
        };
        let file = match self.file {
            Some(file) => Some(file),
            None => environment.config_file()?,
        };
        let mut loaded = Loaded {
            profile,
            home,
            ..Loaded::default()
        };
        if self.uses_defaults {
            let (store_path, warning) = environment.store();
            loaded.store_path = store_path;
            warning.into_iter().for_each(|it| loaded.warn(it));
        }
        if let Some(path) = file {
            let path = loaded.expand("configuration file", &path, &Origin::Builder)?;
            let file = loaded.read(&path)?;
            loaded.layers = vec![self.builder, file, variables];
        } else {
            let is_named = |source: &Settings| source.has_address() || source.has_site_secret();
            let is_site_named = is_named(&self.builder) || is_named(&variables);
            loaded.layers = vec![self.builder, variables];
            if self.uses_defaults && !is_site_named {
                let file = loaded.read_default(&environment)?;
                loaded.layers.extend(file);
            } else if self.uses_defaults {
                let mut files = environment.default_files().map(|(path, _)| path);
                loaded.search.unread_file = files.find(|path| path.exists());
            }
        }
        loaded.resolve()
    }
}

impl Loaded {
    /// Stores a warning, and logs it at once in case loading fails later.
    pub(crate) fn warn(&mut self, warning: ConfigWarning) {
        tracing::warn!("{warning}");
        self.warnings.push(warning);
    }

    /// Replaces a `~` at the start of a path by the home directory.
    pub(crate) fn expand(
        &self,
        key: &'static str,
        path: &Path,
        origin: &Origin,
    ) -> Result<PathBuf, ConfigError> {
        let expanded = expand_home(path, self.home.as_deref());
        expanded.map_err(|problem| ConfigError::invalid(key, origin.clone(), problem))
    }

    /// Reads the settings of a file, or those of the selected profile in it.
    fn read(&mut self, path: &Path) -> Result<Settings, ConfigError> {
        let file = file::read(path)?;
        let (document, parsed) = Document::parse(&file.text, path);
        self.search.read_file = Some(path.to_owned());
        // Logged before an error is returned: a misspelled key is often its cause.
        for name in &document.unknown {
            let nearest = nearest(name);
            let warning = ConfigWarning::UnknownKey {
                path: path.to_owned(),
                key: key::shown(name),
                nearest,
            };
            if nearest.is_some() {
                self.search.misspelled.push(warning.clone());
            }
            self.warn(warning);
        }
        parsed?;
        if let Some(mode) = file.exposed_mode.filter(|_| document.has_secret()) {
            self.warn(ConfigWarning::ExposedSecrets {
                path: path.to_owned(),
                mode,
            });
        }
        self.select(document, path)
    }

    /// Returns the settings of the selected profile, without those outside of profiles; or the latter if none is selected.
    fn select(&mut self, mut document: Document, path: &Path) -> Result<Settings, ConfigError> {
        let known = document.profile_names();
        if self.profile.is_none() {
            let own = document.profile.take();
            self.profile = own.map(|name| Given::new(name.into(), Origin::File(path.to_owned())));
        }
        match &self.profile {
            Some(wanted) => {
                let profile = document.profiles.remove(wanted.value.as_str());
                profile.ok_or_else(|| ConfigError::UnknownProfile {
                    profile: key::shown(&wanted.value),
                    path: Some(path.to_owned()),
                    known,
                })
            }
            None if document.flat.0.is_empty() && !known.is_empty() => {
                Err(ConfigError::ProfileNeeded {
                    path: path.to_owned(),
                    known,
                })
            }
            None => Ok(document.flat),
        }
    }

    /// Reads the first default file that exists.
    fn read_default(&mut self, environment: &Environment) -> Result<Option<Settings>, ConfigError> {
        for (path, is_in_working_directory) in environment.default_files() {
            match self.read(&path) {
                Err(ConfigError::NotFound { .. }) => self.search.absent_files.push(path),
                Err(error) => return Err(error),
                Ok(settings) => {
                    if is_in_working_directory {
                        self.warn(ConfigWarning::FoundInWorkingDirectory { path });
                    }
                    return Ok(Some(settings));
                }
            }
        }
        Ok(None)
    }
}
