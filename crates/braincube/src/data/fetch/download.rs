//! Columns on their way: the answer's bytes go into a decoder as they arrive.

use braincube_frame::{ExpectedColumn, Frame, FrameDecoder, WholeAnswer};
use braincube_model::request::DataRequest;
use braincube_model::{BcId, Variable};
use braincube_transport::Body;
use http::Response;

use super::super::DataQuery;
use super::super::progress::Meter;
use super::decoding::Decoding;
use crate::error::{Error, Result};
use crate::lookup::{self, OneByOne};
use crate::memory_base::MemoryBase;

/// Sends the request and decodes the answer.
///
/// Where the answer breaks off, the transport asks for it again and a fresh decoder takes it from
/// its first byte: nothing has been handed on by then.
pub(super) async fn download(
    query: &DataQuery,
    request: &DataRequest,
    expected: Vec<ExpectedColumn>,
    time_zone: Option<&str>,
) -> Result<Frame> {
    let base = &query.memory_base;
    let request = base.client().endpoints().data(base.braincube(), request)?;
    let decoder = || {
        // Above about a megabyte, the columns of an answer are worth more than one core.
        FrameDecoder::new(expected.clone(), query.options.clone().with_parallel(true))
            .with_time_zone(time_zone.map(String::from))
    };
    let transport = base.client().transport();
    let mut answer = transport
        .read_with(request, |response| {
            decode(response, decoder(), &query.meter)
        })
        .await?;
    declare_types(base, &mut answer).await?;
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

/// Gives the columns without data the type that their variables are declared with, where the answer did not say it.
///
/// # Errors
///
/// Where there is no such variable: a name was mistyped, and no column stands for it.
async fn declare_types(base: &MemoryBase, answer: &mut WholeAnswer) -> Result<()> {
    let undeclared = answer.undeclared();
    let numbers = undeclared.iter().filter_map(|id| id.variable_id());
    let wanted: Vec<BcId> = numbers.map(BcId::from).collect();
    let variables = lookup::variables(base, &wanted, OneByOne::Few).await?;
    for id in undeclared {
        let variable = id.variable_id().and_then(|id| variables.get(&id.into()));
        if let Some(declared) = variable.and_then(Variable::variable_type) {
            answer.declare(id, declared.clone());
        }
    }
    Ok(())
}
