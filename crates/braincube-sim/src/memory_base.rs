//! [`MemoryBase`]: variables and their columns, all of the same length.

use std::collections::HashMap;
use std::sync::Arc;

use crate::column::Column;
use crate::problem::Problem;
use crate::study::Study;

/// A table: variables and their columns, all of the same length.
#[derive(Debug)]
pub(crate) struct MemoryBase {
    bc_id: u64,
    name: String,
    variables: Vec<Variable>,
    columns: Vec<Arc<Column>>,
    /// The index of each variable, by its long id.
    indices: HashMap<String, usize>,
    /// The index of the order variable.
    order: usize,
    rows: usize,
    /// The time zone in the response to `simple`.
    pub(crate) time_zone: Option<String>,
    pub(crate) study: Study,
}

/// The default time zone of a memory base.
const TIME_ZONE: &str = "Etc/GMT";

impl MemoryBase {
    /// Creates a memory base of columns of the same length. `order` is the index of the order variable.
    pub(crate) fn new(
        bc_id: u64,
        name: impl Into<String>,
        content: Vec<(Variable, impl Into<Arc<Column>>)>,
        order: usize,
    ) -> Self {
        let (variables, columns): (Vec<Variable>, Vec<Arc<Column>>) = content
            .into_iter()
            .map(|(variable, column)| (variable, column.into()))
            .unzip();
        let rows = columns.first().map_or(0, |column| column.len());
        assert!(order < variables.len(), "the order variable exists");
        assert!(
            columns.iter().all(|column| column.len() == rows),
            "all columns have the same length"
        );
        let indices = variables.iter().enumerate();
        let indices = indices
            .map(|(index, variable)| (format!("mb{bc_id}/d{}", variable.bc_id), index))
            .collect();
        let name = name.into();
        Self {
            bc_id,
            name,
            variables,
            columns,
            indices,
            order,
            rows,
            time_zone: Some(TIME_ZONE.into()),
            study: Study::default(),
        }
    }

    pub(crate) fn bc_id(&self) -> u64 {
        self.bc_id
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    pub(crate) fn variables(&self) -> &[Variable] {
        &self.variables
    }

    pub(crate) fn column(&self, index: usize) -> &Column {
        &self.columns[index]
    }

    pub(crate) fn long_id(&self, variable: &Variable) -> String {
        format!("mb{}/d{}", self.bc_id, variable.bc_id)
    }

    pub(crate) fn order_variable(&self) -> &Variable {
        &self.variables[self.order]
    }

    /// The first DATETIME variable.
    pub(crate) fn reference_date(&self) -> Option<&Variable> {
        let mut variables = self.variables.iter();
        variables.find(|variable| variable.variable_type == VariableType::Datetime)
    }

    pub(crate) fn variable(&self, bc_id: u64) -> Option<&Variable> {
        self.variables
            .iter()
            .find(|variable| variable.bc_id == bc_id)
    }

    /// The index of the variable with this long id.
    pub(crate) fn index(&self, long_id: &str) -> Result<usize, Problem> {
        let index = self.indices.get(long_id).copied();
        index.ok_or_else(|| {
            let reason = format!(
                "the memory base mb{} has no variable {long_id:?}",
                self.bc_id
            );
            Problem::BadRequest(reason)
        })
    }

    /// Marks a variable as broken. Returns `false` if it does not exist.
    pub(crate) fn break_variable(&mut self, bc_id: u64) -> bool {
        let found = self
            .variables
            .iter_mut()
            .find(|variable| variable.bc_id == bc_id);
        found.map(|variable| variable.is_broken = true).is_some()
    }
}

/// The type of a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VariableType {
    Numeric,
    Datetime,
    Discrete,
}

impl VariableType {
    /// The name in JSON.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Numeric => "NUMERIC",
            Self::Datetime => "DATETIME",
            Self::Discrete => "DISCRETE",
        }
    }
}

/// The description of a column.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    pub(crate) bc_id: u64,
    pub(crate) variable_type: VariableType,
    /// The name that users chose; the default label.
    pub(crate) standard: String,
    /// The name in the control system.
    pub(crate) tag: String,
    /// The name in the language of the plant.
    pub(crate) local: String,
    pub(crate) unit: Option<&'static str>,
    /// Sent without data, as the service does for a column in error.
    pub(crate) is_broken: bool,
}
