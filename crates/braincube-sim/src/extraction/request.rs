//! What an extraction asks for.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::change::Seen;
use crate::extraction::Answer;
use crate::filter::Filter;
use crate::memory_base::MemoryBase;
use crate::problem::Problem;

/// The body of an extraction.
#[derive(Debug, Deserialize)]
pub(crate) struct Extraction<'a> {
    /// The long id of the variable that orders the rows; without it they stand in the order of the file.
    order: Option<String>,
    /// The long ids of the variables asked for.
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
            .map_err(|error| Problem::BadRequest(format!("the body is no extraction: {error}")))
    }

    /// Refuses more variables than may be asked for.
    pub(crate) fn check_size(&self, most: Option<usize>) -> Result<(), Problem> {
        match most {
            Some(most) if self.definitions.len() > most => Err(Problem::TooMany { most }),
            _ => Ok(()),
        }
    }

    /// Finds the columns, and the rows as far as this extraction sees them. All reasons to refuse have been met when this returns.
    /// An unknown variable is one, unless it is answered with an empty column.
    pub(crate) fn run(
        &self,
        base: &Arc<MemoryBase>,
        seen: Seen,
        unknown_as_empty: bool,
    ) -> Result<Answer, Problem> {
        let data_source = format!("mb{}", base.bc_id());
        if self.context.data_source != data_source {
            return Err(Problem::BadRequest(format!(
                "the dataSource {:?} is not the memory base of the path, {data_source:?}",
                self.context.data_source
            )));
        }
        if self.definitions.is_empty() {
            return Err(Problem::bad_request(
                "no definitions: name the variables wanted",
            ));
        }
        let (mut places, mut unknown) = (Vec::new(), Vec::new());
        for long_id in &self.definitions {
            match base.place(long_id) {
                Ok(place) => places.push(place),
                Err(_) if unknown_as_empty => unknown.push(long_id.clone()),
                Err(problem) => return Err(problem),
            }
        }
        // An order of the server's own: the last variable first, each once.
        places.sort_unstable_by(|left, right| right.cmp(left));
        places.dedup();
        let order = self
            .order
            .as_deref()
            .map(|long_id| base.place(long_id))
            .transpose()?;

        let mut rows = match self.context.filter {
            Some(filter) => Filter::compile(filter, base)?.rows(base),
            None => (0..base.rows()).collect(),
        };
        let length = base.rows().saturating_sub(seen.rows_gone);
        rows.retain(|row| *row < length);
        if seen.ties_reversed {
            // Sorting keeps the rows that it finds equal in the order in which they stand.
            rows.reverse();
        }
        if let Some(order) = order {
            let column = base.column(order);
            rows.sort_by(|left, right| column.compare_rows(*left, *right));
        }
        Ok(Answer::new(Arc::clone(base), places, rows).with_unknown(unknown))
    }
}
