//! What an extraction asks for, worked out from the query without a request.

use std::collections::HashSet;

use braincube_frame::ExpectedColumn;
use braincube_model::{BcId, Entity as _, NameKey, Variable};

use super::super::{DataQuery, Label, VariableId, label};
use super::described::Descriptions;
use crate::error::{Result, invalid};
use crate::memory_base::MemoryBase;

/// Whether the names of the variables are needed, to name the columns.
pub(super) fn needs_names(query: &DataQuery) -> bool {
    query.label != Label::BcId
}

/// The numbers of the variables that are named.
pub(super) fn numbers(base: &MemoryBase, ids: &[VariableId]) -> Result<Vec<u64>> {
    if ids.is_empty() {
        return Err(invalid(
            "variables",
            "none was asked for; name at least one",
        ));
    }
    ids.iter().map(|id| id.within(base.bcid())).collect()
}

/// The numbers of every variable listed. One whose id is no number cannot be asked for, and is an
/// error: leaving it out would pass for all of them.
pub(super) fn numbers_of_all(listed: &[Variable]) -> Result<Vec<u64>> {
    numbers_of(listed.iter().map(Variable::bcid))
}

/// The numbers of variables that a listing, a group or a job names; each must be one that has a long id.
pub(super) fn numbers_of<'a>(ids: impl IntoIterator<Item = &'a BcId>) -> Result<Vec<u64>> {
    let number = |id: &BcId| {
        id.number()
            .map_err(|error| invalid("variables", error.to_string()))
    };
    ids.into_iter().map(number).collect()
}

/// Each number once, where it stands first.
pub(super) fn once_each(numbers: Vec<u64>) -> Vec<u64> {
    let mut seen = HashSet::new();
    numbers
        .into_iter()
        .filter(|number| seen.insert(*number))
        .collect()
}

/// The columns to come: which, what they are called, and what is known of them beforehand.
pub(super) fn expected_columns(
    query: &DataQuery,
    variables: &[u64],
    descriptions: &Descriptions,
) -> Vec<ExpectedColumn> {
    let name = |number| match query.label {
        Label::BcId => None,
        Label::Name(key) => {
            let name = descriptions.get(number)?.name_by(key)?;
            (!name.is_empty()).then_some(name)
        }
    };
    let named: Vec<_> = variables
        .iter()
        .map(|&number| (number, name(number)))
        .collect();
    let labels = label::distinct(&named);
    let columns = variables.iter().zip(labels);
    columns
        .map(|(number, label)| column(query, *number, label, descriptions.get(*number)))
        .collect()
}

fn column(
    query: &DataQuery,
    number: u64,
    label: String,
    description: Option<&Variable>,
) -> ExpectedColumn {
    let mut column = ExpectedColumn::new(query.memory_base.variable(number), label);
    let Some(description) = description else {
        return column;
    };
    if let Some(declared) = description.variable_type() {
        column = column.with_declared(declared.clone());
    }
    for key in NameKey::ALL {
        if let Some(name) = description.name_by(key) {
            column = column.with_name(key, name);
        }
    }
    column
}
