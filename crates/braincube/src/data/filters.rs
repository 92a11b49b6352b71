//! The filters of a query: their variables, their dates, and errors that name the filter.

use std::collections::{BTreeSet, HashSet};

use braincube_model::filter::FilterError;
use braincube_model::response::MemoryBaseInfo;
use braincube_model::{BcId, Filter, LongId, VariableType, WallClock};

use super::columns::{Label, summarize_ids};
use super::query::{DataQuery, Selection};
use crate::descriptions::Descriptions;
use crate::error::{Error, Result};
use crate::lookup::IndividualLimit;
use crate::memory_base::MemoryBaseHandle;
use crate::names;
use crate::variable_id::VariableId;

/// Maximum number of characters of a filter in a message.
const MAX_SHOWN_CHARS: usize = 64;

/// The bcIds of the variables of a memory base that a filter compares. A filter may also compare those of another one.
pub(super) fn variables(memory_base: u64, filter: &Filter) -> impl Iterator<Item = u64> {
    let ids = filter.variables();
    ids.filter(move |id| id.memory_base_id() == memory_base)
        .filter_map(|id| id.variable_id())
}

/// Adds the first filter that compares this variable to the message of an error.
pub(super) fn within_filter(
    memory_base: u64,
    filters: &[Filter],
    variable: u64,
    error: Error,
) -> Error {
    let compares = |filter: &&Filter| variables(memory_base, filter).any(|one| one == variable);
    let Some(filter) = filters.iter().find(compares).map(ToString::to_string) else {
        return error;
    };
    let shown = match filter.char_indices().nth(MAX_SHOWN_CHARS) {
        Some((end, _)) => format!("{}…", &filter[..end]),
        None => filter,
    };
    error.within(format_args!("the filter {shown}"))
}

/// Reads the descriptions of the variables that filters compare, except of those that the columns of the query describe.
///
/// The type says whether a literal must be a date. A server may treat a comparison with a variable that does not exist as
/// false, so that a mistyped id would select no rows, or all rows under `NOT`.
///
/// # Errors
///
/// If one of the variables does not exist, with the filter that compares it.
pub(super) async fn describe(query: &DataQuery, filters: &[Filter]) -> Result<Descriptions> {
    let base = &query.memory_base;
    let number = base.number()?;
    let mut descriptions = Descriptions::default();
    let described: HashSet<u64> = match &query.selection {
        Selection::All => return Ok(descriptions),
        Selection::Variables(ids) => {
            let is_described =
                |id: &&VariableId| query.label != Label::BcId || id.description().is_some();
            let columns = ids.iter().filter(is_described);
            columns.filter_map(|id| id.within(number).ok()).collect()
        }
        Selection::Group(_) | Selection::Job(_) => HashSet::new(),
    };
    let wanted = filters.iter().flat_map(|one| variables(number, one));
    let wanted: Vec<u64> = wanted.filter(|one| !described.contains(one)).collect();
    let ids: Vec<BcId> = wanted.iter().copied().map(BcId::from).collect();
    match descriptions.read(base, &ids, IndividualLimit::Few).await {
        Ok(()) => Ok(descriptions),
        Err(error) if !error.names_missing_entity() => {
            Err(error.within("looking up the variables of the filters"))
        }
        Err(error) => match names::first_unknown(base, wanted).await {
            Some((unknown, reason)) => Err(within_filter(number, filters, unknown, reason)),
            None => Err(error),
        },
    }
}

/// The wall clock of a memory base. If its time zone is not known, UTC, with a warning if an instant is converted.
pub(super) fn wall_clock(
    info: &MemoryBaseInfo,
    base: &MemoryBaseHandle,
    has_instant: bool,
) -> WallClock {
    let zone = info.timezone().filter(|zone| !zone.is_empty());
    let clock = zone.and_then(WallClock::in_zone);
    if has_instant && clock.is_none() {
        let problem = match zone {
            Some(zone) => format!("the time zone {zone:?} of {base} is unknown"),
            None => format!("{base} has no time zone"),
        };
        tracing::warn!("{problem}; instants and the current time are converted to UTC");
    }
    clock.unwrap_or(WallClock::UTC)
}

/// Converts the literals to the form of the variables' types.
///
/// Without a type, the reference date is a date. Literals of other variables without a known type, and of variables of
/// another memory base, are sent unchanged, with a warning.
///
/// # Errors
///
/// If a literal cannot be a value of the variable's type.
pub(super) fn with_types(
    filters: &[Filter],
    clock: &WallClock,
    memory_base: u64,
    info: &MemoryBaseInfo,
    type_of: impl Fn(&BcId) -> Option<VariableType>,
) -> Result<Vec<Filter>, FilterError> {
    let reference: Option<LongId> = info.reference_date().and_then(|id| id.parse().ok());
    let type_of = |id: LongId| {
        let variable = id.variable_id().map(BcId::from);
        let known = variable.filter(|_| id.memory_base_id() == memory_base);
        match known.and_then(|id| type_of(&id)) {
            None if Some(id) == reference => Some(VariableType::DateTime),
            known => known,
        }
    };
    let is_unknown = |id: &LongId| matches!(type_of(*id), None | Some(VariableType::Other(_)));
    let unknown: BTreeSet<LongId> = filters
        .iter()
        .flat_map(Filter::variables)
        .filter(is_unknown)
        .collect();
    if let Some(ids) = summarize_ids(unknown.into_iter()) {
        tracing::warn!("the type of {ids} is unknown; the literals of filters are sent unchanged");
    }
    let converted = filters.iter().map(|one| one.with_types(clock, type_of));
    converted.collect()
}
