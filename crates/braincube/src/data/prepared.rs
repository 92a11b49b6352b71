//! [`Prepared`]: a query with all that is known before data is requested.

use std::sync::Arc;

use braincube_frame::ExpectedColumn;
use braincube_model::response::MemoryBaseInfo;
use braincube_model::{BcId, DateTime, Filter, LongId, VariableType, WallClock};
use futures_util::future::try_join3;

use super::columns::expected_columns;
use super::filters;
use super::query::{DataQuery, Selection};
use super::resolve::ResolvedColumns;
use super::split::ColumnLimit;
use super::types::TypeCache;
use crate::error::{Result, invalid};

/// A query with all that is known before data is requested.
pub(super) struct Prepared {
    pub(super) query: Arc<DataQuery>,
    /// The variable that orders the rows.
    pub(super) order: LongId,
    /// The variable that dates the rows, if it is needed.
    pub(super) date_variable: Option<LongId>,
    /// The filters of the query and of the job, without the period.
    pub(super) filters: Vec<Filter>,
    pub(super) time_zone: Option<String>,
    pub(super) clock: WallClock,
    pub(super) columns: Vec<ExpectedColumn>,
    pub(super) column_limit: ColumnLimit,
    pub(super) types: TypeCache,
}

impl Prepared {
    /// Reads the entities that the query refers to, the order variable, and the descriptions that are needed.
    pub(super) async fn new(query: DataQuery, needs_date: bool) -> Result<Self> {
        let query = Arc::new(query);
        let prepared = Self::prepare(Arc::clone(&query), needs_date).await;
        prepared.map_err(|error| query.about(error))
    }

    async fn prepare(query: Arc<DataQuery>, needs_date: bool) -> Result<Self> {
        query.progress.reset();
        let base = &query.memory_base;
        let number = base.number()?;
        let given = query.filters.iter().cloned();
        let given = given.collect::<Result<Vec<_>, _>>()?;
        let (mut resolved, described, info) = try_join3(
            ResolvedColumns::resolve(&query),
            filters::describe(&query, &given),
            base.info(),
        )
        .await?;
        resolved.others = described;
        let order = info.order_variable()?;
        let ordering = order.variable_id().map(BcId::from).filter(|_| needs_date);
        resolved.complete(&query, ordering.as_slice()).await?;
        let date_variable = match needs_date {
            true => Some(find_date_variable(&query, &info, order, &mut resolved).await?),
            false => None,
        };
        if let Selection::All = query.selection {
            resolved.check(&query, &given).await?;
        }
        let has_instant = query.period.has_instant() || given.iter().any(Filter::has_instant);
        let clock = filters::wall_clock(&info, base, has_instant);
        let type_of = |id: &BcId| resolved.type_of(id);
        let mut filters = filters::with_types(&given, &clock, number, &info, type_of)?;
        filters.extend(resolved.job_filters(&query).await?);
        let (variables, descriptions) = (&resolved.variables, &resolved.columns);
        let columns = expected_columns(query.label, number, variables, descriptions);
        Ok(Self {
            time_zone: info.timezone().map(String::from),
            order,
            date_variable,
            filters,
            column_limit: ColumnLimit::default(),
            types: TypeCache::new(resolved.columns, &columns),
            columns,
            clock,
            query,
        })
    }

    /// The first and the last second of the period, if it has them.
    pub(super) fn seconds(&self) -> Result<(Option<DateTime>, Option<DateTime>)> {
        let seconds = self.query.period.seconds(&self.clock);
        seconds.map_err(|error| self.query.about(error.into()))
    }
}

/// The variable that dates the rows: the first DATETIME variable of the order variable, the reference date and the
/// variable `order` of the memory base.
async fn find_date_variable(
    query: &DataQuery,
    info: &MemoryBaseInfo,
    order: LongId,
    resolved: &mut ResolvedColumns,
) -> Result<LongId> {
    let reference_date = info.reference_date().and_then(|id| id.parse().ok());
    let other = info.order().and_then(|id| id.parse().ok());
    for candidate in [Some(order), reference_date, other].into_iter().flatten() {
        let Some(bcid) = candidate.variable_id().map(BcId::from) else {
            continue;
        };
        match resolved.complete(query, std::slice::from_ref(&bcid)).await {
            Err(error) if error.is_not_found() && candidate != order => continue,
            completed => completed?,
        }
        match resolved.type_of(&bcid) {
            Some(VariableType::DateTime) => return Ok(candidate),
            // Without a type, the name `referenceDate` must suffice.
            None if Some(candidate) == reference_date => return Ok(candidate),
            _ => {}
        }
    }
    let reason = format!(
        "the memory base has no DATETIME variable that dates the rows: its order variable {order} is not one, and it has \
         no reference date"
    );
    Err(invalid("period", reason))
}
