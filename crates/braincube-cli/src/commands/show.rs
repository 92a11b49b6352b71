//! `braincube show`: the whole object of an entity, as the service sent it.

use braincube::model::Metadata;
use braincube::{BcId, Client, Collection, Entity as _, Resource};

use crate::arguments::{Kind, ShowArguments};
use crate::failure::Failure;
use crate::output;

/// Prints the object, byte for byte.
pub(super) async fn show(client: &Client, arguments: ShowArguments) -> Result<(), Failure> {
    let base = client.braincube(arguments.cube).memory_base(arguments.base);
    let metadata = match (arguments.kind, arguments.id) {
        (Some(Kind::Variable), Some(id)) => one(&base.variables(), id).await?,
        (Some(Kind::Group), Some(id)) => one(&base.data_groups(), id).await?,
        (Some(Kind::Event), Some(id)) => one(&base.events(), id).await?,
        (Some(Kind::Job), Some(id)) => one(&base.jobs(), id).await?,
        (Some(Kind::Rule), Some(id)) => one(&base.rules(), id).await?,
        (_, _) => base.describe().await?.metadata().clone(),
    };
    output::print_line(metadata.as_str().to_owned()).await
}

async fn one<E: Resource>(collection: &Collection<E>, id: BcId) -> Result<Metadata, Failure> {
    Ok(collection.get(id).await?.metadata().clone())
}
