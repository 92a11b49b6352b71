//! Columns on their way: the answer's bytes go into a decoder as they arrive.

use braincube_frame::{ExpectedColumn, Frame, FrameDecoder};
use braincube_model::request::DataRequest;
use braincube_model::{LongId, VariableType};
use bytes::Bytes;
use http::Request;

use super::super::DataQuery;
use super::decoding::Decoding;
use crate::error::Result;
use crate::memory_base::MemoryBase;

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
    let base = &query.memory_base;
    let request = base.client().endpoints().data(base.braincube(), request)?;
    let mut restarts = 0;
    loop {
        let decoder = FrameDecoder::new(expected.clone(), query.options.clone())
            .with_time_zone(time_zone.map(String::from));
        match decode(base, request.clone(), decoder).await {
            Err(error) if error.is_broken_off() && restarts < RESTARTS => {
                restarts += 1;
                tracing::warn!(
                    "the data broke off ({error}); starting again ({restarts} of {RESTARTS})"
                );
            }
            done => return done,
        }
    }
}

async fn decode(
    base: &MemoryBase,
    request: Request<Bytes>,
    decoder: FrameDecoder,
) -> Result<Frame> {
    let mut decoding = Decoding::new(decoder);
    let mut body = base.client().transport().send(request).await?.into_body();
    while let Some(chunk) = body.chunk().await? {
        decoding.push(chunk).await?;
    }
    let mut decoder = decoding.end().await?;
    for id in decoder.undeclared() {
        if let Some(declared) = ask_type(base, id).await {
            decoder.declare(id, declared);
        }
    }
    Ok(decoder.finish()?)
}

/// The type of a variable that the answer said nothing of. Where the service does not say it now
/// either, its empty column is one of text.
async fn ask_type(base: &MemoryBase, id: LongId) -> Option<VariableType> {
    let variable = base.variables().get(id.variable_id()?).await;
    match variable {
        Ok(variable) => variable.variable_type().cloned(),
        Err(error) => {
            tracing::debug!("the type of variable {id} is not known: {error}");
            None
        }
    }
}
