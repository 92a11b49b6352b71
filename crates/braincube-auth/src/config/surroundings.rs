//! [`Surroundings`]: all that a configuration takes from the process around it.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::key::{CONFIG_HOME_VARIABLE, CONFIG_VARIABLE, Key, PROFILE_VARIABLE};
use crate::{ConfigWarning, ValueProblem};

/// The environment variables, the home folder and the working directory that a configuration is
/// looked for in.
///
/// Those of the process are taken unless others are given, as tests do.
///
/// ```
/// use braincube_auth::{Config, Surroundings};
///
/// let surroundings = Surroundings::empty()
///     .with_variable("BRAINCUBE_DOMAIN", "mybraincube.com")
///     .with_variable("BRAINCUBE_API_KEY", "a personal access token");
/// let config = Config::builder().surroundings(surroundings).load(None)?;
/// assert_eq!(config.sso_base_url(), "https://mybraincube.com");
/// # Ok::<(), braincube_auth::ConfigError>(())
/// ```
#[derive(Clone, Default)]
pub struct Surroundings {
    variables: BTreeMap<String, Variable>,
    home: Option<PathBuf>,
    working_directory: Option<PathBuf>,
}

/// The value of an environment variable.
#[derive(Clone)]
pub(crate) enum Variable {
    /// Wiped from memory when dropped: it may be a secret.
    Text(Zeroizing<String>),
    NotUnicode,
}

impl Surroundings {
    /// Those of the process: its `BRAINCUBE_…` variables and `XDG_CONFIG_HOME` as they are now, the home folder of its
    /// user, and its working directory.
    pub fn of_process() -> Self {
        let mut surroundings = Self::empty();
        let settings = Key::ALL.into_iter().map(Key::variable);
        for name in settings.chain([CONFIG_VARIABLE, PROFILE_VARIABLE, CONFIG_HOME_VARIABLE]) {
            if let Some(value) = env::var_os(name) {
                surroundings = surroundings.with_variable(name, value);
            }
        }
        surroundings.home = env::home_dir();
        surroundings.working_directory = env::current_dir().ok();
        surroundings
    }

    /// None: no variables, no home, no working directory.
    pub fn empty() -> Self {
        Self::default()
    }

    /// The same with an environment variable.
    #[must_use]
    pub fn with_variable(mut self, name: impl Into<String>, value: impl Into<OsString>) -> Self {
        let value = match value.into().into_string() {
            Ok(text) => Variable::Text(Zeroizing::new(text)),
            Err(_not_unicode) => Variable::NotUnicode,
        };
        self.variables.insert(name.into(), value);
        self
    }

    /// The same with a home folder: `.braincube/config.json` is looked for there, and
    /// `.config/braincube/credentials.json` holds the tokens of logins, unless `XDG_CONFIG_HOME` names another place. A `~`
    /// at the beginning of a path stands for it.
    #[must_use]
    pub fn with_home(mut self, home: impl Into<PathBuf>) -> Self {
        self.home = Some(home.into());
        self
    }

    /// The same with a working directory: `config.json` is looked for there.
    #[must_use]
    pub fn with_working_directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.working_directory = Some(directory.into());
        self
    }

    /// The value of a variable. An empty one counts as not set, as is the custom.
    pub(crate) fn variable(&self, name: &str) -> Option<&Variable> {
        self.variables
            .get(name)
            .filter(|value| !matches!(value, Variable::Text(text) if text.is_empty()))
    }

    /// The default places, first one first, and whether each is in the working directory.
    pub(crate) fn default_places(&self) -> impl Iterator<Item = (PathBuf, bool)> {
        let here = self.working_directory.as_deref();
        let home = self.home();
        let here = here.map(|directory| (directory.join("config.json"), true));
        let home = home.map(|home| (home.join(".braincube").join("config.json"), false));
        here.into_iter().chain(home)
    }

    /// The file that holds the tokens of logins, whether it exists or not, and what to warn of.
    ///
    /// It is in `XDG_CONFIG_HOME`, of which the specification of the XDG base directories says that only an absolute path
    /// counts, else in `~/.config`. A file in `~/.config` from before the variable was set stays in use.
    pub(crate) fn store(&self) -> (Option<PathBuf>, Option<ConfigWarning>) {
        let store_in = |folder: &Path| folder.join("braincube").join("credentials.json");
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

    pub(crate) fn home(&self) -> Option<&Path> {
        self.home.as_deref().filter(|home| *home != Path::new(""))
    }
}

/// The path with the home folder in place of a `~` at its beginning.
///
/// # Errors
///
/// [`ValueProblem::NoHome`] if there is no home folder.
pub(crate) fn expand_home(path: &Path, home: Option<&Path>) -> Result<PathBuf, ValueProblem> {
    match path.strip_prefix("~") {
        Ok(rest) => Ok(home.ok_or(ValueProblem::NoHome)?.join(rest)),
        Err(_) => Ok(path.to_owned()),
    }
}

/// The names of the variables, not their values.
impl fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Surroundings")
            .field("variables", &self.variables.keys().collect::<Vec<_>>())
            .field("home", &self.home)
            .field("working_directory", &self.working_directory)
            .finish()
    }
}
