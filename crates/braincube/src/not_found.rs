//! Finds out which braincube or memory base does not exist, after the server has sent 404.

use braincube_model::{Braincube, Entity, MemoryBase};
use futures_util::FutureExt as _;

use crate::connection::Connection;
use crate::error::Error;
use crate::listing::{self, MAX_PAGE_SIZE};
use crate::resource::Place;

/// Maximum number of suggestions.
const MAX_SUGGESTIONS: usize = 3;

/// If the error is `NotFound` because the braincube or the memory base does not exist, returns an error that says so
/// and suggests similar names. Otherwise returns the error unchanged.
///
/// Sends up to two requests, and only after a `NotFound`.
pub(crate) async fn explain(connection: &Connection, place: &Place, error: Error) -> Error {
    if !error.is_not_found() {
        return error;
    }
    match missing_place(connection, place).await {
        Some(missing) => missing.because_of(error),
        None => error,
    }
}

/// `None` if both exist, or if they cannot be listed.
async fn missing_place(connection: &Connection, place: &Place) -> Option<Error> {
    let name = &place.braincube;
    let braincubes = listing::braincubes(connection).await.ok()?;
    if !braincubes.iter().any(|one| one.name() == Some(name)) {
        return Some(Error::missing(format!(
            "no braincube {name:?} is accessible with these credentials; {}",
            similar_braincubes(&braincubes, name)
        )));
    }
    let bcid = place.memory_base.as_ref()?;
    let parent = Place {
        braincube: name.clone(),
        memory_base: None,
        job: None,
    };
    let unexplained = |_, _, error| std::future::ready(error).boxed();
    let mut list =
        listing::pager::<MemoryBase>(connection.clone(), parent, MAX_PAGE_SIZE, unexplained);
    let mut bases = Vec::new();
    while let Some(base) = list.next().await {
        match base {
            Err(error) if !error.is_item() => return None,
            base => bases.extend(base),
        }
    }
    if bases.iter().any(|base| base.bcid() == bcid) {
        return None;
    }
    let known = bases
        .iter()
        .map(|one| (one.bcid().as_str(), with_name(one)));
    let suggestions = most_similar(known, bcid.as_str(), 0.0);
    Some(Error::missing(format!(
        "no memory base {bcid} in braincube {name:?}; {}",
        did_you_mean(&suggestions, "it contains none")
    )))
}

/// Suggests the braincube whose product id is `name`, or those with similar names.
fn similar_braincubes(braincubes: &[Braincube], name: &str) -> String {
    let has_id = |one: &&Braincube| one.product_id().is_some_and(|id| id.as_str() == name);
    if let Some(braincube) = braincubes.iter().find(has_id) {
        return format!("this is the id of {:?}", braincube.bcid().as_str());
    }
    let names = braincubes.iter().filter_map(Entity::name);
    let names = names.map(|name| (name, format!("{name:?}")));
    did_you_mean(&most_similar(names, name, 0.0), "none is accessible")
}

/// The bcId and, if there is one, the name of an entity.
pub(crate) fn with_name(entity: &impl Entity) -> String {
    match entity.name() {
        Some(name) => format!("{} ({name})", entity.bcid()),
        None => entity.bcid().to_string(),
    }
}

/// Of pairs of a text and its display form, the display forms of those most similar to `text`. The similarity is at
/// least `min`, between 0 and 1.
pub(crate) fn most_similar<'a>(
    known: impl Iterator<Item = (&'a str, String)>,
    text: &str,
    min: f64,
) -> Vec<String> {
    let mut similar: Vec<(f64, String)> = known
        .map(|(name, shown)| (strsim::jaro_winkler(name, text), shown))
        .filter(|(similarity, _)| *similarity >= min)
        .collect();
    similar.sort_by(|left, right| right.0.total_cmp(&left.0));
    similar.dedup();
    let similar = similar.into_iter().take(MAX_SUGGESTIONS);
    similar.map(|(_, shown)| shown).collect()
}

/// The question at the end of an error message, or `none` without suggestions.
pub(crate) fn did_you_mean(suggestions: &[String], none: &str) -> String {
    match suggestions.is_empty() {
        true => none.into(),
        false => format!("did you mean {}?", suggestions.join(" or ")),
    }
}
