//! Requests for any path, and the extraction of the drop-in.

use braincube::frame::{Dates, FrameOptions, Nan, Numbers, OnBadCell, Spaces, decode};
use braincube::{Client, Error, Method, RawQuery};
use pyo3::prelude::*;

use crate::error::Failure;
use crate::frame::Frame;
use crate::runtime::is_fork_of_importer;

/// A request. Each field is a key of the dictionary.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct RequestOptions {
    method: String,
    path: String,
    sso: bool,
    braincube: String,
    body: Option<Vec<u8>>,
    idempotent: bool,
}

/// Status, headers and body.
pub(crate) type Parts = (u16, Vec<(String, String)>, Vec<u8>);

impl RequestOptions {
    /// The request.
    ///
    /// # Errors
    ///
    /// If the method is invalid.
    pub(crate) fn query(self, client: &Client) -> Result<RawQuery, Failure> {
        let method: Method = self
            .method
            .parse()
            .map_err(|_| Failure::Input(format!("no method {:?}", self.method)))?;
        let mut query = client.request(method, self.path);
        if self.sso {
            query = query.sso();
        }
        if !self.braincube.is_empty() {
            query = query.braincube(self.braincube);
        }
        if let Some(body) = self.body {
            query = query.body(body);
        }
        if self.idempotent {
            query = query.idempotent();
        }
        Ok(query)
    }
}

/// Sends a request and returns its response.
pub(crate) async fn send(query: RawQuery) -> Result<Parts, Failure> {
    let response = query.send().await?;
    let headers = response.headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    });
    let headers = headers.collect();
    Ok((response.status.as_u16(), headers, response.body.into()))
}

/// Sends a request for data and decodes its response: the columns in the order of the response.
pub(crate) async fn extract(query: RawQuery, parse_dates: bool) -> Result<Frame, Failure> {
    let body = query.send().await?.body;
    let dates = match parse_dates {
        true => Dates::Timestamp,
        false => Dates::Text,
    };
    // As the Python package reads cells, except that it fails where this makes a null.
    let options = FrameOptions::default()
        .with_dates(dates)
        .with_numbers(Numbers::Infer)
        .with_nan(Nan::Keep)
        .with_spaces(Spaces::Trim)
        .with_on_bad_cell(OnBadCell::Error)
        .with_parallel(!is_fork_of_importer());
    let decoded = tokio::task::spawn_blocking(move || decode(&body, Vec::new(), options)).await;
    match decoded {
        Ok(frame) => Ok(Frame::new(frame.map_err(Error::from)?)),
        Err(_) => Err(Failure::Panicked),
    }
}
