//! The life of an extraction: what is asked for, in which order, and how the columns arrive.

mod decoding;
mod download;
mod plan;

use std::time::SystemTime;

use braincube_frame::Frame;
use braincube_model::answer::MemoryBaseInfo;
use braincube_model::request::DataRequest;
use braincube_model::{LongId, Variable, VariableType};
use futures_util::TryStreamExt as _;
use futures_util::future::try_join;

use self::plan::Descriptions;
use super::DataQuery;
use crate::error::{Result, invalid};
use crate::memory_base::MemoryBase;

pub(super) async fn fetch(query: DataQuery) -> Result<Frame> {
    let base = query.memory_base.clone();
    run(query).await.map_err(|error| {
        error.about(|| {
            format!(
                "data of memory base {} of {:?}",
                base.bcid(),
                base.braincube()
            )
        })
    })
}

async fn run(query: DataQuery) -> Result<Frame> {
    let base = &query.memory_base;
    let asked = plan::asked_variables(&query)?;
    let (info, listed) =
        try_join(base.info(), list(base, plan::needs_descriptions(&query))).await?;
    let variables = match asked {
        Some(variables) => variables,
        None => plan::every_variable(&listed)?,
    };
    let descriptions = plan::by_number(listed);

    let order = info.order_variable()?;
    let mut filters = query
        .filters
        .iter()
        .cloned()
        .collect::<std::result::Result<Vec<_>, _>>()?;
    if !query.period.is_all() {
        let dated = dating_variable(base, &info, order, &descriptions).await?;
        filters.extend(query.period.filters(dated, SystemTime::now())?);
    }
    let definitions: Vec<_> = variables
        .iter()
        .map(|number| base.variable(*number))
        .collect();
    let mut request = DataRequest::new(base.bcid(), order, definitions);
    for filter in filters {
        request = request.filter(filter);
    }

    let expected = plan::expected_columns(&query, &variables, &descriptions);
    let frame = download::download(&query, &request, expected, info.timezone()).await?;
    for id in frame.report().missing() {
        tracing::warn!("the server sent no data for variable {id}; its column is all null");
    }
    for id in frame.report().unasked() {
        tracing::warn!("the server sent variable {id}, which nobody asked for; it is left out");
    }
    Ok(frame)
}

/// Every variable of the memory base, where the extraction needs to know them.
async fn list(base: &MemoryBase, needed: bool) -> Result<Vec<Variable>> {
    if needed {
        base.variables().list().try_collect().await
    } else {
        Ok(Vec::new())
    }
}

/// The variable that says when a row was: the order variable if it is a date, else the memory
/// base's reference date.
async fn dating_variable(
    base: &MemoryBase,
    info: &MemoryBaseInfo,
    order: LongId,
    descriptions: &Descriptions,
) -> Result<LongId> {
    let Some(number) = order.variable_id() else {
        return Err(invalid(
            "period",
            format!("{order} is no variable that could date the rows"),
        ));
    };
    let order_type = match descriptions.get(&number) {
        Some(variable) => variable.variable_type().cloned(),
        None => base.variables().get(number).await?.variable_type().cloned(),
    };
    if order_type == Some(VariableType::DateTime) {
        return Ok(order);
    }
    info.reference_date()
        .and_then(|id| id.parse().ok())
        .ok_or_else(|| {
            let reason = format!(
                "{order}, which orders the rows, is no date, and there is no reference date"
            );
            invalid("period", reason)
        })
}
