//! Dates in the filters of an extraction: converted as the service writes them, where the variable is a date.

use braincube_model::answer::MemoryBaseInfo;
use braincube_model::{Filter, LongId, TimePoint, VariableType, WallClock};

use super::super::DataQuery;
use super::selected::Selected;
use crate::error::Result;
use crate::memory_base::MemoryBase;

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

/// The filters with the literals of DATETIME variables as the service writes dates.
///
/// # Errors
///
/// If a literal that is compared with a DATETIME variable is not a date.
pub(super) fn convert(
    query: &DataQuery,
    selected: &Selected,
    filters: &[Filter],
    clock: &WallClock,
) -> Result<Vec<Filter>> {
    let base = &query.memory_base;
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
