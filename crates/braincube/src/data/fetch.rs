//! The life of an extraction: what is asked for, in which order, and how the columns arrive.

mod dates;
mod decoding;
mod described;
mod download;
mod empty;
mod filters;
mod plan;
mod selected;
mod types;
mod wide;

use braincube_frame::{ExpectedColumn, Frame};
use braincube_model::answer::MemoryBaseInfo;
use braincube_model::{
    BcId, DateTime, Filter, LongId, VariableFilter as _, VariableType, WallClock,
};
use futures_util::future::try_join3;

use self::selected::Selected;
use self::types::TypeCache;
use self::wide::{Extraction, Room};
use super::{DataQuery, NoRows, Selection};
use crate::error::{Error, ErrorKind, Result, invalid};
use crate::names;

/// How many variables one warning names.
const MAX_LISTED_IDS: usize = 10;

pub(super) async fn fetch(query: DataQuery) -> Result<Frame> {
    let (prepared, period) = prepare(query).await?;
    prepared.rows(period).await
}

/// As [`fetch`]; of a frame without rows also why it has none.
pub(super) async fn fetch_explained(query: DataQuery) -> Result<(Frame, Option<NoRows>)> {
    let (prepared, period) = prepare(query).await?;
    let frame = prepared.rows(period.clone()).await?;
    let reason = match frame.batch().num_rows() {
        0 => Some(prepared.explain_no_rows(&period).await),
        _ => None,
    };
    Ok((frame, reason))
}

/// All that is to be known before the data, and the filters of the query's period.
async fn prepare(mut query: DataQuery) -> Result<(Prepared, Vec<Filter>)> {
    query.period = query.period.clone().at(query.current_time());
    let needs_date = !query.period.is_all();
    let prepared = Prepared::new(query, needs_date).await?;
    let period = match prepared.dated {
        Some(dated) => prepared.query.period.filters(dated, &prepared.clock),
        None => Ok(Vec::new()),
    };
    let period = period.map_err(|error| Subject::of(&prepared.query).names(error.into()))?;
    Ok((prepared, period))
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
    clock: WallClock,
    columns: Vec<ExpectedColumn>,
    /// What the server has shown that a request may ask for.
    room: Room,
    types: TypeCache,
}

impl Prepared {
    /// Fetches what the query refers to, the order variable and the descriptions that it needs.
    pub(super) async fn new(query: DataQuery, needs_date: bool) -> Result<Self> {
        let of = Subject::of(&query);
        let prepared = Self::prepare(query, needs_date).await;
        prepared.map_err(|error| of.names(error))
    }

    async fn prepare(mut query: DataQuery, needs_date: bool) -> Result<Self> {
        query.meter = query.meter.restarted();
        let base = &query.memory_base;
        let given = query.filters.iter().cloned();
        let given = given.collect::<std::result::Result<Vec<_>, _>>()?;
        let (mut selected, described, info) = try_join3(
            Selected::fetch(&query),
            filters::describe(&query, &given),
            base.info(),
        )
        .await?;
        selected.add(described);
        let order = info.order_variable()?;
        let ordering = order.variable_id().map(BcId::from).filter(|_| needs_date);
        selected.complete(&query, ordering.as_slice()).await?;
        let dated = match needs_date {
            true => Some(dating_variable(&query, &info, order, &mut selected).await?),
            false => None,
        };

        if let Selection::All = query.selection {
            selected.check(&query, &given).await?;
        }
        let has_instant = query.period.has_instant() || dates::have_instant(&given);
        let clock = dates::wall_clock(&info, &query.memory_base, has_instant);
        let mut filters = dates::convert(&query, &selected, &given, &clock)?;
        filters.extend(selected.filters(&query).await?);
        let columns = plan::expected_columns(&query, &selected.variables, &selected.columns);
        Ok(Self {
            time_zone: info.timezone().map(String::from),
            order,
            dated,
            filters,
            room: Room::default(),
            types: TypeCache::new(&columns, selected.are_described()),
            columns,
            clock,
            query,
        })
    }

    /// The first and the last second of the query's period, where it has them.
    pub(super) fn seconds(&self) -> Result<(Option<DateTime>, Option<DateTime>)> {
        let seconds = self.query.period.seconds(&self.clock);
        seconds.map_err(|error| Subject::of(&self.query).names(error.into()))
    }

    /// The rows from `start` to before `next`, or to the very `end` where nothing comes next.
    pub(super) async fn window(
        &self,
        start: DateTime,
        next: Option<DateTime>,
        end: DateTime,
    ) -> Result<Frame> {
        let Some(dated) = self.dated else {
            return self.rows(Vec::new()).await;
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
            room: &self.room,
            types: &self.types,
            columns: &self.columns,
        };
        let frame = match self.read(extraction).await {
            Ok(frame) => frame,
            Err(error) => {
                let error = self.explained(error).await;
                return Err(Subject::of(&self.query).names(error));
            }
        };
        if let Some(ids) = summarize_ids(frame.report().missing()) {
            tracing::warn!("the server sent no data for {ids}; what it did not send is all null");
        }
        if let Some(ids) = summarize_ids(frame.report().unasked().iter().copied()) {
            tracing::warn!("the server sent {ids}, which nobody asked for; it is left out");
        }
        if let Some(ids) = summarize_ids(frame.report().of_unknown_type()) {
            tracing::warn!("the type of {ids} is not known here; the values stay text");
        }
        let rows = frame.batch().num_rows() as u64;
        self.query.meter.step(|progress| progress.rows += rows);
        Ok(frame)
    }

    /// Downloads the rows. If there are none, also checks that the variables exist: the server may send an empty column for
    /// one that does not, and without rows it looks like any other.
    async fn read(&self, extraction: Extraction<'_>) -> Result<Frame> {
        let frame = extraction.download().await?;
        if frame.batch().num_rows() == 0 {
            let ids: Vec<_> = self.columns.iter().map(ExpectedColumn::id).collect();
            self.types
                .check_exist(&self.query.memory_base, &ids)
                .await?;
        }
        Ok(frame)
    }
}

impl Prepared {
    /// The error or, if the server refused the request because a variable does not exist, an error that names that variable
    /// and similar ones.
    async fn explained(&self, error: Error) -> Error {
        let refused = matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Rejected);
        if !refused || error.names_what_is_missing() {
            return error;
        }
        let base = &self.query.memory_base;
        let columns = self.columns.iter().map(ExpectedColumn::id);
        match names::first_unknown(base, columns.filter_map(|id| id.variable_id())).await {
            Some((_, reason)) => reason.because_of(error),
            None => error,
        }
    }
}

/// What a query gets data of, for its errors.
enum Subject {
    Base(String),
    /// A job or a data group: what belongs to it is named behind it.
    Part(String),
}

impl Subject {
    fn of(query: &DataQuery) -> Self {
        let base = &query.memory_base;
        match &query.selection {
            Selection::These(_) | Selection::All => Self::Base(format!("data of {base}")),
            Selection::Group(bcid) => Self::Part(format!("data group {bcid} of {base}")),
            Selection::Job(bcid) => Self::Part(format!("job {bcid} of {base}")),
        }
    }

    fn names(self, error: Error) -> Error {
        match self {
            // What does not exist has not been said to be of the memory base.
            Self::Base(what) if error.names_what_is_missing() => error.within(what),
            Self::Base(what) => error.about(|| what),
            Self::Part(what) => error.within(what),
        }
    }
}

/// The first of these variables and the number of the others, as they are told in one line; none where there is none.
fn summarize_ids(ids: impl Iterator<Item = LongId>) -> Option<String> {
    let ids: Vec<_> = ids.map(|id| id.to_string()).collect();
    let (told, others) = ids.split_at(ids.len().min(MAX_LISTED_IDS));
    let told = told.join(", ");
    match (ids.len(), others.len()) {
        (0, _) => None,
        (1, _) => Some(format!("variable {told}")),
        (count, 0) => Some(format!("{count} variables, {told}")),
        (count, others) => Some(format!("{count} variables, {told} and {others} more")),
    }
}

/// The variable that says when a row was: the first that is a date of the one that orders the rows, the memory base's
/// reference date, and the one under `order` where another one orders them.
async fn dating_variable(
    query: &DataQuery,
    info: &MemoryBaseInfo,
    order: LongId,
    selected: &mut Selected,
) -> Result<LongId> {
    let reference_date = info.reference_date().and_then(|id| id.parse().ok());
    let other = info.order().and_then(|id| id.parse().ok());
    for candidate in [Some(order), reference_date, other].into_iter().flatten() {
        let Some(number) = candidate.variable_id() else {
            continue;
        };
        match selected.complete(query, &[number.into()]).await {
            Err(error) if error.is_not_found() && candidate != order => continue,
            known => known?,
        }
        let described = selected.described(number);
        match described.and_then(|variable| variable.variable_type()) {
            Some(VariableType::DateTime) => return Ok(candidate),
            // Nobody says what it is but the service, which says that it is the date.
            None if Some(candidate) == reference_date => return Ok(candidate),
            _ => {}
        }
    }
    let reason = format!(
        "no variable dates the rows: {order}, which orders them, is no date, and there is no reference date"
    );
    Err(invalid("period", reason))
}
