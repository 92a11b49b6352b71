//! The commands that list entities, and `braincube show`.

use braincube::model::{Metadata, Variable};
use braincube::{BcId, Client, Collection, Entity, Error, NameKey, Pager, Resource};

use crate::arguments::{Kind, ListCommand, ShowArguments};
use crate::exit::Failure;
use crate::output::{self, Format, Records};

/// A row of a list: the cells in the order of the columns.
type Row = Vec<Option<String>>;

/// Prints a list.
pub(super) async fn list(
    client: &Client,
    command: ListCommand,
    format: Format,
) -> Result<(), Failure> {
    match command {
        ListCommand::Cubes => cubes(client, format).await,
        ListCommand::Bases { cube } => {
            named(client.braincube(cube).memory_bases().list(), format).await
        }
        ListCommand::Variables(base) => {
            // Pages are requested one after the other: most memory bases have few variables.
            let variables = base.handle(client).variables().list().expecting(0);
            print(variables, VARIABLE, variable, format).await
        }
        ListCommand::Groups(base) => named(base.handle(client).data_groups().list(), format).await,
        ListCommand::Events(base) => named(base.handle(client).events().list(), format).await,
        ListCommand::Jobs(base) => named(base.handle(client).jobs().list(), format).await,
        ListCommand::Rules { base, job } => {
            let base = base.handle(client);
            let rules = job.map_or_else(|| base.rules(), |job| base.job(job).rules());
            named(rules.list(), format).await
        }
    }
}

async fn cubes(client: &Client, format: Format) -> Result<(), Failure> {
    let mut records = Records::new(&["name", "productId"]);
    for braincube in client.braincubes().await? {
        records.push([
            // The other commands take the bcId as the name.
            Some(braincube.bcid().to_string()),
            braincube.product_id().map(ToString::to_string),
        ]);
    }
    output::print_records(records, format).await
}

/// Prints the ids and names of entities.
async fn named<E: Resource>(entities: Pager<E, Error>, format: Format) -> Result<(), Failure> {
    let row = |entity: &E| {
        vec![
            Some(entity.bcid().to_string()),
            entity.name().map(String::from),
        ]
    };
    print(entities, &["bcId", "name"], row, format).await
}

/// The columns of `braincube variables`.
const VARIABLE: &[&str] = &["bcId", "name", "standard", "tag", "local", "type"];

fn variable(variable: &Variable) -> Row {
    let name = |key| variable.name_by(key).map(String::from);
    vec![
        Some(variable.bcid().to_string()),
        variable.name().map(String::from),
        name(NameKey::Standard),
        name(NameKey::Tag),
        name(NameKey::Local),
        variable
            .variable_type()
            .map(|kind| kind.as_str().to_owned()),
    ]
}

/// Prints one row per entity.
///
/// Entities that cannot be parsed are logged and left out. The others are printed, and then the command fails.
async fn print<E: Resource>(
    mut entities: Pager<E, Error>,
    columns: &'static [&'static str],
    row: impl Fn(&E) -> Row,
    format: Format,
) -> Result<(), Failure> {
    let mut records = Records::new(columns);
    let mut invalid = 0;
    while let Some(entity) = entities.next().await {
        match entity {
            Ok(entity) => records.push(row(&entity)),
            Err(error) if error.is_item() => {
                invalid += 1;
                tracing::warn!("{error}");
            }
            Err(error) => return Err(error.into()),
        }
    }
    output::print_records(records, format).await?;
    match invalid {
        0 => Ok(()),
        1 => Err("1 entity of the list cannot be parsed and is left out".into()),
        count => {
            Err(format!("{count} entities of the list cannot be parsed and are left out").into())
        }
    }
}

/// Prints the JSON object of an entity exactly as the service sent it.
pub(super) async fn show(client: &Client, arguments: ShowArguments) -> Result<(), Failure> {
    let base = arguments.base.handle(client);
    let metadata = match (arguments.kind, arguments.id) {
        (Some(Kind::Variable), Some(id)) => get(&base.variables(), id).await?,
        (Some(Kind::Group), Some(id)) => get(&base.data_groups(), id).await?,
        (Some(Kind::Event), Some(id)) => get(&base.events(), id).await?,
        (Some(Kind::Job), Some(id)) => get(&base.jobs(), id).await?,
        (Some(Kind::Rule), Some(id)) => get(&base.rules(), id).await?,
        (_, _) => base.describe().await?.metadata().clone(),
    };
    output::print_line(metadata.as_str().to_owned()).await
}

async fn get<E: Resource>(collection: &Collection<E>, id: BcId) -> Result<Metadata, Failure> {
    Ok(collection.get(id).await?.metadata().clone())
}
