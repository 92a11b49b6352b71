//! The variables that filters compare: their descriptions, and errors that name the filter.

use std::collections::HashSet;

use braincube_model::{BcId, Filter};

use super::super::{DataQuery, Selection, VariableId};
use super::described::Descriptions;
use super::plan;
use crate::error::{Error, Result};
use crate::lookup::OneByOne;
use crate::memory_base::MemoryBase;
use crate::names;

/// Up to how many characters of a filter are told.
const TOLD: usize = 64;

/// The numbers of the variables that a filter compares, as far as they are of this memory base: others it may know too.
pub(super) fn numbers(base: &MemoryBase, filter: &Filter) -> impl Iterator<Item = u64> {
    let bcid = base.bcid();
    let ids = filter.variables();
    ids.filter(move |id| id.memory_base_id() == bcid)
        .filter_map(|id| id.variable_id())
}

/// The error of an unknown variable, with the first filter that compares it.
pub(super) fn of(base: &MemoryBase, filters: &[Filter], unknown: u64, error: Error) -> Error {
    let mut filters = filters.iter();
    let filter = filters.find(|filter| numbers(base, filter).any(|number| number == unknown));
    let Some(filter) = filter.map(ToString::to_string) else {
        return error;
    };
    let told = match filter.char_indices().nth(TOLD) {
        Some((end, _)) => format!("{}…", &filter[..end]),
        None => filter,
    };
    error.within(format_args!("the filter {told}"))
}

/// Fetches the descriptions of the variables that filters compare, except of those that the columns of the query describe.
///
/// The type says whether a literal must be a date. A server may treat a comparison with a variable that does not exist as
/// false, so that a mistyped id would select no rows, or all rows under `NOT`.
///
/// # Errors
///
/// If one of the variables does not exist, with the filter that compares it.
pub(super) async fn describe(query: &DataQuery, filters: &[Filter]) -> Result<Descriptions> {
    let base = &query.memory_base;
    let mut descriptions = Descriptions::default();
    let described: HashSet<u64> = match &query.selection {
        Selection::All => return Ok(descriptions),
        Selection::These(ids) => {
            let will_be = |id: &&VariableId| plan::needs_names(query) || id.description().is_some();
            let columns = ids.iter().filter(will_be);
            columns
                .filter_map(|id| id.within(base.bcid()).ok())
                .collect()
        }
        Selection::Group(_) | Selection::Job(_) => HashSet::new(),
    };
    let wanted = filters.iter().flat_map(|one| numbers(base, one));
    let wanted: Vec<u64> = wanted
        .filter(|number| !described.contains(number))
        .collect();
    let ids: Vec<BcId> = wanted.iter().copied().map(BcId::from).collect();
    match descriptions.complete(base, &ids, OneByOne::Few).await {
        Ok(()) => Ok(descriptions),
        Err(error) if !error.names_what_is_missing() => {
            Err(error.within("looking up the variables of the filters"))
        }
        Err(error) => match names::first_unknown(base, wanted).await {
            Some((unknown, reason)) => Err(of(base, filters, unknown, reason)),
            None => Err(error),
        },
    }
}
