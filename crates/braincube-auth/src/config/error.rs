//! [`ConfigError`]: why a configuration cannot be loaded.

use std::fmt;
use std::io;
use std::path::PathBuf;

use super::key::Key;
use super::origin::Origin;
use super::problem::ValueProblem;
use super::warning::ConfigWarning;
use crate::store::StoreError;

/// Why a configuration cannot be loaded.
///
/// It contains the file, the line and the key, but never a value.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A named file does not exist. No other file is read in its place.
    #[error("the configuration file {} does not exist", path.display())]
    NotFound {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be read.
    #[error("cannot read the configuration file {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// A directory, a pipe or a device instead of a file.
    #[error("{} is not a regular file; a configuration is read from regular files only", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// The file is larger than any configuration.
    #[error("the configuration file {} is larger than {limit} bytes", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The maximum size, in bytes.
        limit: usize,
    },
    /// The file is neither UTF-8 nor UTF-16.
    #[error("the configuration file {} is not text in UTF-8 or UTF-16", path.display())]
    Encoding {
        /// The file.
        path: PathBuf,
    },
    /// The file is not JSON.
    #[error("{}, line {line}, column {column}: not valid JSON", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The column in bytes, from 1; 0 is the line break before the line.
        column: usize,
    },
    /// Another value where an object is expected: at the top of a file, in `profiles`, or as a profile.
    #[error("{}, line {line}: expected an object in braces", path.display())]
    NotAnObject {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// An object has a key twice. One of the two values would be lost.
    #[error("{}, line {line}: duplicate key \"{key}\"", path.display())]
    DuplicateKey {
        /// The file.
        path: PathBuf,
        /// The line of the second one, from 1.
        line: usize,
        /// The key.
        key: Box<str>,
    },
    /// The value of a setting is invalid.
    #[error("{origin}{}: \"{key}\" {problem}", in_line(*line))]
    InvalidValue {
        /// The key of the setting.
        key: &'static str,
        /// Where the value was set.
        origin: Origin,
        /// The line in the file, from 1.
        line: Option<usize>,
        /// Why the value is invalid.
        problem: ValueProblem,
    },
    /// One of the two services has no address.
    #[error(
        "no address is configured for the {service} service: set \"domain\" or \"{key}\" in a \
         configuration file (./config.json or ~/.braincube/config.json, unless one is named), or \
         BRAINCUBE_DOMAIN or {variable} in the environment{search}"
    )]
    MissingAddress {
        /// `SSO` or `API`.
        service: &'static str,
        /// The key of the address.
        key: &'static str,
        /// The environment variable of the address.
        variable: &'static str,
        /// Where it was searched for.
        search: Box<ConfigSearch>,
    },
    /// No token is configured.
    #[error(
        "no credential is configured: set \"api_key\" (a personal access token) or \
         \"oauth2_token\" in a configuration file (./config.json or ~/.braincube/config.json, unless \
         one is named), or BRAINCUBE_API_KEY or \
         BRAINCUBE_OAUTH2_TOKEN in the environment, or log in{search}"
    )]
    MissingCredential {
        /// Where it was searched for.
        search: Box<ConfigSearch>,
    },
    /// The token of a login cannot be read.
    #[error("cannot use the token of the last login")]
    Store(#[from] StoreError),
    /// The selected profile does not exist.
    #[error("no profile \"{profile}\": {}", profiles(path.as_ref(), known))]
    UnknownProfile {
        /// The selected profile.
        profile: Box<str>,
        /// The file that was read, if any.
        path: Option<PathBuf>,
        /// The profiles in it.
        known: Vec<Box<str>>,
    },
    /// The file has settings only in profiles, and none is selected.
    #[error(
        "no profile is selected: name one (on the command line with --profile), or set \
         BRAINCUBE_PROFILE, or \"profile\" in the file; {}",
        profiles(Some(path), known)
    )]
    ProfileNeeded {
        /// The file.
        path: PathBuf,
        /// The profiles in it.
        known: Vec<Box<str>>,
    },
}

impl ConfigError {
    pub(crate) const fn invalid(key: &'static str, origin: Origin, problem: ValueProblem) -> Self {
        Self::InvalidValue {
            key,
            origin,
            line: None,
            problem,
        }
    }
}

/// Where a missing setting was searched for.
///
/// Its `Display` is the end of an error message: which files were read or do not exist, and which keys in them are probably
/// misspelled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfigSearch {
    /// The file that was read, if any.
    pub read_file: Option<PathBuf>,
    /// A default file that was not read, because a token is not sent to an address from another source.
    pub unread_file: Option<PathBuf>,
    /// The default files that do not exist.
    pub absent_files: Vec<PathBuf>,
    /// [Unknown keys](ConfigWarning::UnknownKey) in the file that are similar to a known one.
    pub misspelled: Vec<ConfigWarning>,
    pub(crate) given: Vec<(Key, Origin)>,
}

impl ConfigSearch {
    /// All settings: the key, the environment variable, and the origin of the value if it is set.
    pub fn settings(&self) -> impl Iterator<Item = (&'static str, &'static str, Option<&Origin>)> {
        Key::ALL.iter().map(|key| {
            let given = self.given.iter().find(|(given, _)| given == key);
            let origin = given.map(|(_, origin)| origin);
            (key.name(), key.variable(), origin)
        })
    }
}

impl fmt::Display for ConfigSearch {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for warning in &self.misspelled {
            write!(f, "; {warning}")?;
        }
        match &self.read_file {
            Some(path) => write!(f, "; {} has none", path.display())?,
            None => {
                for path in &self.absent_files {
                    write!(f, "; {} does not exist", path.display())?;
                }
            }
        }
        match &self.unread_file {
            Some(path) => write!(
                f,
                "; {} was not read, because a token is not sent to an address from another source; to use both, name \
                 the file (BRAINCUBE_CONFIG)",
                path.display()
            ),
            None => Ok(()),
        }
    }
}

/// `, line 3`, or nothing.
fn in_line(line: Option<usize>) -> String {
    line.map_or_else(String::new, |line| format!(", line {line}"))
}

/// The profiles of a file.
fn profiles(file: Option<&PathBuf>, known: &[Box<str>]) -> String {
    match file {
        None => "no configuration file was read".to_owned(),
        Some(file) if known.is_empty() => format!("{} has none", file.display()),
        Some(file) => format!("{} has {}", file.display(), known.join(", ")),
    }
}
