//! `braincube groups`, `events`, `jobs` and `rules`: what people have made of a memory base.

use braincube::{Client, Collection, Resource};
use futures_util::TryStreamExt as _;

use crate::arguments::RulesArguments;
use crate::failure::Failure;
use crate::output::Records;

/// The entities of a collection, by id and name.
pub(super) async fn list<E: Resource>(collection: Collection<E>) -> Result<Records, Failure> {
    let mut records = Records::new(&["bcId", "name"]);
    let mut entities = collection.list();
    while let Some(entity) = entities.try_next().await? {
        records.push([
            Some(entity.bcid().to_string()),
            entity.name().map(String::from),
        ]);
    }
    Ok(records)
}

/// The rules of a memory base, or of one job.
pub(super) async fn rules(client: &Client, arguments: RulesArguments) -> Result<Records, Failure> {
    let base = client.braincube(arguments.cube).memory_base(arguments.base);
    match arguments.job {
        Some(job) => list(base.job(job).rules()).await,
        None => list(base.rules()).await,
    }
}
