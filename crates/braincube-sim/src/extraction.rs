//! `LF`, the extraction: columns of data, filtered and sorted.

mod response;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::filter::Filter;
use crate::memory_base::MemoryBase;
use crate::problem::Problem;

pub use self::response::EmptyColumn;
pub(crate) use self::response::{ExtractionOptions, ExtractionResponse};

/// The body of an extraction.
#[derive(Debug, Deserialize)]
pub(crate) struct Extraction<'a> {
    /// The long id of the order variable; `None` for the order of the file.
    order: Option<String>,
    /// The long ids of the requested variables.
    definitions: Vec<String>,
    #[serde(borrow)]
    context: Context<'a>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Context<'a> {
    /// The long id of the memory base.
    data_source: String,
    #[serde(borrow)]
    filter: Option<&'a RawValue>,
}

impl<'a> Extraction<'a> {
    pub(crate) fn parse(body: &'a [u8]) -> Result<Self, Problem> {
        serde_json::from_slice(body)
            .map_err(|error| Problem::BadRequest(format!("the body is not an extraction: {error}")))
    }

    /// Finds the columns and the visible rows. All errors are returned here, before the response starts.
    pub(crate) fn run(
        &self,
        base: &Arc<MemoryBase>,
        view: View,
        options: ExtractionOptions,
    ) -> Result<ExtractionResponse, Problem> {
        let max = options.max_columns.unwrap_or(usize::MAX);
        if self.definitions.len() > max {
            return Err(Problem::TooMany { max });
        }
        let data_source = format!("mb{}", base.bc_id());
        if self.context.data_source != data_source {
            return Err(Problem::BadRequest(format!(
                "the dataSource {:?} is not the memory base of the path, {data_source:?}",
                self.context.data_source
            )));
        }
        if self.definitions.is_empty() {
            return Err(Problem::bad_request(
                "no definitions; expected the long ids of variables",
            ));
        }
        let (mut columns, mut unknown) = (Vec::new(), Vec::new());
        for long_id in &self.definitions {
            match base.index(long_id) {
                Ok(index) => columns.push(index),
                Err(_) if options.unknown_as_empty => unknown.push(long_id.clone()),
                Err(problem) => return Err(problem),
            }
        }
        // The order of the response is not that of the request: the last variable first, without duplicates.
        columns.sort_unstable_by(|left, right| right.cmp(left));
        columns.dedup();
        let order = self
            .order
            .as_deref()
            .map(|long_id| base.index(long_id))
            .transpose()?;

        let mut rows = match self.context.filter {
            Some(filter) => Filter::compile(filter, base)?.rows(base),
            None => (0..base.rows()).collect(),
        };
        let length = base.rows().saturating_sub(view.removed_rows);
        rows.retain(|row| *row < length);
        if view.reverses_ties {
            // Sorting is stable, so it keeps the order of equal rows.
            rows.reverse();
        }
        if let Some(order) = order {
            let column = base.column(order);
            rows.sort_by(|left, right| column.compare_rows(*left, *right));
        }
        let response = ExtractionResponse::new(Arc::clone(base), columns, rows);
        Ok(response.with_options(options, unknown))
    }
}

/// Changes the data from each extraction to the next.
#[derive(Debug, Default)]
pub(crate) struct Change {
    extractions: AtomicUsize,
    max_removed: usize,
    shuffles_ties: bool,
}

/// The data that one extraction sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct View {
    /// The number of rows that have been removed at the end.
    pub(crate) removed_rows: usize,
    /// Whether rows with equal values of the order variable are in reverse order.
    pub(crate) reverses_ties: bool,
}

impl Change {
    /// Removes a row after each of the first `max_removed` extractions. With `shuffles_ties`, the order of equal rows changes
    /// from each extraction to the next.
    pub(crate) fn new(max_removed: usize, shuffles_ties: bool) -> Self {
        Self {
            extractions: AtomicUsize::new(0),
            max_removed,
            shuffles_ties,
        }
    }

    /// The view of the next extraction.
    pub(crate) fn next_view(&self) -> View {
        let before = self.extractions.fetch_add(1, Ordering::Relaxed);
        View {
            removed_rows: before.min(self.max_removed),
            reverses_ties: self.shuffles_ties && before % 2 == 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Change;

    #[test]
    fn a_row_is_removed_after_each_of_the_first_extractions() {
        let change = Change::new(2, false);
        let removed: Vec<_> = (0..4).map(|_| change.next_view().removed_rows).collect();
        assert_eq!(removed, [0, 1, 2, 2]);
        assert_eq!(Change::default().next_view().removed_rows, 0);
    }

    #[test]
    fn the_order_of_equal_rows_changes_from_each_extraction_to_the_next() {
        let change = Change::new(0, true);
        let reversed: Vec<_> = (0..3).map(|_| change.next_view().reverses_ties).collect();
        assert_eq!(reversed, [false, true, false]);
    }
}
