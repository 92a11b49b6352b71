//! [`Label`], and the columns that a query expects in a response.

use std::collections::HashMap;

use braincube_frame::ExpectedColumn;
use braincube_model::{BcId, Entity as _, LongId, NameKey, Variable};

use crate::descriptions::Descriptions;

/// Maximum number of ids in a message.
const MAX_LISTED_IDS: usize = 10;

/// How the columns of a frame are named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Label {
    /// By the bcId of the variable: `2000034`. Needs no request.
    #[default]
    BcId,
    /// By one of the three names of the variable. The names are read once for each query.
    ///
    /// If several variables of the query have the same name, their columns are named `name (bcId)`. A variable without
    /// such a name is named by its bcId.
    Name(NameKey),
}

/// The columns of these variables, with what is known about them before the response.
pub(super) fn expected_columns(
    label: Label,
    memory_base: u64,
    variables: &[u64],
    descriptions: &Descriptions,
) -> Vec<ExpectedColumn> {
    let variables: Vec<(u64, Option<&Variable>)> = variables
        .iter()
        .map(|number| (*number, descriptions.get(&BcId::from(*number))))
        .collect();
    let names = variables.iter().map(|(number, description)| {
        let name = match label {
            Label::BcId => None,
            Label::Name(key) => description.and_then(|one| one.name_by(key)),
        };
        (*number, name.filter(|name| !name.is_empty()))
    });
    let labels = distinct(&names.collect::<Vec<_>>());
    let columns = variables.iter().zip(labels);
    columns
        .map(|((number, description), label)| {
            let column = ExpectedColumn::new(LongId::variable(memory_base, *number), label);
            match description {
                Some(description) => with_description(column, description),
                None => column,
            }
        })
        .collect()
}

fn with_description(mut column: ExpectedColumn, description: &Variable) -> ExpectedColumn {
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

/// Labels that are all distinct, one for each column.
///
/// Equal labels get the bcId as a suffix, repeatedly if necessary: another variable may be named `Speed (1)`.
fn distinct(columns: &[(u64, Option<&str>)]) -> Vec<String> {
    let label = |(id, name): &(u64, Option<&str>)| match name {
        Some(name) => String::from(*name),
        None => id.to_string(),
    };
    let mut labels: Vec<_> = columns.iter().map(label).collect();
    loop {
        let mut uses: HashMap<String, usize> = HashMap::new();
        for label in &labels {
            *uses.entry(label.clone()).or_default() += 1;
        }
        if uses.len() == labels.len() {
            return labels;
        }
        for (label, (id, _)) in labels.iter_mut().zip(columns) {
            if uses[label.as_str()] > 1 {
                *label = format!("{label} ({id})");
            }
        }
    }
}

/// Lists the first of these variables and the number of the others; `None` without any.
pub(super) fn summarize_ids(ids: impl Iterator<Item = LongId>) -> Option<String> {
    let ids: Vec<_> = ids.map(|id| id.to_string()).collect();
    let (listed, others) = ids.split_at(ids.len().min(MAX_LISTED_IDS));
    let listed = listed.join(", ");
    match (ids.len(), others.len()) {
        (0, _) => None,
        (1, _) => Some(format!("variable {listed}")),
        (count, 0) => Some(format!("{count} variables, {listed}")),
        (count, others) => Some(format!("{count} variables, {listed} and {others} more")),
    }
}

#[cfg(test)]
mod tests {
    use super::distinct;

    #[test]
    fn variables_with_the_same_name_get_distinct_labels() {
        let columns = [
            (1, Some("Speed")),
            (2, Some("Torque")),
            (3, Some("Speed")),
            (4, None),
        ];
        assert_eq!(
            distinct(&columns),
            ["Speed (1)", "Torque", "Speed (3)", "4"]
        );
    }

    #[test]
    fn a_generated_label_differs_from_all_names() {
        let columns = [
            (1, Some("X")),
            (2, Some("X")),
            (3, Some("X (2)")),
            (4, None),
            (5, Some("4")),
        ];
        assert_eq!(
            distinct(&columns),
            ["X (1)", "X (2) (2)", "X (2) (3)", "4 (4)", "4 (5)"]
        );
    }
}
