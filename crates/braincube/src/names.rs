//! Variables by what people call them: a bcId, a long id, or one of the three names.

use braincube_model::{Entity as _, NameKey, Variable};

use crate::error::{Result, invalid};
use crate::memory_base::MemoryBase;

/// How like a name must be to be suggested, from 0 to 1.
const ALIKE: f64 = 0.7;

/// At most so many names are suggested.
const SUGGESTIONS: usize = 3;

/// The variable that each text names, in the order of the texts.
pub(crate) fn find<'a>(
    base: &MemoryBase,
    variables: &'a [Variable],
    texts: &[String],
) -> Result<Vec<&'a Variable>> {
    texts
        .iter()
        .map(|text| find_one(base, variables, text))
        .collect()
}

fn find_one<'a>(base: &MemoryBase, variables: &'a [Variable], text: &str) -> Result<&'a Variable> {
    let by_id = variables.iter().find(|variable| {
        let long_id = variable.long_id(base.bcid());
        variable.bcid().as_str() == text || long_id.is_ok_and(|id| id.to_string() == text)
    });
    if let Some(variable) = by_id {
        return Ok(variable);
    }
    let named: Vec<_> = variables
        .iter()
        .filter(|variable| names(variable).any(|name| name == text))
        .collect();
    match named[..] {
        [variable] => Ok(variable),
        [] => Err(unknown(base, variables, text)),
        _ => {
            let ids: Vec<_> = named.iter().map(|one| one.bcid().to_string()).collect();
            Err(invalid(
                "variables",
                format!(
                    "{text:?} names several variables of {base}; say which: {}",
                    ids.join(", ")
                ),
            ))
        }
    }
}

fn names(variable: &Variable) -> impl Iterator<Item = &str> {
    let name = |key: &NameKey| variable.name_by(*key);
    NameKey::ALL.iter().filter_map(name)
}

fn unknown(base: &MemoryBase, variables: &[Variable], text: &str) -> crate::Error {
    let mut alike: Vec<(f64, &str)> = variables
        .iter()
        .flat_map(names)
        .map(|name| (strsim::jaro_winkler(name, text), name))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .collect();
    alike.sort_by(|left, right| right.0.total_cmp(&left.0));
    alike.dedup();
    let alike: Vec<_> = alike
        .iter()
        .take(SUGGESTIONS)
        .map(|(_, name)| *name)
        .collect();
    let excerpt: String = text.chars().take(64).collect();
    let hint = match alike.is_empty() {
        true => String::new(),
        false => format!("; there is {alike:?}"),
    };
    invalid(
        "variables",
        format!("{excerpt:?} is no bcId, standard name, tag or local name in {base}{hint}"),
    )
}
