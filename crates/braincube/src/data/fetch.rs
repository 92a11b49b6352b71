//! The life of an extraction: what is asked for, in which order, and how the columns arrive.

mod decoding;
mod download;
mod plan;
mod selected;
mod wide;

use std::time::SystemTime;

use braincube_frame::{ExpectedColumn, Frame};
use braincube_model::answer::MemoryBaseInfo;
use braincube_model::{DateTime, Filter, LongId, Variable, VariableFilter as _, VariableType};
use futures_util::future::try_join3;

use self::plan::Descriptions;
use self::wide::Extraction;
use super::DataQuery;
use crate::error::{Error, Result, invalid};
use crate::memory_base::MemoryBase;

pub(super) async fn fetch(query: DataQuery) -> Result<Frame> {
    let needs_date = !query.period.is_all();
    Prepared::new(query, needs_date).await?.whole().await
}

/// An extraction of which all is known but the rows.
pub(super) struct Prepared {
    query: DataQuery,
    order: LongId,
    /// The variable that dates the rows, where it was asked for.
    dated: Option<LongId>,
    /// Without those of a period.
    filters: Vec<Filter>,
    time_zone: Option<String>,
    columns: Vec<ExpectedColumn>,
}

impl Prepared {
    /// Fetches what the query refers to, the order variable and the descriptions that it needs.
    pub(super) async fn new(query: DataQuery, needs_date: bool) -> Result<Self> {
        let base = query.memory_base.clone();
        let prepared = Self::prepare(query, needs_date).await;
        prepared.map_err(|error| about(&base, error))
    }

    async fn prepare(mut query: DataQuery, needs_date: bool) -> Result<Self> {
        query.meter = query.meter.restarted();
        let base = &query.memory_base;
        let (referred, info, listed) =
            try_join3(selected::refer(&query), base.info(), list(&query)).await?;
        let selected = referred.select(base, &listed).await?;
        let descriptions = plan::by_number(listed);

        let order = info.order_variable()?;
        let given = query.filters.iter().cloned();
        let mut filters = given.collect::<std::result::Result<Vec<_>, _>>()?;
        filters.extend(selected.filters);
        let dated = match needs_date {
            true => Some(dating_variable(base, &info, order, &descriptions).await?),
            false => None,
        };
        Ok(Self {
            columns: plan::expected_columns(&query, &selected.variables, &descriptions),
            time_zone: info.timezone().map(String::from),
            order,
            dated,
            filters,
            query,
        })
    }

    /// The rows of the query's period.
    async fn whole(&self) -> Result<Frame> {
        let period = match self.dated {
            Some(dated) => self.query.period.filters(dated, SystemTime::now())?,
            None => Vec::new(),
        };
        self.rows(period).await
    }

    /// The rows from `start` to before `next`, or to the very `end` where nothing comes next.
    pub(super) async fn window(
        &self,
        start: DateTime,
        next: Option<DateTime>,
        end: DateTime,
    ) -> Result<Frame> {
        let Some(dated) = self.dated else {
            return self.whole().await;
        };
        let until = match next {
            Some(next) => dated.less(next)?,
            None => dated.less_equals(end)?,
        };
        self.rows(vec![dated.great_equals(start)?, until]).await
    }

    /// The rows that pass these filters too.
    async fn rows(&self, further: Vec<Filter>) -> Result<Frame> {
        let extraction = Extraction {
            query: &self.query,
            order: self.order,
            filters: [self.filters.clone(), further].concat(),
            time_zone: self.time_zone.as_deref(),
        };
        let frame = extraction.download(self.columns.clone()).await;
        let frame = frame.map_err(|error| about(&self.query.memory_base, error))?;
        for id in frame.report().missing() {
            tracing::warn!("the server sent no data for variable {id}; its column is all null");
        }
        for id in frame.report().unasked() {
            tracing::warn!("the server sent variable {id}, which nobody asked for; it is left out");
        }
        let rows = frame.batch().num_rows() as u64;
        self.query.meter.step(|progress| progress.rows += rows);
        Ok(frame)
    }
}

fn about(base: &MemoryBase, error: Error) -> Error {
    error.about(|| format!("data of {base}"))
}

/// Every variable of the memory base, where the extraction needs to know them.
///
/// One that cannot be read is an error where all are asked for, and no matter where others are.
async fn list(query: &DataQuery) -> Result<Vec<Variable>> {
    if !plan::needs_descriptions(query) {
        return Ok(Vec::new());
    }
    let mut listed = Vec::new();
    let mut variables = query.memory_base.variables().list_beside_others();
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
