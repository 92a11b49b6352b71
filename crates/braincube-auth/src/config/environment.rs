//! [`Environment`]: environment variables, home directory and working directory, and the settings in them.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::key::{CONFIG_HOME_VARIABLE, CONFIG_VARIABLE, Key, PROFILE, PROFILE_VARIABLE};
use super::origin::{Given, Origin};
use super::settings::Settings;
use super::value::RawValue;
use crate::{ConfigError, ConfigWarning, ValueProblem};

/// The environment variables, the home directory and the working directory from which a configuration is loaded.
///
/// By default those of the process; tests set their own.
///
/// ```
/// use braincube_auth::{Config, Environment};
///
/// let environment = Environment::empty()
///     .with_variable("BRAINCUBE_DOMAIN", "mybraincube.com")
///     .with_variable("BRAINCUBE_API_KEY", "a personal access token");
/// let config = Config::builder().environment(environment).load(None)?;
/// assert_eq!(config.sso_base_url(), "https://mybraincube.com");
/// # Ok::<(), braincube_auth::ConfigError>(())
/// ```
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, Variable>,
    home: Option<PathBuf>,
    working_directory: Option<PathBuf>,
}

/// The value of an environment variable.
#[derive(Clone)]
enum Variable {
    /// Zeroized on drop: it may be a secret.
    Text(Zeroizing<String>),
    NotUnicode,
}

impl Environment {
    /// The environment of the process: its `BRAINCUBE_…` variables, `XDG_CONFIG_HOME`, the home directory of its user and
    /// its working directory.
    pub fn of_process() -> Self {
        let mut environment = Self::empty();
        let settings = Key::ALL.iter().map(|key| key.variable());
        for name in settings.chain([CONFIG_VARIABLE, PROFILE_VARIABLE, CONFIG_HOME_VARIABLE]) {
            if let Some(value) = env::var_os(name) {
                environment = environment.with_variable(name, value);
            }
        }
        environment.home = env::home_dir();
        environment.working_directory = env::current_dir().ok();
        environment
    }

    /// An environment without variables, home directory and working directory.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn with_variable(mut self, name: impl Into<String>, value: impl Into<OsString>) -> Self {
        let value = match value.into().into_string() {
            Ok(text) => Variable::Text(Zeroizing::new(text)),
            Err(_not_unicode) => Variable::NotUnicode,
        };
        self.variables.insert(name.into(), value);
        self
    }

    /// Sets the home directory, which replaces a `~` at the start of a path.
    ///
    /// `.braincube/config.json` is a default file. Tokens of logins are stored in `.config/braincube/credentials.json`,
    /// unless `XDG_CONFIG_HOME` is set.
    #[must_use]
    pub fn with_home(mut self, home: impl Into<PathBuf>) -> Self {
        self.home = Some(home.into());
        self
    }

    /// Sets the working directory, in which `config.json` is a default file.
    #[must_use]
    pub fn with_working_directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.working_directory = Some(directory.into());
        self
    }

    /// The settings in the environment variables.
    pub(crate) fn settings(&self) -> Result<Settings, ConfigError> {
        let mut settings = Settings::default();
        for &key in Key::ALL {
            let Some(given) = self.text(key.variable(), key.name())? else {
                continue;
            };
            let raw = RawValue::from_variable(key.kind(), given.value);
            settings
                .put(key, raw, &given.origin)
                .map_err(|problem| ConfigError::invalid(key.name(), given.origin, problem))?;
        }
        Ok(settings)
    }

    /// The path of the configuration file in `BRAINCUBE_CONFIG`.
    pub(crate) fn config_file(&self) -> Result<Option<PathBuf>, ConfigError> {
        let file = self.text(CONFIG_VARIABLE, "configuration file")?;
        Ok(file.map(|given| PathBuf::from(given.value)))
    }

    /// The profile in `BRAINCUBE_PROFILE`.
    pub(crate) fn profile(&self) -> Result<Option<Given<String>>, ConfigError> {
        let profile = self.text(PROFILE_VARIABLE, PROFILE)?;
        Ok(profile.map(|given| given.map(str::to_owned)))
    }

    /// The text of a variable that sets `key`.
    fn text(
        &self,
        variable: &'static str,
        key: &'static str,
    ) -> Result<Option<Given<&str>>, ConfigError> {
        let origin = Origin::Environment(variable);
        match self.variable(variable) {
            None => Ok(None),
            Some(Variable::Text(text)) => Ok(Some(Given::new(text.as_str(), origin))),
            Some(Variable::NotUnicode) => {
                Err(ConfigError::invalid(key, origin, ValueProblem::NotUnicode))
            }
        }
    }

    /// The value of a variable. An empty one counts as not set, as in other programs.
    fn variable(&self, name: &str) -> Option<&Variable> {
        let value = self.variables.get(name);
        value.filter(|value| !matches!(value, Variable::Text(text) if text.is_empty()))
    }

    /// The default files in order of precedence, each with whether it is in the working directory.
    pub(crate) fn default_files(&self) -> impl Iterator<Item = (PathBuf, bool)> {
        let working = self.working_directory.as_deref();
        let working = working.map(|directory| (directory.join("config.json"), true));
        let home = self.home();
        let home = home.map(|home| (home.join(".braincube").join("config.json"), false));
        working.into_iter().chain(home)
    }

    /// The file in which tokens of logins are stored, whether it exists or not, and a warning about it.
    ///
    /// It is in `XDG_CONFIG_HOME` if that is an absolute path, as its specification demands; otherwise in `~/.config`. A
    /// file in `~/.config` from before the variable was set remains in use.
    pub(crate) fn store(&self) -> (Option<PathBuf>, Option<ConfigWarning>) {
        let store_in = |directory: &Path| directory.join("braincube").join("credentials.json");
        let default = self.home().map(|home| store_in(&home.join(".config")));
        let configured = match self.variable(CONFIG_HOME_VARIABLE) {
            None => return (default, None),
            Some(Variable::Text(text)) if Path::new(text.as_str()).is_absolute() => {
                store_in(Path::new(text.as_str()))
            }
            Some(_) => return (default, Some(ConfigWarning::RelativeConfigHome)),
        };
        match default.filter(|default| *default != configured && default.exists()) {
            None => (Some(configured), None),
            Some(unread) if configured.exists() => {
                let used = configured.clone();
                let warning = ConfigWarning::SecondStore { used, unread };
                (Some(configured), Some(warning))
            }
            older => (older, None),
        }
    }

    /// The home directory. An empty path counts as unknown.
    pub(crate) fn home(&self) -> Option<&Path> {
        let home = self.home.as_deref();
        home.filter(|home| !home.as_os_str().is_empty())
    }
}

/// Replaces a `~` at the start of a path by the home directory.
pub(crate) fn expand_home(path: &Path, home: Option<&Path>) -> Result<PathBuf, ValueProblem> {
    match path.strip_prefix("~") {
        Ok(rest) => Ok(home.ok_or(ValueProblem::UnknownHome)?.join(rest)),
        Err(_) => Ok(path.to_owned()),
    }
}

/// Shows the names of the variables, not their values.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Environment")
            .field("variables", &self.variables.keys().collect::<Vec<_>>())
            .field("home", &self.home)
            .field("working_directory", &self.working_directory)
            .finish()
    }
}
