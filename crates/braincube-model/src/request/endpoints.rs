//! [`Endpoints`]: builds every request of the service from its two base URLs.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Uri};

use super::error::{Reason, Result};
use super::path::expand;
use super::resource::{
    BRAINCUBE, DATA, MEMORY_BASE_INFO, MEMORY_BASE_SELECTOR, USER_ME, VARIABLE_SELECTOR,
};
use super::{BaseUrl, BaseUrlError, DataRequest, Page, RequestError, Resource, Scope};
use crate::{BcId, Operation};

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The two servers of a site, and the requests that they accept.
///
/// Each method is a pure function. It returns a request with an absolute URL, the header `Accept: application/json` and
/// an [`Operation`] in its extensions. Names and ids are percent-encoded, so that each is exactly one segment of the path.
/// A name or an id that is empty, `.` or `..`, or that contains control characters, is an error. If the API base URL
/// contains the placeholder, the segments `braincube/{name}` are left out of the path.
///
/// ```
/// use braincube_model::request::{Endpoints, Page, Scope};
/// use braincube_model::{BcId, Variable};
///
/// let endpoints = Endpoints::new("https://mybraincube.com", "https://api.mybraincube.com")?;
/// let memory_base = BcId::from(20);
/// let scope = Scope::new("demo").memory_base(&memory_base);
/// let request = endpoints.list::<Variable>(scope, Page::first())?;
/// assert_eq!(
///     request.uri().path(),
///     "/braincube/demo/braincube/mb/20/variables/summary"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoints {
    sso: BaseUrl,
    api: BaseUrl,
}

impl Endpoints {
    /// Parses the base URL of the SSO server and that of the API server.
    ///
    /// # Errors
    ///
    /// If one of them is not a base URL, or that of the SSO server contains the placeholder: no path of that server depends
    /// on a braincube.
    pub fn new(sso: &str, api: &str) -> Result<Self, BaseUrlError> {
        let (sso, api): (BaseUrl, BaseUrl) = (sso.parse()?, api.parse()?);
        if sso.has_placeholder() {
            return Err(Reason::SsoPlaceholder.into());
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

    /// Whether an absolute URL is on one of the two servers, so that credentials may be sent to it.
    pub fn owns(&self, uri: &Uri) -> bool {
        self.sso.owns(uri) || self.api.owns(uri)
    }

    /// `GET {SSO}/sso-server/ws/user/me`: the user and the braincubes that the user may open.
    ///
    /// [`response::user_me`](crate::response::user_me) parses the response.
    ///
    /// # Errors
    ///
    /// If the URL is longer than HTTP allows.
    pub fn user_me(&self) -> Result<Request<Bytes>> {
        let url = url(&self.sso, USER_ME, None, &[])?;
        request(Method::GET, url, USER_ME, Bytes::new())
    }

    /// One page of the entities in a braincube, in a memory base or, for rules, of a job.
    ///
    /// [`response::list`](crate::response::list) parses the response.
    ///
    /// # Errors
    ///
    /// If a name or an id cannot be part of a URL, the size of the page is not allowed, or the scope does not fit the
    /// kind of entity.
    pub fn list<E: Resource>(&self, scope: Scope, page: Page) -> Result<Request<Bytes>> {
        let operation = match scope.job {
            Some(_) => E::LIST_OF_JOB.unwrap_or(E::LIST),
            None => E::LIST,
        };
        self.get(operation, scope, None, Some(page))
    }

    /// One entity.
    ///
    /// [`response::one`](crate::response::one) parses the response. The job of the scope is ignored: a rule has the same URL
    /// with and without a job.
    ///
    /// # Errors
    ///
    /// If a name or an id cannot be part of a URL, or the scope does not fit the kind of entity.
    pub fn one<E: Resource>(&self, scope: Scope, bcid: &BcId) -> Result<Request<Bytes>> {
        let scope = Scope { job: None, ..scope };
        self.get(E::ONE, scope, Some(bcid), None)
    }

    /// `GET …/braincube/mb/all/selector`: a short form of all memory bases of a braincube, in one response. An older list.
    ///
    /// # Errors
    ///
    /// If the name cannot be part of a URL.
    pub fn memory_base_selector(&self, braincube: &str) -> Result<Request<Bytes>> {
        let scope = Scope::new(braincube);
        self.get(MEMORY_BASE_SELECTOR, scope, None, None)
    }

    /// `GET …/braincube/mb/{memory_base}/variables/selector`: a short form of all variables of a memory base, in one
    /// response. An older list.
    ///
    /// # Errors
    ///
    /// If a name or an id cannot be part of a URL.
    pub fn variable_selector(&self, braincube: &str, memory_base: &BcId) -> Result<Request<Bytes>> {
        let scope = Scope::new(braincube).memory_base(memory_base);
        self.get(VARIABLE_SELECTOR, scope, None, None)
    }

    /// `GET …/braindata/mb{memory_base}/simple`: what the data service knows of a memory base.
    ///
    /// [`response::memory_base_info`](crate::response::memory_base_info) parses the response.
    ///
    /// # Errors
    ///
    /// If the name of the braincube cannot be part of a URL.
    pub fn memory_base_info(&self, braincube: &str, memory_base: u64) -> Result<Request<Bytes>> {
        let memory_base = memory_base.into();
        let scope = Scope::new(braincube).memory_base(&memory_base);
        self.get(MEMORY_BASE_INFO, scope, None, None)
    }

    /// `POST …/braindata/mb{memory_base}/LF`: columns of data. The request reads and changes nothing.
    ///
    /// # Errors
    ///
    /// If no variable is selected, the order or a selected id is not a variable, the filter is deeper than
    /// [`Filter::MAX_DEPTH`](crate::Filter::MAX_DEPTH), or the name of the braincube cannot be part of a URL.
    pub fn data(&self, braincube: &str, data: &DataRequest) -> Result<Request<Bytes>> {
        let id = data.memory_base().to_string();
        let url = url(&self.api, DATA, Some(braincube), &[&id])?;
        request(Method::POST, url, DATA, data.to_body()?)
    }

    fn get(
        &self,
        operation: Operation,
        scope: Scope,
        bcid: Option<&BcId>,
        page: Option<Page>,
    ) -> Result<Request<Bytes>> {
        let ids = [scope.memory_base, scope.job, bcid].into_iter().flatten();
        let ids: Vec<_> = ids.map(BcId::as_str).collect();
        let mut url = url(&self.api, operation, Some(scope.braincube), &ids)?;
        if let Some(page) = page {
            url.push_str(&page.to_query()?);
        }
        request(Method::GET, url, operation, Bytes::new())
    }
}

/// The URL of an operation: each placeholder of its path is replaced by the braincube or the next id.
fn url(
    base: &BaseUrl,
    operation: Operation,
    braincube: Option<&str>,
    ids: &[&str],
) -> Result<String> {
    let template = operation.path_template();
    // A base URL with the placeholder contains the name of the braincube already.
    let without_braincube = base
        .has_placeholder()
        .then(|| template.strip_prefix(BRAINCUBE));
    let path = match (without_braincube.flatten(), braincube) {
        (None, Some(name)) => expand(template, &[&[name], ids].concat()),
        (rest, _) => expand(rest.unwrap_or(template), ids),
    };
    let scope = RequestError::Scope {
        operation: operation.name(),
    };
    Ok(base.fill(braincube)? + &path?.ok_or(scope)?)
}

/// A request with the headers and the extension that all requests have.
pub(crate) fn request(
    method: Method,
    url: String,
    operation: Operation,
    body: Bytes,
) -> Result<Request<Bytes>> {
    let length = url.len();
    let mut request = Request::builder()
        .method(method)
        .uri(url)
        .header(ACCEPT, JSON)
        .extension(operation);
    if !body.is_empty() {
        request = request.header(CONTENT_TYPE, JSON);
    }
    // The parts of the URL are encoded, so only its length can be invalid.
    request.body(body).map_err(|_| RequestError::TooLong {
        operation: operation.name(),
        length,
    })
}

#[cfg(test)]
mod tests;
