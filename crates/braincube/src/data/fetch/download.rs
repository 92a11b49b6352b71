//! Columns on their way: the answer's bytes go into a decoder as they arrive.

use braincube_frame::{ExpectedColumn, Frame, FrameDecoder, WholeAnswer};
use braincube_model::request::DataRequest;
use braincube_transport::Body;
use http::Response;

use super::super::DataQuery;
use super::super::progress::Meter;
use super::decoding::Decoding;
use super::types::TypeCache;
use crate::error::{Error, Result};

/// Sends the request and decodes the answer.
///
/// Where the answer breaks off, the transport asks for it again and a fresh decoder takes it from
/// its first byte: nothing has been handed on by then.
///
/// # Errors
///
/// Also where a column has data of no known type, unless `types_known` says that nobody knows more of them, and where a
/// column came without data and its variable does not exist.
pub(super) async fn download(
    query: &DataQuery,
    request: &DataRequest,
    expected: Vec<ExpectedColumn>,
    time_zone: Option<&str>,
    types: &TypeCache,
    types_known: bool,
) -> Result<Frame> {
    let base = &query.memory_base;
    let request = base.client().endpoints().data(base.braincube(), request)?;
    let request = base.client().marked(request);
    let decoder = || {
        // Above about a megabyte, the columns of an answer are worth more than one core.
        FrameDecoder::new(expected.clone(), query.options.clone().with_parallel(true))
            .with_time_zone(time_zone.map(String::from))
            .refusing_untyped(!types_known)
    };
    let transport = base.client().transport();
    let mut answer = transport
        .read_with(request, |response| {
            decode(response, decoder(), &query.meter)
        })
        .await?;
    types.check_missing(base, &mut answer).await?;
    let frame = answer.into_frame()?;
    let columns = frame.batch().num_columns() as u64;
    query.meter.step(|progress| progress.columns += columns);
    Ok(frame)
}

async fn decode(
    response: Response<Body>,
    decoder: FrameDecoder,
    meter: &Meter,
) -> Result<WholeAnswer> {
    meter.step(|progress| progress.answers += 1);
    let mut body = response.into_body();
    let mut decoding = Decoding::new(decoder);
    while let Some(chunk) = body.chunk().await? {
        let bytes = chunk.len() as u64;
        decoding.push(chunk).await?;
        meter.step(|progress| progress.bytes += bytes);
    }
    let decoder = decoding.end().await?;
    decoder.end().map_err(|error| {
        let detail = error.detail().and_then(|text| body.presentable(text));
        Error::from(error).with_detail(detail)
    })
}
