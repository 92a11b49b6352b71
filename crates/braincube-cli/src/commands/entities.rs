//! `braincube groups`, `events`, `jobs` and `rules`: what people have made of a memory base.

use braincube::{Client, Collection, Resource};

use super::listing;
use crate::arguments::RulesArguments;
use crate::failure::Failure;
use crate::output::TextFormat;

/// Prints the entities of a collection, by id and name.
pub(super) async fn print<E: Resource>(
    collection: Collection<E>,
    format: TextFormat,
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
    format: TextFormat,
) -> Result<(), Failure> {
    let base = client.braincube(arguments.cube).memory_base(arguments.base);
    match arguments.job {
        Some(job) => print(base.job(job).rules(), format).await,
        None => print(base.rules(), format).await,
    }
}
