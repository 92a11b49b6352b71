//! What becomes of conditions that stand for no filter: a warning, or an error where the caller is strict.

use braincube_model::{ConditionError, ConditionFilters, Filter};

use crate::error::Result;

/// The filters; a warning for each condition that stands for none.
pub(crate) fn tolerant(found: ConditionFilters) -> Vec<Filter> {
    for unfiltered in &found.unfiltered {
        tracing::warn!("{unfiltered}; it is left out");
    }
    found.filters
}

/// The filters; an error if a condition stands for none.
pub(crate) fn strict(found: ConditionFilters) -> Result<Vec<Filter>> {
    match found.unfiltered.into_iter().next() {
        None => Ok(found.filters),
        Some(unfiltered) => Err(ConditionError::NoFilter(unfiltered).into()),
    }
}
