//! Finds out why an extraction has no rows, with a few requests that end early.

use std::collections::BTreeSet;

use braincube_frame::arrow_array::RecordBatch;
use braincube_frame::arrow_array::cast::AsArray as _;
use braincube_frame::arrow_array::types::Int32Type;
use braincube_frame::{FrameOptions, decode};
use braincube_model::filter::Literal;
use braincube_model::request::DataRequest;
use braincube_model::{Filter, LongId};

use super::super::NoRows;
use super::super::no_rows::Cause;
use super::Prepared;
use crate::error::Result;
use crate::names;

/// Up to how many filters are tried alone.
const MAX_PROBES: usize = 3;

/// A response with one column and no rows is far shorter.
const PROBE_BYTES: usize = 4 * 1024;

/// Labels are suggested from columns up to this size: about a million rows.
const LABEL_BYTES: usize = 8 * 1024 * 1024;

/// A filter that all rows must match, and how it is shown.
struct Part {
    filter: Filter,
    text: String,
}

impl Prepared {
    /// Why no row matches the filters of the extraction and those of its period.
    pub(super) async fn explain_no_rows(&self, period: &[Filter]) -> NoRows {
        let shown = |filter: Filter| Part {
            text: filter.to_string(),
            filter,
        };
        let period = Filter::all(period.iter().cloned()).map(|filter| Part {
            text: format!("the period {filter}"),
            filter,
        });
        let conjuncts = self.filters.iter().flat_map(conjuncts).map(shown);
        let parts: Vec<Part> = period.into_iter().chain(conjuncts).collect();
        let cause = self.cause(&parts).await.unwrap_or_else(|error| {
            tracing::debug!("cannot find out why there are no rows: {error}");
            Cause::Unknown
        });
        let filters = parts.into_iter().map(|part| part.text).collect();
        NoRows { filters, cause }
    }

    async fn cause(&self, parts: &[Part]) -> Result<Cause> {
        match parts {
            [] => return Ok(Cause::NoData),
            [one] => return Ok(self.excluded_by(one).await),
            _ if parts.len() > MAX_PROBES => return Ok(Cause::Unknown),
            _ => {}
        }
        for part in parts {
            let order = self.order;
            let found = self.read_at_most(PROBE_BYTES, order, Some(&part.filter));
            let has_rows = match found.await? {
                Some(body) => {
                    decode(&body, Vec::new(), FrameOptions::default())?
                        .batch()
                        .num_rows()
                        > 0
                }
                None => true,
            };
            if !has_rows {
                return Ok(self.excluded_by(part).await);
            }
        }
        Ok(Cause::Combination)
    }

    /// The cause, where no row matches this filter.
    async fn excluded_by(&self, part: &Part) -> Cause {
        let similar = self.similar_labels(&part.filter).await;
        Cause::Filter {
            filter: part.text.clone(),
            similar: similar.unwrap_or_else(|error| {
                tracing::debug!("cannot read the labels of the variable: {error}");
                Vec::new()
            }),
        }
    }

    /// The labels that are most like those that a filter asks for, if it asks for labels of one variable.
    async fn similar_labels(&self, filter: &Filter) -> Result<Vec<String>> {
        let Some((variable, wanted)) = wanted_labels(filter) else {
            return Ok(Vec::new());
        };
        let Some(body) = self.read_at_most(LABEL_BYTES, variable, None).await? else {
            return Ok(Vec::new());
        };
        let frame = decode(&body, Vec::new(), FrameOptions::default())?;
        let known = labels(frame.batch());
        let similar = wanted
            .iter()
            .flat_map(|label| names::similar(&known, label));
        let similar: BTreeSet<_> = similar.collect();
        Ok(similar.into_iter().collect())
    }

    /// The response with one column of the rows that match a filter; `None` if it is longer, and then not read to its end.
    async fn read_at_most(
        &self,
        limit: usize,
        column: LongId,
        filter: Option<&Filter>,
    ) -> Result<Option<Vec<u8>>> {
        let base = &self.query.memory_base;
        let mut request = DataRequest::new(base.bcid(), self.order, [column]);
        if let Some(filter) = filter {
            request = request.filter(filter.clone());
        }
        let request = base.client().endpoints().data(base.braincube(), &request)?;
        let transport = base.client().transport();
        let read = transport.read_with(request, |response| async move {
            let mut body = response.into_body();
            let mut bytes = Vec::new();
            while let Some(chunk) = body.chunk().await? {
                bytes.extend_from_slice(&chunk);
                if bytes.len() > limit {
                    return Ok(None);
                }
            }
            Ok(Some(bytes))
        });
        read.await
    }
}

/// The labels of a discrete column; none of another type.
fn labels(batch: &RecordBatch) -> Vec<&str> {
    let dictionaries = batch.columns().iter();
    let dictionaries = dictionaries.filter_map(|column| column.as_dictionary_opt::<Int32Type>());
    let values = dictionaries.filter_map(|one| one.values().as_string_opt::<i32>());
    values.flatten().flatten().collect()
}

/// The filters that are joined with `AND` at the top.
fn conjuncts(filter: &Filter) -> Vec<Filter> {
    operands(filter, |filter| match filter {
        Filter::And(left, right) => Some([left, right]),
        _ => None,
    })
    .cloned()
    .collect()
}

/// The variable and the labels, where a filter asks for one of some labels.
fn wanted_labels(filter: &Filter) -> Option<(LongId, Vec<String>)> {
    let mut wanted = Vec::new();
    let mut variables = BTreeSet::new();
    let any = operands(filter, |filter| match filter {
        Filter::Or(left, right) => Some([left, right]),
        _ => None,
    });
    for filter in any {
        let Filter::Equals { variable, value } = filter else {
            return None;
        };
        variables.insert(*variable);
        match value {
            Literal::Modalities(list) => wanted.extend(list.iter().map(String::from)),
            Literal::Text(text) => wanted.push(text.as_str().into()),
            _ => return None,
        }
    }
    let variable = variables.first().filter(|_| variables.len() == 1)?;
    Some((*variable, wanted))
}

/// The operands of a gate, and of the same gates below it, from left to right.
fn operands<'a>(
    filter: &'a Filter,
    split: impl Fn(&'a Filter) -> Option<[&'a std::sync::Arc<Filter>; 2]>,
) -> impl Iterator<Item = &'a Filter> {
    let mut stack = vec![filter];
    std::iter::from_fn(move || {
        loop {
            let filter = stack.pop()?;
            match split(filter) {
                Some([left, right]) => stack.extend([&**right, &**left]),
                None => return Some(filter),
            }
        }
    })
}
