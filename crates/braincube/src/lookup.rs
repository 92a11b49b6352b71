//! Entities by their ids, in as few requests as the service allows.

use std::collections::{HashMap, HashSet};

use braincube_model::{BcId, Variable};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use crate::collection::{Collection, Resource};
use crate::error::Result;
use crate::memory_base::MemoryBase;
use crate::names;

/// How many entities are asked for at the same time.
const AT_ONCE: usize = 8;

/// Up to how many entities are asked for one by one, at the same time. More come from a listing in long pages, which
/// ends as soon as all have come: what an operation asks does not grow with what it is about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum OneByOne {
    /// One alone: for a job, which refers to things of several kinds, and takes one request for each kind.
    One = 1,
    /// A few: less to send than a page of thousands.
    Few = 4,
}

/// These entities by bcId.
///
/// # Errors
///
/// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) where one of them does not exist; else where a request fails.
pub(crate) async fn by_id<E: Resource>(
    collection: &Collection<E>,
    wanted: &[BcId],
    one_by_one: OneByOne,
) -> Result<HashMap<BcId, E>> {
    let found = find(collection, wanted, one_by_one).await?;
    match found.unknown {
        None => Ok(found.entities),
        Some(unknown) => Err(collection.unknown(&unknown)),
    }
}

/// These variables by bcId.
///
/// # Errors
///
/// As [`by_id`]; of one that does not exist the error says which are called alike.
pub(crate) async fn variables(
    memory_base: &MemoryBase,
    wanted: &[BcId],
    one_by_one: OneByOne,
) -> Result<HashMap<BcId, Variable>> {
    let found = find(&memory_base.variables(), wanted, one_by_one).await?;
    match found.unknown {
        None => Ok(found.entities),
        Some(unknown) => Err(names::unknown(memory_base, unknown.as_str()).await),
    }
}

/// These entities, in this order, some asked for at the same time.
pub(crate) async fn each<E: Resource>(
    collection: &Collection<E>,
    wanted: &[BcId],
) -> Result<Vec<E>> {
    let asked = wanted.iter().map(|id| collection.get(id.clone()));
    let asked: Vec<_> = asked.collect();
    stream::iter(asked).buffered(AT_ONCE).try_collect().await
}

/// Each id once, where it stands first.
pub(crate) fn distinct<'a>(ids: impl IntoIterator<Item = &'a BcId>) -> Vec<BcId> {
    let mut seen = HashSet::new();
    let once = ids.into_iter().filter(|id| seen.insert(*id));
    once.cloned().collect()
}

/// What has been found of what was wanted.
struct Found<E> {
    entities: HashMap<BcId, E>,
    /// The first that does not exist.
    unknown: Option<BcId>,
}

async fn find<E: Resource>(
    collection: &Collection<E>,
    wanted: &[BcId],
    one_by_one: OneByOne,
) -> Result<Found<E>> {
    let mut missing = distinct(wanted);
    let mut entities = HashMap::new();
    if missing.len() > one_by_one as usize {
        entities = listed(collection, &missing).await?;
        missing.retain(|id| !entities.contains_key(id));
    }
    // What no listing shows may exist all the same, or say why it cannot be read. The first that does not exist is
    // reason enough to ask for no more.
    let asked = missing.iter().map(|id| collection.get_opt(id.clone()));
    let asked: Vec<_> = asked.collect();
    let mut answers = stream::iter(asked).buffered(AT_ONCE);
    for id in missing {
        match answers.next().await.transpose()?.flatten() {
            // Under the id that was asked for, however the answer writes it.
            Some(entity) => drop(entities.insert(id, entity)),
            None => {
                return Ok(Found {
                    entities,
                    unknown: Some(id),
                });
            }
        }
    }
    Ok(Found {
        entities,
        unknown: None,
    })
}

/// Those of the wanted entities that are in the list, which is read until all of them have been found. One that cannot
/// be read is left out, with a warning.
async fn listed<E: Resource>(
    collection: &Collection<E>,
    wanted: &[BcId],
) -> Result<HashMap<BcId, E>> {
    let mut missing: HashSet<&BcId> = wanted.iter().collect();
    let mut entities = HashMap::new();
    let mut list = collection.list_in_long_pages();
    while !missing.is_empty()
        && let Some(entity) = list.next().await
    {
        match entity {
            Ok(entity) => {
                if missing.remove(entity.bcid()) {
                    entities.insert(entity.bcid().clone(), entity);
                }
            }
            Err(error) if error.is_of_one_entity() => {
                tracing::warn!("an entity is left out: {error}");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(entities)
}
