//! Columns on their way: the answer's bytes go into a decoder as they arrive.

use braincube_frame::{ExpectedColumn, Frame, FrameDecoder};
use braincube_model::request::DataRequest;
use bytes::Bytes;
use http::Request;

use super::super::DataQuery;
use crate::client::Client;
use crate::error::Result;

/// How often an extraction that broke off is started again, from its first byte.
const RESTARTS: u32 = 2;

/// Sends the request and decodes the answer; starts again where the answer breaks off.
///
/// Nothing has been handed on by then, and the request only reads: starting again is safe.
pub(super) async fn download(
    query: &DataQuery,
    request: &DataRequest,
    expected: Vec<ExpectedColumn>,
    time_zone: Option<&str>,
) -> Result<Frame> {
    let client = query.memory_base.client();
    let request = client
        .endpoints()
        .data(query.memory_base.braincube(), request)?;
    let mut restarts = 0;
    loop {
        let decoder = FrameDecoder::new(expected.clone(), query.options.clone())?
            .with_time_zone(time_zone.map(String::from));
        match decode(client, request.clone(), decoder).await {
            Err(error) if error.is_broken_off() && restarts < RESTARTS => {
                restarts += 1;
                tracing::warn!(
                    "the data broke off ({error}); starting again, {restarts} of {RESTARTS}"
                );
            }
            done => return done,
        }
    }
}

async fn decode(
    client: &Client,
    request: Request<Bytes>,
    mut decoder: FrameDecoder,
) -> Result<Frame> {
    let mut body = client.transport().send(request).await?.into_body();
    while let Some(chunk) = body.chunk().await? {
        decoder.push(&chunk)?;
    }
    Ok(decoder.finish()?)
}
