//! How a row of the table of operations becomes a request.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Uri};

use crate::Operation;
use crate::request::operations::BRAINCUBE;
use crate::request::path::expand;
use crate::request::{BaseUrl, Page, RequestError};

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A GET of `operation`: its path filled with the braincube's name and `ids`, in that order.
pub(super) fn get(
    base: &BaseUrl,
    operation: Operation,
    braincube: Option<&str>,
    ids: &[&str],
    page: Option<Page>,
) -> Result<Request<Bytes>, RequestError> {
    let mut address = address(base, operation, braincube, ids)?;
    if let Some(page) = page {
        address.push_str(&page.to_query()?);
    }
    request(Method::GET, address, operation, Bytes::new())
}

/// A POST of a JSON body.
pub(super) fn post(
    base: &BaseUrl,
    operation: Operation,
    braincube: &str,
    ids: &[&str],
    body: Bytes,
) -> Result<Request<Bytes>, RequestError> {
    let address = address(base, operation, Some(braincube), ids)?;
    request(Method::POST, address, operation, body)
}

fn address(
    base: &BaseUrl,
    operation: Operation,
    braincube: Option<&str>,
    ids: &[&str],
) -> Result<String, RequestError> {
    let template = operation.path_template();
    // The base URL names the braincube already: the path must not name it again.
    let named = base
        .has_placeholder()
        .then(|| template.strip_prefix(BRAINCUBE));
    let path = match (named.flatten(), braincube) {
        (Some(rest), _) => expand(rest, ids)?,
        (None, Some(name)) => expand(template, &[&[name], ids].concat())?,
        (None, None) => expand(template, ids)?,
    };
    Ok(base.fill(braincube)? + &path)
}

/// A request with the headers and the extension that all have.
pub(crate) fn request(
    method: Method,
    address: String,
    operation: Operation,
    body: Bytes,
) -> Result<Request<Bytes>, RequestError> {
    let length = address.len();
    let uri = Uri::try_from(address).map_err(|_| RequestError::TooLong {
        operation: operation.name(),
        length,
    })?;
    let has_body = !body.is_empty();
    let mut request = Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    request.headers_mut().insert(ACCEPT, JSON);
    if has_body {
        request.headers_mut().insert(CONTENT_TYPE, JSON);
    }
    request.extensions_mut().insert(operation);
    Ok(request)
}
