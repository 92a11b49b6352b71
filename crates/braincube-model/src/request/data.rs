//! [`DataRequest`]: which columns of a memory base are asked for, in which order, of which rows.

use bytes::Bytes;
use serde::Serialize;

use super::RequestError;
use crate::filter::FilterError;
use crate::{Filter, LongId};

/// Which columns of a memory base are asked for, ordered by which variable, and of which rows.
///
/// ```
/// use braincube_model::request::DataRequest;
/// use braincube_model::{LongId, VariableFilter};
///
/// let date = LongId::variable(20, 2_000_001);
/// let speed = LongId::variable(20, 2_000_034);
/// let request = DataRequest::new(20, date, [date, speed, date]).filter(speed.between(0, 10)?);
/// assert_eq!(request.definitions(), [date, speed]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// One text is no list of variables, and does not compile:
///
/// ```compile_fail
/// # // I4
/// use braincube_model::LongId;
/// use braincube_model::request::DataRequest;
///
/// let request = DataRequest::new(20, LongId::variable(20, 2_000_001), "mb20/d2000001");
/// ```
///
/// Nor is an object of JSON a filter, before it has been read as one:
///
/// ```compile_fail
/// # // I10
/// use braincube_model::LongId;
/// use braincube_model::request::DataRequest;
///
/// let date = LongId::variable(20, 2_000_001);
/// let filter = serde_json::json!({"LESS": ["mb20/d2000001", 5]});
/// let request = DataRequest::new(20, date, [date]).filter(filter);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct DataRequest {
    memory_base: u64,
    order: LongId,
    definitions: Vec<LongId>,
    filters: Vec<Filter>,
}

/// The body, with its keys in the order in which the Python package writes them.
#[derive(Serialize)]
struct Body<'a> {
    order: LongId,
    definitions: &'a [LongId],
    context: Context<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Context<'a> {
    data_source: LongId,
    #[serde(skip_serializing_if = "Option::is_none")]
    filter: Option<&'a Filter>,
}

impl DataRequest {
    /// The columns `definitions` of a memory base, ordered by the variable `order`.
    ///
    /// A variable that is named twice is asked for once, where it was named first. The order
    /// variable is not a column unless it is named.
    pub fn new(
        memory_base: u64,
        order: LongId,
        definitions: impl IntoIterator<Item = LongId>,
    ) -> Self {
        let mut seen = std::collections::HashSet::new();
        Self {
            memory_base,
            order,
            definitions: definitions
                .into_iter()
                .filter(|id| seen.insert(*id))
                .collect(),
            filters: Vec::new(),
        }
    }

    /// Only the rows that also pass `filter`: several are joined with `AND`.
    #[must_use]
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filters.push(filter);
        self
    }

    /// The bcId of the memory base that is read.
    pub const fn memory_base(&self) -> u64 {
        self.memory_base
    }

    /// The variable that the rows are ordered by.
    pub const fn order(&self) -> LongId {
        self.order
    }

    /// The columns asked for, each once, in the order in which they were named.
    pub fn definitions(&self) -> &[LongId] {
        &self.definitions
    }

    /// The filters given, as they were given.
    pub fn filters(&self) -> &[Filter] {
        &self.filters
    }

    pub(super) fn to_body(&self) -> Result<Bytes, RequestError> {
        if self.definitions.is_empty() {
            return Err(RequestError::EmptySelection);
        }
        variable("the order", self.order)?;
        for id in &self.definitions {
            variable("a column", *id)?;
        }
        let filter = Filter::all(self.filters.iter().cloned());
        if let Some(filter) = &filter {
            filter.check_depth().map_err(RequestError::Filter)?;
            for id in filter.variables() {
                variable("a filter", id)?;
            }
        }
        let body = Body {
            order: self.order,
            definitions: &self.definitions,
            context: Context {
                data_source: LongId::memory_base(self.memory_base),
                filter: filter.as_ref(),
            },
        };
        serde_json::to_vec(&body).map(Bytes::from).map_err(|_| {
            // The depth is the one thing that can keep a filter from being written.
            RequestError::Filter(FilterError::too_deep())
        })
    }
}

fn variable(what: &'static str, id: LongId) -> Result<(), RequestError> {
    match id.variable_id() {
        Some(_) => Ok(()),
        None => Err(RequestError::NotAVariable { what, id }),
    }
}
