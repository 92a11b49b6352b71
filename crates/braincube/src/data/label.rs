//! [`Label`]: what the columns of a frame are called.

use std::collections::HashMap;

use braincube_model::NameKey;

/// What the columns of a frame are called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Label {
    /// The bare number of the variable: `2000034`. Costs no request.
    #[default]
    BcId,
    /// One of the variable's three names. The names are fetched once for each extraction.
    ///
    /// Where two variables of one extraction have the same name, both columns are called
    /// `name (bcId)`; where a variable has no such name, its column is called by its number.
    Name(NameKey),
}

/// The names of columns, made distinct: one for each variable, in their order.
///
/// A column without a name is called by its number. Those that share a name get their number
/// behind it, as often as it takes: another variable may be called `Speed (1)` already.
pub(super) fn distinct(columns: &[(u64, Option<&str>)]) -> Vec<String> {
    let name = |(id, name): &(u64, Option<&str>)| match name {
        Some(name) => String::from(*name),
        None => id.to_string(),
    };
    let mut labels: Vec<_> = columns.iter().map(name).collect();
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

#[cfg(test)]
mod tests {
    use super::distinct;

    #[test]
    fn two_variables_of_one_name_stay_two_columns() {
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
    fn a_label_made_here_is_not_taken_from_another_variable() {
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
