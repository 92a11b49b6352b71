//! [`Sources`]: the places a configuration comes from, in the order of their weight.
//!
//! # Which place gives what
//!
//! Some places are *named* by whoever runs the program: the builder, one file (given to
//! [`Config::load`], else by `BRAINCUBE_CONFIG`), and the environment, the first one that says
//! something about a setting being heard. Other places are *found*: `./config.json`, else
//! `~/.braincube/config.json`, one of them at most, and none if a file was named.
//!
//! A found file may be somebody else's, or for another site. So it is not even opened once a named
//! place gives an address or a secret: a token is never sent to an address from another place,
//! unless a person has named both.

use std::env;
use std::path::{Path, PathBuf};

use super::document::Document;
use super::environment;
use super::file;
use super::key::{self, nearest};
use super::layer::Layer;
use super::origin::Given;
use super::search::ConfigSearch;
use super::surroundings::{Surroundings, expand_home};
use crate::{Config, ConfigError, ConfigWarning, Origin};

/// The places that a configuration comes from.
pub(crate) struct Sources {
    builder: Layer,
    profile: Option<Given<String>>,
    file: Option<PathBuf>,
    surroundings: Option<Surroundings>,
    default_places: bool,
}

/// What the places said, heaviest first.
#[derive(Default)]
pub(crate) struct Gathered {
    pub(crate) layers: Vec<Layer>,
    pub(crate) profile: Option<Given<String>>,
    pub(crate) warnings: Vec<ConfigWarning>,
    pub(crate) search: ConfigSearch,
    /// Where the tokens of logins are kept.
    pub(crate) store: Option<PathBuf>,
    /// What a `~` at the beginning of a path stands for.
    pub(crate) home: Option<PathBuf>,
}

impl Sources {
    /// The builder alone.
    pub(crate) const fn new(builder: Layer, profile: Option<Given<String>>) -> Self {
        Self {
            builder,
            profile,
            file: None,
            surroundings: None,
            default_places: false,
        }
    }

    /// And this file.
    pub(crate) fn file(mut self, path: Option<&Path>) -> Self {
        self.file = path.map(Path::to_owned);
        self
    }

    /// And the environment, with the file that it names if none is given.
    pub(crate) fn environment(mut self, surroundings: Surroundings) -> Self {
        self.surroundings = Some(surroundings);
        self
    }

    /// And the default places of the environment.
    pub(crate) const fn default_places(mut self) -> Self {
        self.default_places = true;
        self
    }

    /// Reads all of them.
    pub(crate) fn gather(self) -> Result<Config, ConfigError> {
        let home = match &self.surroundings {
            Some(surroundings) => surroundings.home().map(Path::to_owned),
            None => env::home_dir(),
        };
        let surroundings = self.surroundings.unwrap_or_default();
        let environment = environment::layer(&surroundings)?;
        let profile = match self.profile {
            Some(profile) => Some(profile),
            None => environment::profile(&surroundings)?,
        };
        let named_file = match self.file {
            Some(file) => Some(file),
            None => environment::config_file(&surroundings)?,
        };

        let mut gathered = Gathered {
            profile,
            home,
            ..Gathered::default()
        };
        if self.default_places {
            let (store, warning) = surroundings.store();
            gathered.store = store;
            warning.into_iter().for_each(|it| gathered.warn(it));
        }
        if let Some(path) = named_file {
            let path = gathered.expand("configuration file", &path, &Origin::Builder)?;
            let file = gathered.read(&path)?;
            gathered.layers = vec![self.builder, file, environment];
        } else {
            let is_site_named = is_site(&self.builder) || is_site(&environment);
            gathered.layers = vec![self.builder, environment];
            if self.default_places && !is_site_named {
                let found = gathered.find(&surroundings)?;
                gathered.layers.extend(found);
            } else if self.default_places {
                gathered.search.unread_file = first_default(&surroundings);
            }
        }
        gathered.resolve()
    }
}

impl Gathered {
    /// Keeps a warning and logs it at once, so that it is seen even where the configuration fails.
    pub(crate) fn warn(&mut self, warning: ConfigWarning) {
        tracing::warn!("{warning}");
        self.warnings.push(warning);
    }

    /// A path with the home folder in place of a `~` at its beginning.
    pub(crate) fn expand(
        &self,
        key: &'static str,
        path: &Path,
        origin: &Origin,
    ) -> Result<PathBuf, ConfigError> {
        expand_home(path, self.home.as_deref()).map_err(|problem| ConfigError::InvalidValue {
            key,
            origin: origin.clone(),
            line: None,
            problem,
        })
    }

    /// The settings of a file, or of the profile in it that is wanted.
    fn read(&mut self, path: &Path) -> Result<Layer, ConfigError> {
        let file = file::read(path)?;
        let (document, read) = Document::parse(&file.text, path);
        self.search.read_file = Some(path.to_owned());
        // Before anything can fail: a misspelled key is often why.
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
        read?;
        if let Some(mode) = file.exposed_mode.filter(|_| document.holds_secret()) {
            self.warn(ConfigWarning::ExposedSecrets {
                path: path.to_owned(),
                mode,
            });
        }
        self.select(document, path)
    }

    /// A profile stands alone: nothing of the flat form beside it is mixed in.
    fn select(&mut self, mut document: Document, path: &Path) -> Result<Layer, ConfigError> {
        let known = document.profile_names();
        if self.profile.is_none() {
            let origin = || Origin::File(path.to_owned());
            let own = document.profile.take();
            self.profile = own.map(|name| Given::new(name.into(), origin()));
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
            None if document.flat.keys.is_empty() && !known.is_empty() => {
                Err(ConfigError::ProfileNeeded {
                    path: path.to_owned(),
                    known,
                })
            }
            None => Ok(document.flat),
        }
    }

    /// The settings of the first default place that has a file.
    fn find(&mut self, surroundings: &Surroundings) -> Result<Option<Layer>, ConfigError> {
        for (path, is_here) in surroundings.default_places() {
            match self.read(&path) {
                Err(ConfigError::NotFound { .. }) => self.search.absent_files.push(path),
                Err(error) => return Err(error),
                Ok(layer) => {
                    if is_here {
                        self.warn(ConfigWarning::FoundInWorkingDirectory { path });
                    }
                    return Ok(Some(layer));
                }
            }
        }
        Ok(None)
    }
}

fn is_site(layer: &Layer) -> bool {
    layer.names_address() || layer.holds_site_secret()
}

fn first_default(surroundings: &Surroundings) -> Option<PathBuf> {
    let mut places = surroundings.default_places().map(|(path, _)| path);
    places.find(|path| path.exists())
}
