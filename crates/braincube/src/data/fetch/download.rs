//! Columns on their way: the answer's bytes go into a decoder as they arrive.

use std::collections::HashMap;

use braincube_frame::{ExpectedColumn, Frame, FrameDecoder, WholeAnswer};
use braincube_model::request::DataRequest;
use braincube_model::{LongId, Variable, VariableType};
use braincube_transport::Body;
use futures_util::TryStreamExt as _;
use http::Response;

use super::super::DataQuery;
use super::super::progress::Meter;
use super::decoding::Decoding;
use crate::error::{Error, Result};
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

/// Gives the columns without data the type that their variables are declared with, where the
/// answer did not say it. What the service does not say now either stays text.
async fn declare_types(base: &MemoryBase, answer: &mut WholeAnswer) -> Result<()> {
    let mut types = match answer.undeclared().as_slice() {
        [] => return Ok(()),
        [id] => one_type(base, *id).await?,
        _ => all_types(base).await?,
    };
    for id in answer.undeclared() {
        if let Some(declared) = types.remove(&id) {
            answer.declare(id, declared);
        }
    }
    Ok(())
}

type Types = HashMap<LongId, VariableType>;

async fn one_type(base: &MemoryBase, id: LongId) -> Result<Types> {
    let Some(number) = id.variable_id() else {
        return Ok(Types::new());
    };
    let variable = base.variables().get_opt(number).await?;
    Ok(variable
        .and_then(|variable| typed(base, &variable))
        .into_iter()
        .collect())
}

async fn all_types(base: &MemoryBase) -> Result<Types> {
    let listed: Vec<_> = base.variables().list().try_collect().await?;
    Ok(listed
        .iter()
        .filter_map(|variable| typed(base, variable))
        .collect())
}

fn typed(base: &MemoryBase, variable: &Variable) -> Option<(LongId, VariableType)> {
    let id = variable.long_id(base.bcid()).ok()?;
    Some((id, variable.variable_type()?.clone()))
}
