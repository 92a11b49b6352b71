//! [`ConfigWarning`]: what a person should know of a configuration that can be used.

use std::fmt;
use std::path::PathBuf;

use crate::Origin;

/// What a person should know of a configuration that can be used.
///
/// Each is also logged once at level `WARN` when the configuration is loaded. None holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigWarning {
    /// A key that means nothing here and was ignored.
    UnknownKey {
        /// The file that has it.
        path: PathBuf,
        /// The key; only its length if it is long, for it may be a secret in the wrong place.
        key: Box<str>,
        /// The key that was probably meant.
        nearest: Option<&'static str>,
    },
    /// A file with a secret in it that others on the machine may read (Unix).
    ExposedSecrets {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Certificates are not verified: anybody on the way can read the token and the data.
    Unverified {
        /// Where `verify` was set to `false`.
        origin: Origin,
    },
    /// The token travels in clear, on a plain `http` address of another machine.
    PlainHttp {
        /// Where `allow_http` was set to `true`.
        origin: Origin,
    },
    /// `verify` names a CA bundle, as it may for the Python package. It is used like `ca_bundle`.
    BundleInVerify {
        /// Where it is named.
        origin: Origin,
        /// The bundle.
        path: PathBuf,
    },
    /// `XDG_CONFIG_HOME` is not an absolute path. It was ignored, as its specification demands.
    RelativeConfigHome,
    /// Tokens of logins are in two files, of which only the one in `XDG_CONFIG_HOME` is used.
    SecondStore {
        /// The file that is used.
        used: PathBuf,
        /// The file in `~/.config`, which is not.
        unread: PathBuf,
    },
    /// The configuration is the `config.json` that happened to lie in the working directory.
    FoundInWorkingDirectory {
        /// The file.
        path: PathBuf,
    },
}

impl fmt::Display for ConfigWarning {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::UnknownKey { path, key, nearest } => {
                write!(f, "{}: the key \"{key}\" is unknown", path.display())?;
                match nearest {
                    Some(nearest) => write!(f, "; did you mean \"{nearest}\"?"),
                    None => f.write_str(" and was ignored"),
                }
            }
            Self::ExposedSecrets { path, mode } => write!(
                f,
                "{0} holds a secret and others may read it (mode {mode:04o}): chmod 600 {0}",
                path.display()
            ),
            Self::Unverified { origin } => write!(
                f,
                "certificates are not verified (\"verify\" is false in {origin}): anybody on the \
                 way can read the token and the data"
            ),
            Self::PlainHttp { origin } => write!(
                f,
                "the token travels in clear over plain http (\"allow_http\" is true in {origin})"
            ),
            Self::BundleInVerify { origin, path } => write!(
                f,
                "\"verify\" in {origin} names the CA bundle {}: its authorities are trusted in addition to those of the \
                 system, as with \"ca_bundle\"",
                path.display()
            ),
            Self::RelativeConfigHome => f.write_str(
                "XDG_CONFIG_HOME is not an absolute path and was ignored: tokens of logins are kept in ~/.config",
            ),
            Self::SecondStore { used, unread } => write!(
                f,
                "tokens of logins are kept in {}; {} exists too and was not read: delete it, or move it there",
                used.display(),
                unread.display()
            ),
            Self::FoundInWorkingDirectory { path } => write!(
                f,
                "using {}, found in the working directory; name it to be sure (BRAINCUBE_CONFIG)",
                path.display()
            ),
        }
    }
}
