//! `braincube groups`, `events`, `jobs` and `rules`: what people have made of a memory base.

use braincube::{Client, Collection, Resource};

use super::listing;
use crate::arguments::{Format, RulesArguments};
use crate::failure::Failure;

/// Prints the entities of a collection, by id and name.
pub(super) async fn print<E: Resource>(
    collection: Collection<E>,
    format: Format,
) -> Result<(), Failure> {
    let row = |entity: &E| {
        vec![
            Some(entity.bcid().to_string()),
            entity.name().map(String::from),
        ]
    };
    listing::print(collection.list(), &["bcId", "name"], row, format).await
}

/// Prints the rules of a memory base, or of one job.
pub(super) async fn print_rules(
    client: &Client,
    arguments: RulesArguments,
    format: Format,
) -> Result<(), Failure> {
    let base = client.braincube(arguments.cube).memory_base(arguments.base);
    match arguments.job {
        Some(job) => print(base.job(job).rules(), format).await,
        None => print(base.rules(), format).await,
    }
}
