//! Looks up entities by bcId in as few requests as the service allows.

use std::collections::{HashMap, HashSet};

use braincube_model::{BcId, Variable};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use crate::collection::Collection;
use crate::error::Result;
use crate::memory_base::MemoryBaseHandle;
use crate::names;
use crate::resource::Resource;

/// Maximum number of concurrent requests.
const MAX_CONCURRENT: usize = 8;

/// Up to how many entities are requested individually. More are taken from a list in long pages, which is read until all
/// are found: the number of requests does not grow with the number of entities.
#[derive(Clone, Copy, Debug)]
pub(crate) enum IndividualLimit {
    /// For a job, which refers to entities of several kinds: one request for each kind.
    One = 1,
    /// A few responses are shorter than a page of thousands.
    Few = 4,
}

/// Returns these entities by bcId.
///
/// # Errors
///
/// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if one of them does not exist. Also if a request fails.
pub(crate) async fn by_id<E: Resource>(
    collection: &Collection<E>,
    wanted: &[BcId],
    individual_limit: IndividualLimit,
) -> Result<HashMap<BcId, E>> {
    let (entities, missing) = find(collection, wanted, individual_limit).await?;
    match missing {
        None => Ok(entities),
        Some(missing) => Err(collection.missing(&missing)),
    }
}

/// Returns these variables by bcId.
///
/// # Errors
///
/// As [`by_id`]. The error for a missing variable suggests similar names.
pub(crate) async fn variables(
    memory_base: &MemoryBaseHandle,
    wanted: &[BcId],
    individual_limit: IndividualLimit,
) -> Result<HashMap<BcId, Variable>> {
    let collection = memory_base.variables();
    let (mut variables, missing) = find(&collection, wanted, individual_limit).await?;
    if missing.is_some() {
        let remaining = wanted.iter().filter(|id| !variables.contains_key(id));
        let remaining: Vec<BcId> = remaining.cloned().collect();
        // A server may describe variables in the list only.
        let listed = names::find_listed(memory_base, &remaining).await?;
        variables.extend(remaining.into_iter().zip(listed));
    }
    Ok(variables)
}

/// Requests these entities individually and returns them in this order.
pub(crate) async fn each<E: Resource>(
    collection: &Collection<E>,
    wanted: &[BcId],
) -> Result<Vec<E>> {
    let requests: Vec<_> = wanted.iter().map(|id| collection.get(id)).collect();
    let responses = stream::iter(requests).buffered(MAX_CONCURRENT);
    responses.try_collect().await
}

/// Removes duplicates, keeping the first of each.
pub(crate) fn distinct<'a>(ids: impl IntoIterator<Item = &'a BcId>) -> Vec<BcId> {
    let mut seen = HashSet::new();
    let ids = ids.into_iter().filter(|id| seen.insert(*id));
    ids.cloned().collect()
}

/// The entities that exist, and the first that does not.
async fn find<E: Resource>(
    collection: &Collection<E>,
    wanted: &[BcId],
    individual_limit: IndividualLimit,
) -> Result<(HashMap<BcId, E>, Option<BcId>)> {
    let mut remaining = distinct(wanted);
    let mut entities = HashMap::new();
    if remaining.len() > individual_limit as usize {
        entities = find_in_list(collection, &remaining).await?;
        remaining.retain(|id| !entities.contains_key(id));
    }
    // An entity that is not in the list may exist nevertheless, or its response says why it cannot be parsed.
    let requests: Vec<_> = remaining.iter().map(|id| collection.get_opt(id)).collect();
    let mut responses = stream::iter(requests).buffered(MAX_CONCURRENT);
    for id in &remaining {
        match responses.next().await.transpose()?.flatten() {
            // Under the requested id: the response may write it in another form.
            Some(entity) => drop(entities.insert(id.clone(), entity)),
            None => return Ok((entities, Some(id.clone()))),
        }
    }
    Ok((entities, None))
}

/// Reads the list until all wanted entities are found. Skips entities that cannot be parsed, with a warning.
async fn find_in_list<E: Resource>(
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
            Err(error) if error.is_item() => {
                tracing::warn!("skipping an entity: {error}");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(entities)
}
