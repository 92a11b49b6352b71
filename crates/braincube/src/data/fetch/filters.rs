//! Filters on variables that do not exist: which, and in which filter.

use braincube_model::Filter;

use crate::error::Error;
use crate::memory_base::MemoryBase;

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
