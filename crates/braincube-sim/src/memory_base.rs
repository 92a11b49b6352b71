//! [`MemoryBase`]: variables and their columns, all of one length.

use std::collections::HashMap;
use std::sync::Arc;

use crate::column::Column;
use crate::problem::Problem;
use crate::study::Study;
use crate::variable::{Variable, VariableType};

/// A table: variables and their columns, all of one length.
#[derive(Debug)]
pub(crate) struct MemoryBase {
    bc_id: u64,
    name: String,
    variables: Vec<Variable>,
    columns: Vec<Arc<Column>>,
    /// Place of each variable, by its long id.
    places: HashMap<String, usize>,
    /// Place of the variable that orders the rows.
    order: usize,
    rows: usize,
    /// What `simple` says of the zone of the dates.
    time_zone: Option<String>,
    study: Study,
}

/// The zone of the dates of a memory base unless the builder sets another.
const TIME_ZONE: &str = "Etc/GMT";

impl MemoryBase {
    /// A memory base of columns of one length; the variable at `order` orders the rows.
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
        assert!(
            order < variables.len(),
            "the order variable is one of the memory base"
        );
        assert!(
            columns.iter().all(|column| column.len() == rows),
            "columns are of one length"
        );
        let places = variables.iter().enumerate();
        let places = places
            .map(|(place, variable)| (format!("mb{bc_id}/d{}", variable.bc_id), place))
            .collect();
        let name = name.into();
        Self {
            bc_id,
            name,
            variables,
            columns,
            places,
            order,
            rows,
            time_zone: Some(TIME_ZONE.into()),
            study: Study::default(),
        }
    }

    /// The same, with what people have made of it.
    pub(crate) fn with_study(self, study: Study) -> Self {
        Self { study, ..self }
    }

    pub(crate) fn time_zone(&self) -> Option<&str> {
        self.time_zone.as_deref()
    }

    pub(crate) fn set_time_zone(&mut self, time_zone: Option<String>) {
        self.time_zone = time_zone;
    }

    pub(crate) fn study(&self) -> &Study {
        &self.study
    }

    pub(crate) fn study_mut(&mut self) -> &mut Study {
        &mut self.study
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

    pub(crate) fn column(&self, place: usize) -> &Column {
        &self.columns[place]
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

    /// The place of a variable that an extraction names by its long id.
    pub(crate) fn place(&self, long_id: &str) -> Result<usize, Problem> {
        let place = self.places.get(long_id).copied();
        place.ok_or_else(|| {
            let reason = format!(
                "the memory base mb{} has no variable {long_id:?}",
                self.bc_id
            );
            Problem::BadRequest(reason)
        })
    }

    /// Marks a variable as broken; `false` if there is none of that id.
    pub(crate) fn break_variable(&mut self, bc_id: u64) -> bool {
        let found = self
            .variables
            .iter_mut()
            .find(|variable| variable.bc_id == bc_id);
        found.map(|variable| variable.broken = true).is_some()
    }
}
