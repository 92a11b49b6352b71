//! [`Layer`]: the settings of one place, each of them valid by itself.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::SecretString;

use super::address::{BaseUrl, Domain};
use super::duration;
use super::key::Key;
use super::origin::Given;
use super::proxy::ProxyChoice;
use super::raw::RawValue;
use crate::{Origin, RedirectUri, ValueProblem, secret};

/// The settings of one place: the builder, a file or one profile of it, the environment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layer {
    pub(crate) domain: Option<Given<Domain>>,
    pub(crate) sso_base_url: Option<Given<BaseUrl>>,
    pub(crate) api_base_url: Option<Given<BaseUrl>>,
    pub(crate) api_key: Option<Given<SecretString>>,
    pub(crate) oauth2_token: Option<Given<SecretString>>,
    pub(crate) client_id: Option<Given<String>>,
    pub(crate) client_secret: Option<Given<SecretString>>,
    pub(crate) redirect_uri: Option<Given<RedirectUri>>,
    pub(crate) verify: Option<Given<bool>>,
    pub(crate) allow_http: Option<Given<bool>>,
    pub(crate) ca_bundle: Option<Given<PathBuf>>,
    pub(crate) proxy: Option<Given<ProxyChoice>>,
    pub(crate) no_proxy: Option<Given<String>>,
    pub(crate) retry_for: Option<Given<Duration>>,
    pub(crate) timeout: Option<Given<Duration>>,
    /// A CA bundle that `verify` names, as the Python package allows.
    pub(crate) verify_bundle: Option<Given<PathBuf>>,
    /// The settings that the place gives.
    pub(crate) keys: BTreeMap<Key, Origin>,
}

impl Layer {
    /// Takes a setting in, once it has been checked. `null` and an empty text in a file count as not given, as for the
    /// Python package, whose version 1.2.0 wrote files with such keys for its user to fill in.
    pub(crate) fn put(
        &mut self,
        key: Key,
        raw: RawValue,
        origin: &Origin,
    ) -> Result<(), ValueProblem> {
        if matches!(origin, Origin::File(_)) && raw.is_absent() {
            return Ok(());
        }
        self.keys.insert(key, origin.clone());
        match key {
            Key::Domain => self.domain = given(Domain::parse(&raw.text()?)?, origin),
            Key::SsoBaseUrl => self.sso_base_url = given(BaseUrl::parse(&raw.text()?)?, origin),
            Key::ApiBaseUrl => {
                let address = BaseUrl::parse_with_placeholder(&raw.text()?)?;
                self.api_base_url = given(address, origin);
            }
            Key::PersonalAccessToken => self.api_key = given(secret::token(raw.secret()?)?, origin),
            Key::Oauth2Token => self.oauth2_token = given(secret::token(raw.secret()?)?, origin),
            Key::ClientId => self.client_id = given(not_blank(raw.text()?)?, origin),
            Key::ClientSecret if raw.is_absent() => return Err(ValueProblem::Empty),
            Key::ClientSecret => self.client_secret = given(raw.secret()?, origin),
            Key::RedirectUri => {
                self.redirect_uri = given(RedirectUri::parse(&raw.text()?)?, origin);
            }
            Key::Verify => self.put_verify(raw, origin)?,
            Key::AllowHttp => self.allow_http = given(raw.flag("true or false")?, origin),
            Key::CaBundle => self.ca_bundle = given(ca_bundle(&raw.text()?, origin)?, origin),
            Key::Proxy => self.proxy = given(ProxyChoice::parse(&raw.secret()?)?, origin),
            Key::NoProxy => self.no_proxy = given(not_blank(raw.text()?)?, origin),
            Key::RetryFor => self.retry_for = given(duration::setting(&raw.text()?)?, origin),
            Key::Timeout => self.timeout = given(duration::limit(&raw.text()?)?, origin),
        }
        Ok(())
    }

    /// The Python package hands `verify` to `requests`, which takes the path of a CA bundle too.
    fn put_verify(&mut self, raw: RawValue, origin: &Origin) -> Result<(), ValueProblem> {
        match raw {
            RawValue::Text(path) if is_path(&path) => {
                self.verify = given(true, origin);
                self.verify_bundle = given(ca_bundle(&path, origin)?, origin);
            }
            raw => {
                let flag = raw.flag("true, false or the path of a CA bundle such as ./ca.pem")?;
                self.verify = given(flag, origin);
            }
        }
        Ok(())
    }

    /// Whether the place says where the service is.
    pub(crate) const fn names_address(&self) -> bool {
        self.domain.is_some() || self.sso_base_url.is_some() || self.api_base_url.is_some()
    }

    /// Whether the place holds something that must not reach a stranger.
    pub(crate) fn holds_secret(&self) -> bool {
        self.holds_site_secret()
            || self
                .proxy
                .as_ref()
                .is_some_and(|it| it.value.holds_secret())
    }

    /// Whether the place holds something that only its site may see.
    pub(crate) const fn holds_site_secret(&self) -> bool {
        self.holds_token() || self.client_secret.is_some()
    }

    /// Whether the place says who is asking.
    pub(crate) const fn holds_token(&self) -> bool {
        self.api_key.is_some() || self.oauth2_token.is_some()
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "it is what every field of a layer holds"
)]
fn given<T>(value: T, origin: &Origin) -> Option<Given<T>> {
    Some(Given::new(value, origin.clone()))
}

/// Whether a text is meant as the path of a CA bundle: it is absolute, begins with `.` or `~`, or ends as such files do.
///
/// Anything else may be a word in quotes such as `"false"`, or a secret under the wrong key, which must not be shown as a
/// path.
pub(crate) fn is_path(text: &str) -> bool {
    const ENDINGS: [&str; 4] = ["pem", "crt", "cer", "ca-bundle"];
    let path = Path::new(text);
    let ending = path.extension().and_then(OsStr::to_str);
    path.is_absolute()
        || text.starts_with(['.', '~'])
        || ending.is_some_and(|own| ENDINGS.iter().any(|it| own.eq_ignore_ascii_case(it)))
}

/// A path in a file is relative to the folder of the file, unless it begins with `~`.
fn ca_bundle(text: &str, origin: &Origin) -> Result<PathBuf, ValueProblem> {
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

fn not_blank(text: String) -> Result<String, ValueProblem> {
    if text.trim().is_empty() {
        return Err(ValueProblem::Empty);
    }
    Ok(text)
}
