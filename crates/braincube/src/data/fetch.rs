//! The life of an extraction: what is asked for, in which order, and how the columns arrive.

mod decoding;
mod described;
mod download;
mod plan;
mod selected;
mod wide;

use std::time::SystemTime;

use braincube_frame::{ExpectedColumn, Frame};
use braincube_model::answer::MemoryBaseInfo;
use braincube_model::{BcId, DateTime, Filter, LongId, VariableFilter as _, VariableType};
use futures_util::future::try_join;

use self::selected::Selected;
use self::wide::Extraction;
use super::{DataQuery, Selection};
use crate::error::{Error, ErrorKind, Result, invalid};
use crate::memory_base::MemoryBase;
use crate::names;

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
        let (mut selected, info) = try_join(Selected::fetch(&query), base.info()).await?;
        let order = info.order_variable()?;
        let ordering = order.variable_id().map(BcId::from).filter(|_| needs_date);
        selected.complete(&query, ordering.as_slice()).await?;

        let given = query.filters.iter().cloned();
        let mut filters = given.collect::<std::result::Result<Vec<_>, _>>()?;
        filters.extend(selected.filters(&query).await?);
        let dated = match needs_date {
            true => Some(dating_variable(&info, order, &selected)?),
            false => None,
        };
        Ok(Self {
            columns: plan::expected_columns(&query, &selected.variables, &selected.columns),
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
        let frame = match extraction.download(self.columns.clone()).await {
            Ok(frame) => frame,
            Err(error) => {
                let error = self.explained(error).await;
                return Err(about(&self.query.memory_base, error));
            }
        };
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

impl Prepared {
    /// The error, or, where a variable that was named does not exist and the server refused for that, one that says
    /// so and which are called alike.
    async fn explained(&self, error: Error) -> Error {
        let refused = matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Rejected);
        if !refused || !matches!(self.query.selection, Selection::These(_)) {
            return error;
        }
        let ids = self.columns.iter().map(ExpectedColumn::id);
        let ids: Vec<u64> = ids.filter_map(|id| id.variable_id()).collect();
        let unknown = names::first_unknown(&self.query.memory_base, ids).await;
        match unknown {
            Some(unknown) => unknown.with_detail(error.detail().map(Into::into)),
            None => error,
        }
    }
}

fn about(base: &MemoryBase, error: Error) -> Error {
    error.about(|| format!("data of {base}"))
}

/// The variable that says when a row was: the order variable if it is a date, else the memory
/// base's reference date.
fn dating_variable(info: &MemoryBaseInfo, order: LongId, selected: &Selected) -> Result<LongId> {
    let Some(number) = order.variable_id() else {
        return Err(invalid(
            "period",
            format!("{order} is no variable that could date the rows"),
        ));
    };
    let ordering = selected.described(number);
    if ordering.and_then(|one| one.variable_type()) == Some(&VariableType::DateTime) {
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
