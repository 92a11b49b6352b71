//! [`Value`]: the checked value of a setting, and its parsing.

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::SecretString;

use super::address::{BaseUrl, Domain};
use super::origin::Origin;
use super::proxy::ProxyChoice;
use crate::{RedirectUri, ValueProblem, secret};

/// The unchecked value of a setting.
#[derive(Clone)]
pub(crate) enum RawValue {
    Text(String),
    Secret(SecretString),
    Flag(bool),
    Null,
    /// A value that no setting accepts, with its type.
    Other(&'static str),
}

impl RawValue {
    /// The value of an environment variable.
    pub(crate) fn from_variable(kind: Kind, text: &str) -> Self {
        if kind.is_secret() {
            return Self::Secret(text.into());
        }
        if !matches!(kind, Kind::Flag | Kind::Verify) {
            return Self::Text(text.to_owned());
        }
        match text.to_ascii_lowercase().as_str() {
            "true" | "1" => Self::Flag(true),
            "false" | "0" => Self::Flag(false),
            _ if kind == Kind::Verify && is_path(text) => Self::Text(text.to_owned()),
            _ => Self::Other("neither of them (nor 1 or 0)"),
        }
    }

    pub(crate) fn text(self) -> Result<String, ValueProblem> {
        match self {
            Self::Text(text) => Ok(text),
            other => Err(other.wrong_type("a text")),
        }
    }

    fn secret(self) -> Result<SecretString, ValueProblem> {
        match self {
            Self::Secret(secret) => Ok(secret),
            other => Err(other.wrong_type("a text")),
        }
    }

    fn flag(self, expected: &'static str) -> Result<bool, ValueProblem> {
        match self {
            Self::Flag(flag) => Ok(flag),
            other => Err(other.wrong_type(expected)),
        }
    }

    /// Whether it is `null` or an empty text.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::Secret(text) => secret::is_empty(text),
            Self::Null => true,
            Self::Flag(_) | Self::Other(_) => false,
        }
    }

    const fn wrong_type(&self, expected: &'static str) -> ValueProblem {
        let found = match self {
            Self::Text(_) | Self::Secret(_) => "a text",
            Self::Flag(_) => "true or false",
            Self::Null => "null",
            Self::Other(found) => found,
        };
        ValueProblem::WrongType { expected, found }
    }
}

/// Shows only the type: a text may be a misplaced secret.
impl fmt::Debug for RawValue {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Text",
            Self::Secret(_) => "Secret",
            Self::Flag(true) => "true",
            Self::Flag(false) => "false",
            Self::Null => "null",
            Self::Other(found) => found,
        })
    }
}

/// The type of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Domain,
    BaseUrl,
    /// A base URL that may contain `{braincube-name}`.
    BaseUrlTemplate,
    RedirectUri,
    Text,
    /// A secret that must be a valid header value.
    Token,
    Secret,
    Proxy,
    Flag,
    /// A flag, or the path of a CA bundle: the Python package passes `verify` to `requests`, which accepts both.
    Verify,
    Path,
    Duration,
    PositiveDuration,
}

impl Kind {
    /// Whether the value may be or contain a secret.
    pub(crate) const fn is_secret(self) -> bool {
        matches!(self, Self::Token | Self::Secret | Self::Proxy)
    }

    /// Parses a value and checks it.
    pub(crate) fn parse(self, raw: RawValue, origin: &Origin) -> Result<Value, ValueProblem> {
        Ok(match self {
            Self::Domain => Value::Domain(Domain::parse(&raw.text()?)?),
            Self::BaseUrl => Value::BaseUrl(BaseUrl::parse(&raw.text()?)?),
            Self::BaseUrlTemplate => Value::BaseUrl(BaseUrl::parse_with_placeholder(&raw.text()?)?),
            Self::RedirectUri => Value::RedirectUri(RedirectUri::parse(&raw.text()?)?),
            Self::Text => match raw.text()? {
                text if text.trim().is_empty() => return Err(ValueProblem::Empty),
                text => Value::Text(text),
            },
            Self::Token => Value::Secret(secret::token(raw.secret()?)?),
            Self::Secret if raw.is_empty() => return Err(ValueProblem::Empty),
            Self::Secret => Value::Secret(raw.secret()?),
            Self::Proxy => Value::Proxy(ProxyChoice::parse(&raw.secret()?)?),
            Self::Flag => Value::Flag(raw.flag("true or false")?),
            Self::Verify => match raw {
                RawValue::Text(path) if is_path(&path) => Value::Path(resolve_path(&path, origin)?),
                raw => {
                    let expected = "true, false or the path of a CA bundle such as ./ca.pem";
                    Value::Flag(raw.flag(expected)?)
                }
            },
            Self::Path => Value::Path(resolve_path(&raw.text()?, origin)?),
            Self::Duration => Value::Duration(duration(&raw.text()?)?),
            Self::PositiveDuration => match duration(&raw.text()?)? {
                Duration::ZERO => return Err(ValueProblem::InvalidDuration),
                duration => Value::Duration(duration),
            },
        })
    }
}

/// The checked value of a setting.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Domain(Domain),
    BaseUrl(BaseUrl),
    RedirectUri(RedirectUri),
    Text(String),
    Secret(SecretString),
    Proxy(ProxyChoice),
    Flag(bool),
    Path(PathBuf),
    Duration(Duration),
}

/// Masks secrets.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Domain(domain) => f.write_str(domain.as_str()),
            Self::BaseUrl(url) => f.write_str(url.as_str()),
            Self::RedirectUri(uri) => f.write_str(uri.as_str()),
            Self::Text(text) => f.write_str(text),
            Self::Secret(secret) => f.write_str(&secret::masked(secret)),
            Self::Proxy(proxy) => f.write_str(&proxy.masked()),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Path(path) => write!(f, "{}", path.display()),
            Self::Duration(duration) => f.write_str(&duration_text(*duration)),
        }
    }
}

/// Whether a text is the path of a CA bundle: absolute, with `.` or `~` at its start, or with a usual extension.
///
/// Any other text may be a quoted flag such as `"false"`, or a misplaced secret, which must not be shown as a path.
fn is_path(text: &str) -> bool {
    const EXTENSIONS: [&str; 4] = ["pem", "crt", "cer", "ca-bundle"];
    let path = Path::new(text);
    let extension = path.extension().and_then(OsStr::to_str);
    path.is_absolute()
        || text.starts_with(['.', '~'])
        || extension.is_some_and(|own| EXTENSIONS.iter().any(|it| own.eq_ignore_ascii_case(it)))
}

/// Resolves a path of a file against the directory of the file, unless it starts with `~`.
fn resolve_path(text: &str, origin: &Origin) -> Result<PathBuf, ValueProblem> {
    if text.is_empty() {
        return Err(ValueProblem::Empty);
    }
    Ok(match origin {
        Origin::File(path) if !Path::new(text).starts_with("~") => {
            path.with_file_name("").join(text)
        }
        _ => PathBuf::from(text),
    })
}

/// Parses a duration: a whole number followed by a unit, `s`, `m` (minutes), `h`, `d` (24 hours) or `w`.
///
/// Returns `None` for any other text, or if the number does not fit into 32 bits.
///
/// ```
/// use std::time::Duration;
///
/// assert_eq!(braincube_auth::parse_duration("5m"), Some(Duration::from_secs(300)));
/// assert_eq!(braincube_auth::parse_duration("5 minutes"), None);
/// ```
pub fn parse_duration(text: &str) -> Option<Duration> {
    let unit = text.chars().last()?;
    let seconds: u64 = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 604_800,
        _ => return None,
    };
    let digits = text.strip_suffix(unit)?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let count: u32 = digits.parse().ok()?;
    Some(Duration::from_secs(seconds * u64::from(count)))
}

fn duration(text: &str) -> Result<Duration, ValueProblem> {
    parse_duration(text.trim()).ok_or(ValueProblem::InvalidDuration)
}

/// Formats a duration for [`parse_duration`]: in whole seconds, rounded up, limited to 32 bits.
pub(crate) fn duration_text(duration: Duration) -> String {
    let fraction = u64::from(duration.subsec_nanos() > 0);
    let seconds = duration.as_secs().saturating_add(fraction);
    format!("{}s", seconds.min(u32::MAX.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(kind: Kind, text: &str) -> Option<Duration> {
        match kind.parse(RawValue::Text(text.to_owned()), &Origin::Builder) {
            Ok(Value::Duration(duration)) => Some(duration),
            _ => None,
        }
    }

    #[test]
    fn n24_a_duration_is_a_whole_number_with_a_unit() {
        for (text, seconds) in [
            ("0s", Some(0)),
            ("15s", Some(15)),
            ("5m", Some(300)),
            ("2h", Some(7_200)),
            ("1d", Some(86_400)),
            ("1w", Some(604_800)),
            ("15", None),
            ("1.5s", None),
            ("-1s", None),
            ("5 m", None),
            ("5min", None),
            ("99999999999s", None),
            ("s", None),
            ("", None),
            ("\u{65e5}", None),
        ] {
            let expected = seconds.map(Duration::from_secs);
            assert_eq!(parse_duration(text), expected, "{text}");
            assert_eq!(parse(Kind::Duration, text), expected, "{text}");
            let not_zero = expected.filter(|time| !time.is_zero());
            assert_eq!(parse(Kind::PositiveDuration, text), not_zero, "{text}");
        }
    }

    #[test]
    fn n24_a_formatted_duration_can_be_parsed() {
        for (duration, expected) in [
            (Duration::ZERO, "0s"),
            (Duration::from_millis(1), "1s"),
            (Duration::from_secs(300), "300s"),
            (Duration::MAX, "4294967295s"),
        ] {
            assert_eq!(duration_text(duration), expected);
            assert!(parse_duration(expected) >= Some(duration.min(Duration::from_secs(9))));
        }
    }
}
