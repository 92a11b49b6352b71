//! [`DataRequest`]: the columns, the order and the filters of an extraction.

use bytes::Bytes;

use super::RequestError;
use super::error::Result;
use crate::{Filter, LongId};

/// Selects columns of a memory base, the variable that orders their rows, and the filters of the rows.
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
/// A text is not a list of variables, so this does not compile:
///
/// ```compile_fail
/// # // I4
/// use braincube_model::LongId;
/// use braincube_model::request::DataRequest;
///
/// let request = DataRequest::new(20, LongId::variable(20, 2_000_001), "mb20/d2000001");
/// ```
///
/// A JSON object must be parsed into a filter first, so this does not compile either:
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

impl DataRequest {
    /// Selects the columns `definitions` of a memory base, ordered by the variable `order`.
    ///
    /// Repeated variables are removed; the first occurrence counts. The order variable is a column only if it is one of
    /// the definitions.
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

    /// Adds a filter. Rows must match all filters.
    #[must_use]
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filters.push(filter);
        self
    }

    /// The bcId of the memory base.
    pub const fn memory_base(&self) -> u64 {
        self.memory_base
    }

    /// The columns, without repetitions, in the order in which they were given.
    pub fn definitions(&self) -> &[LongId] {
        &self.definitions
    }

    /// The body, with its keys in the order of the Python package.
    pub(super) fn to_body(&self) -> Result<Bytes> {
        if self.definitions.is_empty() {
            return Err(RequestError::EmptySelection);
        }
        check_variable("the order", self.order)?;
        let mut definitions = Vec::with_capacity(self.definitions.len());
        for id in &self.definitions {
            check_variable("a column", *id)?;
            definitions.push(format!("\"{id}\""));
        }
        let mut filter_member = String::new();
        if let Some(filter) = Filter::all(self.filters.iter().cloned()) {
            filter.check_depth().map_err(RequestError::Filter)?;
            for id in filter.variables() {
                check_variable("a filter", id)?;
            }
            filter_member = format!(",\"filter\":{}", filter.to_json());
        }
        // Long ids need no escapes. A serializer would parse and copy the JSON of the filter.
        let body = format!(
            r#"{{"order":"{}","definitions":[{}],"context":{{"dataSource":"{}"{filter_member}}}}}"#,
            self.order,
            definitions.join(","),
            LongId::memory_base(self.memory_base),
        );
        Ok(body.into())
    }
}

fn check_variable(what: &'static str, id: LongId) -> Result<()> {
    match id.variable_id() {
        Some(_) => Ok(()),
        None => Err(RequestError::NotAVariable { what, id }),
    }
}
