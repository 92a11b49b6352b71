//! The life of an extraction: what is asked for, in which order, and how the columns arrive.

mod decoding;
mod download;
mod plan;
mod selected;
mod wide;

use std::time::SystemTime;

use braincube_frame::Frame;
use braincube_model::answer::MemoryBaseInfo;
use braincube_model::{LongId, Variable, VariableType};
use futures_util::future::try_join3;

use self::plan::Descriptions;
use self::selected::Selected;
use self::wide::Extraction;
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
    let (referred, info, listed) =
        try_join3(selected::refer(&query), base.info(), list(&query)).await?;
    let Selected { variables, filters } = referred.select(base, &listed).await?;
    let descriptions = plan::by_number(listed);

    let order = info.order_variable()?;
    let given = query.filters.iter().cloned();
    let mut all_filters = given.collect::<std::result::Result<Vec<_>, _>>()?;
    all_filters.extend(filters);
    if !query.period.is_all() {
        let dated = dating_variable(base, &info, order, &descriptions).await?;
        all_filters.extend(query.period.filters(dated, SystemTime::now())?);
    }
    let extraction = Extraction {
        query: &query,
        order,
        filters: all_filters,
        time_zone: info.timezone(),
    };
    let expected = plan::expected_columns(&query, &variables, &descriptions);
    let frame = extraction.download(expected).await?;
    for id in frame.report().missing() {
        tracing::warn!("the server sent no data for variable {id}; its column is all null");
    }
    for id in frame.report().unasked() {
        tracing::warn!("the server sent variable {id}, which nobody asked for; it is left out");
    }
    Ok(frame)
}

/// Every variable of the memory base, where the extraction needs to know them.
///
/// One that cannot be read is an error where all are asked for, and no matter where others are.
async fn list(query: &DataQuery) -> Result<Vec<Variable>> {
    if !plan::needs_descriptions(query) {
        return Ok(Vec::new());
    }
    let mut listed = Vec::new();
    let mut variables = query.memory_base.variables().list();
    while let Some(variable) = variables.next().await {
        match variable {
            Ok(variable) => listed.push(variable),
            Err(error) if error.is_of_one_entity() && !plan::wants_all(query) => {
                tracing::warn!("a variable cannot be read: {error}");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(listed)
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
