//! Variables by what people call them: a bcId, a long id, or one of the three names.

use std::collections::HashSet;

use braincube_model::{BcId, Entity, NameKey, Variable};

use crate::client::Client;
use crate::error::{Error, Result, invalid};
use crate::memory_base::MemoryBase;
use crate::model;

/// How like a name must be to be suggested, from 0 to 1.
const ALIKE: f64 = 0.7;

/// At most so many names are suggested.
const SUGGESTIONS: usize = 3;

/// The variable that each text names, in the order of the texts.
pub(crate) async fn find(base: &MemoryBase, texts: &[String]) -> Result<Vec<Variable>> {
    let readable = all_that_can_be_read(base).await?;
    let found = texts.iter().map(|text| find_one(base, &readable, text));
    found.map(|one| one.cloned()).collect()
}

/// The error for a text that names no variable; where the variables can be listed, it says which are called alike.
pub(crate) async fn unknown(base: &MemoryBase, text: &str) -> Error {
    let readable = all_that_can_be_read(base).await.unwrap_or_default();
    unknown_among(base, &readable, text)
}

/// The first of these numbers that is no variable's, and the error for it; none where all are, none can be listed, or
/// one cannot be read, which may be the one.
pub(crate) async fn first_unknown(
    base: &MemoryBase,
    numbers: impl IntoIterator<Item = u64>,
) -> Option<(u64, Error)> {
    let readable = all_that_can_be_read(base).await.ok()?;
    if readable.unreadable > 0 || readable.variables.is_empty() {
        return None;
    }
    let listed: HashSet<&BcId> = readable.variables.iter().map(Variable::bcid).collect();
    let mut numbers = numbers.into_iter();
    let unknown = numbers.find(|number| !listed.contains(&BcId::from(*number)))?;
    let error = unknown_among(base, &readable, &unknown.to_string());
    Some((unknown, error))
}

/// The error, or, where nothing was found because the braincube or the memory base does not exist, one that says which
/// of them and what is most like it. Costs one or two requests, where nothing was found.
pub(crate) async fn explained(
    client: &Client,
    braincube: &str,
    memory_base: Option<u64>,
    error: Error,
) -> Error {
    if !error.is_not_found() {
        return error;
    }
    match missing_place(client, braincube, memory_base).await {
        Some(missing) => missing.because_of(error),
        None => error,
    }
}

/// The error for a memory base that does not exist, or whose braincube does not, with those that are most like it; none
/// where both exist or cannot be listed.
async fn missing_place(client: &Client, name: &str, memory_base: Option<u64>) -> Option<Error> {
    let braincubes = client.braincubes().await.ok()?;
    if !braincubes.iter().any(|one| one.name() == Some(name)) {
        let hint = braincube_hint(&braincubes, name);
        let what = format!("there is no braincube {name:?} that your credentials open; {hint}");
        return Some(Error::missing(what));
    }
    let bcid = BcId::from(memory_base?);
    let bases = client.braincube(name).memory_bases();
    let mut list = bases.list_in_long_pages();
    let mut listed = Vec::new();
    while let Some(base) = list.next().await {
        match base {
            Err(error) if !error.is_of_one_entity() => return None,
            base => listed.extend(base),
        }
    }
    if listed.iter().any(|base| *base.bcid() == bcid) {
        return None;
    }
    let shown = listed
        .iter()
        .map(|base| (base.bcid().as_str(), with_name(base)));
    let hint = hint(nearest(shown, bcid.as_str(), 0.0), "it has none");
    let what = format!("there is no memory base {bcid} in {name:?}; {hint}");
    Some(Error::missing(what))
}

/// The variables of a listing.
#[derive(Default)]
struct Readable {
    variables: Vec<Variable>,
    /// How many others it holds.
    unreadable: usize,
}

async fn all_that_can_be_read(base: &MemoryBase) -> Result<Readable> {
    let mut readable = Readable::default();
    let mut list = base.variables().list_in_long_pages();
    while let Some(variable) = list.next().await {
        match variable {
            Ok(variable) => readable.variables.push(variable),
            Err(error) if error.is_of_one_entity() => {
                tracing::warn!("a variable is left out: {error}");
                readable.unreadable += 1;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(readable)
}

fn find_one<'a>(base: &MemoryBase, readable: &'a Readable, text: &str) -> Result<&'a Variable> {
    let variables = &readable.variables;
    let by_id = variables.iter().find(|variable| {
        let long_id = variable.long_id(base.bcid());
        variable.bcid().as_str() == text || long_id.is_ok_and(|id| id.to_string() == text)
    });
    if let Some(variable) = by_id {
        return Ok(variable);
    }
    let named = named(variables, text);
    match named[..] {
        [variable] => Ok(variable),
        [] => Err(unknown_among(base, readable, text)),
        _ => {
            let which = bcids(&named);
            let reason = format!("{text:?} names several variables of {base}; say which: {which}");
            Err(invalid("variables", reason))
        }
    }
}

/// The variables that have this name.
fn named<'a>(variables: &'a [Variable], text: &str) -> Vec<&'a Variable> {
    let named = variables.iter();
    named
        .filter(|variable| names(variable).any(|name| name == text))
        .collect()
}

fn bcids(variables: &[&Variable]) -> String {
    let bcids = variables.iter().map(|one| one.bcid().as_str());
    bcids.collect::<Vec<_>>().join(", ")
}

fn names(variable: &Variable) -> impl Iterator<Item = &str> {
    let name = |key: &NameKey| variable.name_by(*key);
    NameKey::ALL.iter().filter_map(name)
}

fn unknown_among(base: &MemoryBase, readable: &Readable, text: &str) -> Error {
    let excerpt: String = text.chars().take(64).collect();
    let named = named(&readable.variables, text);
    if !named.is_empty() {
        // It was given as a number, by which names are not looked for.
        return Error::missing(format!(
            "{excerpt:?} is no bcId of a variable of {base}, but a name of {}: give that number",
            bcids(&named)
        ));
    }
    let hint = hint(
        alike(&readable.variables, text),
        "list the variables to see which there are",
    );
    // One that cannot be read may be the one that is meant.
    let unread = match readable.unreadable {
        0 => String::new(),
        count => {
            let all = readable.variables.len() + count;
            format!(" ({count} of {all} variables could not be read)")
        }
    };
    Error::missing(format!(
        "{excerpt:?} is no bcId, standard name, tag or local name of a variable of {base}{unread}; {hint}"
    ))
}

/// The names that are most like a text, or the bcIds where the text is one.
fn alike(variables: &[Variable], text: &str) -> Vec<String> {
    let is_id = text.bytes().all(|byte| byte.is_ascii_digit());
    let ids = variables.iter().filter(|_| is_id);
    let ids = ids.map(|variable| (variable.bcid().as_str(), with_name(variable)));
    let names = variables.iter().filter(|_| !is_id).flat_map(names);
    let names = names.map(|name| (name, format!("{name:?}")));
    nearest(ids.chain(names), text, ALIKE)
}

/// The bcId and the name, where there is one.
fn with_name(entity: &impl Entity) -> String {
    match entity.name() {
        Some(name) => format!("{} ({name})", entity.bcid()),
        None => entity.bcid().to_string(),
    }
}

/// Of some texts and how they are shown, those that are most like another one, and at least so much.
fn nearest<'a>(
    known: impl Iterator<Item = (&'a str, String)>,
    text: &str,
    least: f64,
) -> Vec<String> {
    let mut alike: Vec<(f64, String)> = known
        .map(|(name, shown)| (strsim::jaro_winkler(name, text), shown))
        .filter(|(likeness, _)| *likeness >= least)
        .collect();
    alike.sort_by(|left, right| right.0.total_cmp(&left.0));
    alike.dedup();
    let alike = alike.into_iter().take(SUGGESTIONS);
    alike.map(|(_, shown)| shown).collect()
}

/// The labels that are most like one: those that differ in case and white space only, else the most similar ones.
pub(crate) fn similar(known: &[&str], label: &str) -> Vec<String> {
    let folded = |text: &str| text.trim().to_lowercase();
    let wanted = folded(label);
    let same: Vec<String> = known
        .iter()
        .filter(|one| folded(one) == wanted)
        .map(|one| String::from(*one))
        .collect();
    if !same.is_empty() {
        return same;
    }
    let known = known.iter().map(|one| (*one, String::from(*one)));
    nearest(known, label, ALIKE)
}

/// Which braincubes may be meant by a name that none has: the one whose id it is, else those that are called alike.
fn braincube_hint(braincubes: &[model::Braincube], name: &str) -> String {
    let has_id = |one: &&model::Braincube| one.product_id().is_some_and(|id| id.as_str() == name);
    if let Some(braincube) = braincubes.iter().find(has_id) {
        return format!("that is the id of {:?}", braincube.bcid().as_str());
    }
    let names = braincubes.iter().filter_map(|one| one.name());
    let names = names.map(|name| (name, format!("{name:?}")));
    hint(nearest(names, name, 0.0), "your credentials open none")
}

/// What to say of names that are alike, or if there are none.
fn hint(alike: Vec<String>, none: &str) -> String {
    match alike.is_empty() {
        true => none.into(),
        false => format!("there is {}", alike.join(", ")),
    }
}
