//! [`Endpoints`]: every request of the service, made from its two base URLs.

mod build;
mod entities;

use http::{Request, Uri};

use bytes::Bytes;

pub(crate) use self::build::request;
use self::build::{get, post};
use super::{BaseUrl, BaseUrlError, DataRequest, RequestError, operations};

/// The two servers of a site, and every request that can be made of them.
///
/// Each method is a pure function: it answers with a request that has an absolute address,
/// `Accept: application/json` and an [`Operation`](crate::Operation) in its extensions. Names and
/// ids are encoded so that each is one segment of the path, whatever it holds; one that is empty,
/// `.`, `..` or has control characters is an error. With a placeholder in the API base URL, the
/// part `braincube/{name}` is left out of the path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoints {
    sso: BaseUrl,
    api: BaseUrl,
}

impl Endpoints {
    /// The endpoints under the base URL of the SSO server and the one of the API server.
    ///
    /// # Errors
    ///
    /// If either is no base URL, or the SSO server's holds a placeholder.
    pub fn new(sso: &str, api: &str) -> Result<Self, BaseUrlError> {
        Self::from_base_urls(sso.parse()?, api.parse()?)
    }

    /// The endpoints under two base URLs that have been parsed.
    ///
    /// # Errors
    ///
    /// If the SSO server's base URL holds a placeholder: nothing there is addressed by braincube.
    pub fn from_base_urls(sso: BaseUrl, api: BaseUrl) -> Result<Self, BaseUrlError> {
        if sso.has_placeholder() {
            return Err(BaseUrlError::sso_placeholder());
        }
        Ok(Self { sso, api })
    }

    /// The base URL of the SSO server.
    pub const fn sso(&self) -> &BaseUrl {
        &self.sso
    }

    /// The base URL of the API server.
    pub const fn api(&self) -> &BaseUrl {
        &self.api
    }

    /// Whether an absolute address is on one of the two servers, and may be sent a credential.
    pub fn owns(&self, uri: &Uri) -> bool {
        self.sso.owns(uri) || self.api.owns(uri)
    }

    /// `GET {SSO}/sso-server/ws/user/me`: who am I, and which braincubes may I open.
    ///
    /// The answer is read by [`answer::user_me`](crate::answer::user_me).
    ///
    /// # Errors
    ///
    /// If the address is too long for HTTP.
    pub fn user_me(&self) -> Result<Request<Bytes>, RequestError> {
        get(&self.sso, operations::USER_ME, None, &[], None)
    }

    /// `GET …/braindata/mb{memory_base}/simple`: the data service's view of a memory base.
    ///
    /// The answer is read by [`answer::memory_base_info`](crate::answer::memory_base_info).
    ///
    /// # Errors
    ///
    /// If the name of the braincube cannot stand in an address.
    pub fn memory_base_info(
        &self,
        braincube: &str,
        memory_base: u64,
    ) -> Result<Request<Bytes>, RequestError> {
        let id = memory_base.to_string();
        get(
            &self.api,
            operations::MEMORY_BASE_INFO,
            Some(braincube),
            &[&id],
            None,
        )
    }

    /// `POST …/braindata/mb{memory_base}/LF`: columns of data. It reads, it changes nothing.
    ///
    /// # Errors
    ///
    /// If no variable is selected, the order or a selected id is no variable, the filter is deeper
    /// than [`Filter::MAX_DEPTH`](crate::Filter::MAX_DEPTH), or the name of the braincube cannot
    /// stand in an address.
    pub fn data(
        &self,
        braincube: &str,
        data: &DataRequest,
    ) -> Result<Request<Bytes>, RequestError> {
        let id = data.memory_base().to_string();
        post(
            &self.api,
            operations::DATA,
            braincube,
            &[&id],
            data.to_body()?,
        )
    }
}

#[cfg(test)]
mod tests;
