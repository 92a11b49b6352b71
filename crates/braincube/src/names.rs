//! Variables by what people call them: a bcId, a long id, or one of the three names.

use std::collections::HashSet;
use std::ops::ControlFlow;

use braincube_model::{BcId, Entity as _, NameKey, Variable};

use crate::error::{Error, Result, invalid};
use crate::memory_base::MemoryBase;

/// How like a name must be to be suggested, from 0 to 1.
const ALIKE: f64 = 0.7;

/// At most so many names are suggested.
const SUGGESTIONS: usize = 3;

/// The variable that each text names, in the order of the texts.
pub(crate) async fn find(base: &MemoryBase, texts: &[String]) -> Result<Vec<Variable>> {
    let variables = all_that_can_be_read(base).await?;
    let found = texts.iter().map(|text| find_one(base, &variables, text));
    found.map(|one| one.cloned()).collect()
}

/// The error for a text that names no variable; where the variables can be listed, it says which are called alike.
pub(crate) async fn unknown(base: &MemoryBase, text: &str) -> Error {
    let variables = all_that_can_be_read(base).await.unwrap_or_default();
    unknown_among(base, &variables, text)
}

/// The error for the first of these bcIds that is in no list of variables; none where all are, or none can be listed.
pub(crate) async fn first_unknown(
    base: &MemoryBase,
    bcids: impl IntoIterator<Item = u64>,
) -> Option<Error> {
    let variables = all_that_can_be_read(base).await.ok()?;
    let listed: HashSet<&BcId> = variables.iter().map(Variable::bcid).collect();
    let mut bcids = bcids.into_iter().map(BcId::from);
    let unknown = bcids.find(|bcid| !listed.contains(bcid))?;
    (!variables.is_empty()).then(|| unknown_among(base, &variables, unknown.as_str()))
}

async fn all_that_can_be_read(base: &MemoryBase) -> Result<Vec<Variable>> {
    let mut variables = Vec::new();
    let visit = |variable| {
        match variable {
            Ok(variable) => variables.push(variable),
            Err(error) => tracing::warn!("a variable is left out: {error}"),
        }
        ControlFlow::Continue(())
    };
    base.variables().visit(visit).await?;
    Ok(variables)
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
        [] => Err(unknown_among(base, variables, text)),
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

fn unknown_among(base: &MemoryBase, variables: &[Variable], text: &str) -> Error {
    let excerpt: String = text.chars().take(64).collect();
    let alike = alike(variables, text);
    let hint = match alike.is_empty() {
        true => "list the variables to see which there are".into(),
        false => format!("there is {}", alike.join(", ")),
    };
    Error::missing(format!(
        "{excerpt:?} is no bcId, standard name, tag or local name of a variable of {base}; {hint}"
    ))
}

/// The names that are most like a text, or the bcIds where the text is one.
fn alike(variables: &[Variable], text: &str) -> Vec<String> {
    let is_id = text.bytes().all(|byte| byte.is_ascii_digit());
    let ids = variables.iter().filter(|_| is_id).map(|variable| {
        let id = variable.bcid();
        let name = variable.name().unwrap_or_default();
        (id.as_str(), format!("{id} ({name})"))
    });
    let names = variables.iter().filter(|_| !is_id).flat_map(names);
    let names = names.map(|name| (name, format!("{name:?}")));
    let mut alike: Vec<(f64, String)> = ids
        .chain(names)
        .map(|(name, shown)| (strsim::jaro_winkler(name, text), shown))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .collect();
    alike.sort_by(|left, right| right.0.total_cmp(&left.0));
    alike.dedup();
    let alike = alike.into_iter().take(SUGGESTIONS);
    alike.map(|(_, shown)| shown).collect()
}
