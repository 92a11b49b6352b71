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
pub(super) fn distinct(columns: &[(u64, Option<&str>)]) -> Vec<String> {
    let mut uses: HashMap<&str, usize> = HashMap::new();
    for name in columns.iter().filter_map(|(_, name)| *name) {
        *uses.entry(name).or_default() += 1;
    }
    let label = |(id, name): &(u64, Option<&str>)| match name {
        Some(name) if uses[name] == 1 => String::from(*name),
        Some(name) => format!("{name} ({id})"),
        None => id.to_string(),
    };
    columns.iter().map(label).collect()
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
}
