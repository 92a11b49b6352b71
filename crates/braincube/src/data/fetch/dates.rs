//! Dates in the filters of an extraction: converted as the service writes them, where the variable is a date.

use braincube_model::answer::MemoryBaseInfo;
use braincube_model::{BcId, Filter, LongId, TimePoint, VariableType, WallClock};

use super::super::DataQuery;
use super::filters;
use super::selected::Selected;
use crate::error::{Error, Result};
use crate::memory_base::MemoryBase;
use crate::names;

/// The wall clock of a memory base; UTC, with a warning where an instant is converted, if its zone is not known.
pub(super) fn wall_clock(info: &MemoryBaseInfo, base: &MemoryBase, has_instant: bool) -> WallClock {
    let zone = info.timezone().filter(|zone| !zone.is_empty());
    let clock = zone.and_then(WallClock::in_zone);
    if has_instant && clock.is_none() {
        let problem = match zone {
            Some(zone) => format!("the time zone {zone:?} of {base} is unknown"),
            None => format!("{base} names no time zone"),
        };
        tracing::warn!("{problem}; instants and the current time are converted to UTC");
    }
    clock.unwrap_or(WallClock::UTC)
}

/// Whether a literal of these filters may be an instant.
pub(super) fn have_instant(filters: &[Filter]) -> bool {
    let mut candidates = filters.iter().flat_map(Filter::date_candidates);
    candidates.any(|one| one.point.is_some_and(TimePoint::is_instant))
}

/// The filters with the literals of dates as the service writes them.
///
/// Variables are looked up only where a literal may be a date, or is compared with the variable that dates the rows.
pub(super) async fn convert(
    query: &DataQuery,
    info: &MemoryBaseInfo,
    selected: &mut Selected,
    filters: Vec<Filter>,
    clock: &WallClock,
) -> Result<Vec<Filter>> {
    let base = &query.memory_base;
    let reference: Option<LongId> = info.reference_date().and_then(|id| id.parse().ok());
    let candidates = filters.iter().flat_map(Filter::date_candidates);
    let mut wanted: Vec<LongId> = candidates.map(|one| one.variable).collect();
    wanted.extend(reference.filter(|id| filters.iter().any(|one| one.needs_type_of(*id))));
    let numbers = wanted
        .iter()
        .filter(|id| id.memory_base_id() == base.bcid())
        .filter_map(|id| id.variable_id());
    let mut numbers: Vec<u64> = numbers.collect();
    numbers.sort_unstable();
    numbers.dedup();
    let ids: Vec<BcId> = numbers.iter().copied().map(BcId::from).collect();
    if let Err(error) = selected.look_up(query, &ids).await {
        return Err(in_filter(base, &filters, &numbers, error).await);
    }
    let is_date = |id: LongId| {
        let variable = id
            .variable_id()
            .and_then(|number| selected.described(number));
        id.memory_base_id() == base.bcid()
            && variable.is_some_and(|one| one.variable_type() == Some(&VariableType::DateTime))
    };
    let converted = filters.iter().map(|one| one.with_dates(clock, is_date));
    Ok(converted.collect::<std::result::Result<_, _>>()?)
}

/// The error of a look-up, with the filter on a variable that does not exist.
async fn in_filter(base: &MemoryBase, all: &[Filter], numbers: &[u64], error: Error) -> Error {
    if !error.names_what_is_missing() {
        return error.within("looking up the types of the variables in filters");
    }
    match names::first_unknown(base, numbers.iter().copied()).await {
        Some((unknown, reason)) => filters::of(base, all, unknown, reason),
        None => error,
    }
}
