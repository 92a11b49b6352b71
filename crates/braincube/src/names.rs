//! Finds variables by name, and suggests similar names for those that do not exist.

use std::collections::HashSet;

use braincube_model::{BcId, Entity, NameKey, Variable};

use crate::error::{Error, Result, invalid};
use crate::memory_base::MemoryBaseHandle;
use crate::not_found::{did_you_mean, most_similar, with_name};

/// The least similarity of a suggestion, between 0 and 1.
const MIN_SIMILARITY: f64 = 0.7;

impl MemoryBaseHandle {
    /// Finds the variables with these names or ids. Each text is a bcId, a long id, or a standard name, tag or local name;
    /// upper and lower case are distinguished. The variables are returned in the order of the texts.
    ///
    /// Reads the list of variables once. [`data`](Self::data) of the result needs no further request for column names.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if a text is not the name of a variable. The message suggests
    /// similar names, and says how many variables of the list could not be parsed.
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) if several variables have the name. Also if the list cannot be read.
    pub async fn find_variables<I>(&self, names: I) -> Result<Vec<Variable>>
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        let list = VariableList::read(self).await?;
        let find = |name: I::Item| list.find(self, &name.into()).cloned();
        names.into_iter().map(find).collect()
    }
}

/// The variables with these bcIds in the list.
///
/// # Errors
///
/// If a variable is not in the list, with similar names if the variables can be listed.
pub(crate) async fn find_listed(base: &MemoryBaseHandle, ids: &[BcId]) -> Result<Vec<Variable>> {
    let list = VariableList::read(base).await.unwrap_or_default();
    let find = |id: &BcId| {
        let found = list.variables.iter().find(|one| one.bcid() == id);
        found
            .cloned()
            .ok_or_else(|| list.unknown(base, id.as_str()))
    };
    ids.iter().map(find).collect()
}

/// The error for a variable that does not exist, with similar names if the variables can be listed.
pub(crate) async fn unknown(base: &MemoryBaseHandle, text: &str) -> Error {
    let list = VariableList::read(base).await.unwrap_or_default();
    list.unknown(base, text)
}

/// The first of these variables that does not exist, and the error for it.
///
/// `None` if all exist, if the list cannot be read, or if one of its variables cannot be parsed, since it might be the one
/// that seems to be missing.
pub(crate) async fn first_unknown(
    base: &MemoryBaseHandle,
    numbers: impl IntoIterator<Item = u64>,
) -> Option<(u64, Error)> {
    let list = VariableList::read(base).await.ok()?;
    if list.invalid > 0 || list.variables.is_empty() {
        return None;
    }
    let listed: HashSet<&BcId> = list.variables.iter().map(Variable::bcid).collect();
    let mut numbers = numbers.into_iter();
    let unknown = numbers.find(|number| !listed.contains(&BcId::from(*number)))?;
    Some((unknown, list.unknown(base, &unknown.to_string())))
}

/// The labels that differ from `label` in case and white space only, otherwise the most similar ones.
pub(crate) fn similar_labels(known: &[&str], label: &str) -> Vec<String> {
    let fold = |text: &str| text.trim().to_lowercase();
    let wanted = fold(label);
    let same = known.iter().filter(|one| fold(one) == wanted);
    let same: Vec<String> = same.map(|one| String::from(*one)).collect();
    if !same.is_empty() {
        return same;
    }
    let known = known.iter().map(|one| (*one, String::from(*one)));
    most_similar(known, label, MIN_SIMILARITY)
}

/// All variables of a memory base.
#[derive(Default)]
struct VariableList {
    variables: Vec<Variable>,
    /// The number of variables that cannot be parsed.
    invalid: usize,
}

impl VariableList {
    async fn read(base: &MemoryBaseHandle) -> Result<Self> {
        let mut all = Self::default();
        let mut list = base.variables().list_in_long_pages();
        while let Some(variable) = list.next().await {
            match variable {
                Ok(variable) => all.variables.push(variable),
                Err(error) if error.is_item() => {
                    tracing::warn!("skipping a variable: {error}");
                    all.invalid += 1;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(all)
    }

    fn find(&self, base: &MemoryBaseHandle, text: &str) -> Result<&Variable> {
        let memory_base = base.number()?;
        let by_id = self.variables.iter().find(|variable| {
            let long_id = variable.long_id(memory_base);
            variable.bcid().as_str() == text || long_id.is_ok_and(|id| id.to_string() == text)
        });
        if let Some(variable) = by_id {
            return Ok(variable);
        }
        let named = self.named(text);
        match named[..] {
            [variable] => Ok(variable),
            [] => Err(self.unknown(base, text)),
            _ => {
                let ids = bcids(&named);
                let reason = format!(
                    "{text:?} is the name of several variables of {base}; use one of the bcIds {ids}"
                );
                Err(invalid("variables", reason))
            }
        }
    }

    fn named(&self, text: &str) -> Vec<&Variable> {
        let has_name = |variable: &&Variable| names(variable).any(|name| name == text);
        self.variables.iter().filter(has_name).collect()
    }

    fn unknown(&self, base: &MemoryBaseHandle, text: &str) -> Error {
        let excerpt: String = text.chars().take(64).collect();
        let named = self.named(text);
        // The text was given as a bcId, for which names are not searched.
        if !named.is_empty() {
            let ids = bcids(&named);
            return Error::missing(format!(
                "no variable with the bcId {excerpt:?} in {base}; it is a name of the variable {ids}, use that bcId"
            ));
        }
        let invalid = match self.invalid {
            0 => String::new(),
            count => {
                let all = self.variables.len() + count;
                format!(" ({count} of {all} variables cannot be parsed)")
            }
        };
        let hint = did_you_mean(&self.similar(text), "list the variables to see all names");
        Error::missing(format!(
            "no variable {excerpt:?} in {base}{invalid}; {hint}"
        ))
    }

    /// The most similar names, or for a number the most similar bcIds.
    fn similar(&self, text: &str) -> Vec<String> {
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            let ids = self.variables.iter();
            let ids = ids.map(|variable| (variable.bcid().as_str(), with_name(variable)));
            return most_similar(ids, text, MIN_SIMILARITY);
        }
        let names = self.variables.iter().flat_map(names);
        let names = names.map(|name| (name, format!("{name:?}")));
        most_similar(names, text, MIN_SIMILARITY)
    }
}

fn names(variable: &Variable) -> impl Iterator<Item = &str> {
    let name = |key: &NameKey| variable.name_by(*key);
    NameKey::ALL.iter().filter_map(name)
}

fn bcids(variables: &[&Variable]) -> String {
    let bcids = variables.iter().map(|one| one.bcid().as_str());
    bcids.collect::<Vec<_>>().join(", ")
}
