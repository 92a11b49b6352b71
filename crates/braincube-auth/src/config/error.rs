//! [`ConfigError`]: why a configuration cannot be used.

use std::io;
use std::path::PathBuf;

use super::hint::{in_line, profiles};
use super::search::ConfigSearch;
use crate::Origin;
use crate::store::StoreError;

/// Why a configuration cannot be used.
///
/// It names the file, the line and the key, never a value.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A file that was asked for by name does not exist. No other is read in its place.
    #[error("the configuration file {} does not exist", path.display())]
    NotFound {
        /// The file asked for.
        path: PathBuf,
    },
    /// A file that cannot be read.
    #[error("the configuration file {} cannot be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// A folder, a pipe or a device in the place of a file.
    #[error("{} is no file: a configuration is read from regular files only", path.display())]
    NotAFile {
        /// The thing.
        path: PathBuf,
    },
    /// A file that is too large to be a configuration.
    #[error("the configuration file {} is larger than {limit} bytes", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The largest size that is read, in bytes.
        limit: usize,
    },
    /// A file that is neither UTF-8 nor UTF-16.
    #[error("the configuration file {} is no text in UTF-8 or UTF-16", path.display())]
    Encoding {
        /// The file.
        path: PathBuf,
    },
    /// A file that is no JSON.
    #[error("{}, line {line}, column {column}: not valid JSON", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The column in bytes, from 1; 0 is the line break before the line.
        column: usize,
    },
    /// Something else where an object belongs: at the top of a file, in `profiles`, in a profile.
    #[error("{}, line {line}: expected an object in braces here", path.display())]
    NotAnObject {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// A key that an object has twice, so that one of its values would be lost.
    #[error("{}, line {line}: the key \"{key}\" is there twice", path.display())]
    DuplicateKey {
        /// The file.
        path: PathBuf,
        /// The line of the second one, from 1.
        line: usize,
        /// The key.
        key: Box<str>,
    },
    /// A value that a setting cannot have.
    #[error("{origin}{}: \"{key}\" {problem}", in_line(*line))]
    InvalidValue {
        /// The name of the setting.
        key: &'static str,
        /// Where the value stands.
        origin: Origin,
        /// The line in the file, from 1.
        line: Option<usize>,
        /// What is wrong with it.
        problem: ValueProblem,
    },
    /// No address for one of the two services.
    #[error(
        "no address is configured for the {service} service: set \"domain\" or \"{key}\" in a \
         configuration file (./config.json or ~/.braincube/config.json, unless one is named), or \
         BRAINCUBE_DOMAIN or {variable} in the environment{search}"
    )]
    MissingAddress {
        /// `SSO` or `API`.
        service: &'static str,
        /// The key that gives the address.
        key: &'static str,
        /// The environment variable that gives the address.
        variable: &'static str,
        /// Where it was searched for.
        search: Box<ConfigSearch>,
    },
    /// No token.
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
    #[error("the token of the last login cannot be used")]
    Store(#[from] StoreError),
    /// A profile that was asked for and is not there.
    #[error("there is no profile \"{profile}\": {}", profiles(path.as_ref(), known))]
    UnknownProfile {
        /// The profile asked for.
        profile: Box<str>,
        /// The file that was read, if any was.
        path: Option<PathBuf>,
        /// The profiles that it has.
        known: Vec<Box<str>>,
    },
    /// A file that has settings only in its profiles, and none of them was asked for.
    #[error(
        "no profile is selected: name one (on the command line with --profile), or set \
         BRAINCUBE_PROFILE, or \"profile\" in the file; {}",
        profiles(Some(path), known)
    )]
    ProfileNeeded {
        /// The file.
        path: PathBuf,
        /// The profiles that it has.
        known: Vec<Box<str>>,
    },
}

/// What is wrong with the value of a setting. It does not hold the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ValueProblem {
    /// A value of another type.
    #[error("must be {expected}, but is {found}")]
    WrongType {
        /// What belongs there.
        expected: &'static str,
        /// What is there.
        found: &'static str,
    },
    /// An environment variable that is no Unicode text.
    #[error("is no Unicode text")]
    NotUnicode,
    /// An empty text, or one of spaces only.
    #[error("is empty; leave it out if there is none")]
    Empty,
    /// A path that begins with `~`, where no home folder is known.
    #[error("begins with ~, and this machine names no home folder")]
    NoHome,
    /// `verify` and `ca_bundle` of one place name different CA bundles.
    #[error("names another CA bundle than \"ca_bundle\" does; keep one of them")]
    TwoBundles,
    /// A token with space before or behind it.
    #[error("has space before or behind it")]
    SurroundingSpace,
    /// A token with a line break or with a character outside of ASCII.
    #[error(
        "holds a line break, a control character or one outside of ASCII, so that no header can carry it"
    )]
    ForbiddenCharacter,
    /// A text that is no address.
    #[error("is no address such as https://mybraincube.com")]
    NoAddress,
    /// An address that does not begin with `https://` or `http://`.
    #[error("must begin with https:// (or http://)")]
    Scheme,
    /// An address with a user name or a password in it.
    #[error("must hold no user name and no password")]
    UserInfo,
    /// An address with a query or a fragment behind it.
    #[error("must end before any ? or #")]
    QueryOrFragment,
    /// A domain with a path behind it.
    #[error(
        "must be a bare domain such as mybraincube.com; \"sso_base_url\" and \
         \"braincube_base_url\" may have a path"
    )]
    PathInDomain,
    /// A domain that is an IP address, which has no `api.` in front.
    #[error(
        "is an IP address, from which no API address follows: set \"sso_base_url\" and \
         \"braincube_base_url\""
    )]
    NoSubdomain,
    /// Braces in an address that are not those of `{{braincube-name}}`.
    #[error("may hold no braces but those of {{braincube-name}} in \"braincube_base_url\"")]
    Braces,
    /// `{{braincube-name}}` as the whole host or at its end, where a name would choose the server.
    #[error("must go on with a domain behind {{braincube-name}}")]
    PlaceholderIsHost,
    /// A redirect address that nobody could listen on in safety.
    #[error(
        "must be an https address, or a plain http one of this machine such as http://127.0.0.1/callback"
    )]
    RedirectToOther,
    /// A text that is no address of a proxy, and not `none`.
    #[error(
        "is not the address of a proxy; expected [http://][user:password@]host[:port], the same with \
         https://, or \"none\"; percent-encode blanks and / ? # in the password; SOCKS proxies are not supported"
    )]
    NoProxy,
    /// A text that is not a duration, or one of zero for `timeout`.
    #[error(
        "is not a duration; expected a whole number with a unit (s, m, h, d or w), such as 15s or 5m; \"timeout\" must not be 0"
    )]
    NoDuration,
    /// A plain `http` address of another machine, without `allow_http`.
    #[error(
        "is a plain http address, on which everybody can read the token: use https, or set \
         \"allow_http\" to true"
    )]
    PlainHttp,
}
