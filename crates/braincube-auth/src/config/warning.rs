//! [`ConfigWarning`]: a problem of a configuration that can be used.

use std::fmt;
use std::path::PathBuf;

use crate::Origin;

/// A problem of a configuration that can be used.
///
/// Each warning is also logged at level `WARN` when the configuration is loaded. None contains a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigWarning {
    /// An unknown key was ignored.
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// The key; only the length of a long one, which may be a misplaced secret.
        key: Box<str>,
        /// The known key that is most similar.
        nearest: Option<&'static str>,
    },
    /// Other users can read a file that contains a secret (Unix).
    ExposedSecrets {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Certificates are not verified: an attacker in the network can read the token and the data.
    Unverified {
        /// Where `verify` was set to `false`.
        origin: Origin,
    },
    /// The token is sent unencrypted, to a plain `http` URL of another machine.
    PlainHttp {
        /// Where `allow_http` was set to `true`.
        origin: Origin,
    },
    /// `verify` names a CA bundle, as the Python package allows. It is used like `ca_bundle`.
    BundleInVerify {
        /// Where `verify` was set.
        origin: Origin,
        /// The bundle.
        path: PathBuf,
    },
    /// `XDG_CONFIG_HOME` is not an absolute path and was ignored, as its specification demands.
    RelativeConfigHome,
    /// Two files contain tokens of logins. Only the one in `XDG_CONFIG_HOME` is used.
    SecondStore {
        /// The file that is used.
        used: PathBuf,
        /// The file in `~/.config`, which is not used.
        unread: PathBuf,
    },
    /// The configuration was found in the working directory.
    FoundInWorkingDirectory {
        /// The file.
        path: PathBuf,
    },
}

impl fmt::Display for ConfigWarning {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::UnknownKey { path, key, nearest } => {
                write!(f, "{}: unknown key \"{key}\"", path.display())?;
                match nearest {
                    Some(nearest) => write!(f, "; did you mean \"{nearest}\"?"),
                    None => f.write_str(", which is ignored"),
                }
            }
            Self::ExposedSecrets { path, mode } => write!(
                f,
                "{0} contains a secret and other users can read it (mode {mode:04o}); run chmod 600 {0}",
                path.display()
            ),
            Self::Unverified { origin } => write!(
                f,
                "certificates are not verified (\"verify\" is false in {origin}): an attacker in the \
                 network can read the token and the data"
            ),
            Self::PlainHttp { origin } => write!(
                f,
                "the token is sent unencrypted over plain http (\"allow_http\" is true in {origin})"
            ),
            Self::BundleInVerify { origin, path } => write!(
                f,
                "\"verify\" in {origin} names the CA bundle {}; its certificates are trusted in addition to those of the \
                 system, as with \"ca_bundle\"",
                path.display()
            ),
            Self::RelativeConfigHome => f.write_str(
                "XDG_CONFIG_HOME is not an absolute path and was ignored; tokens of logins are stored in ~/.config",
            ),
            Self::SecondStore { used, unread } => write!(
                f,
                "tokens of logins are stored in {}; {} also exists and was not read; delete it or move it there",
                used.display(),
                unread.display()
            ),
            Self::FoundInWorkingDirectory { path } => write!(
                f,
                "using {}, found in the working directory; set BRAINCUBE_CONFIG to name a file",
                path.display()
            ),
        }
    }
}
