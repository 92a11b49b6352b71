//! Lists braincubes, memory bases and variables, and reads filtered data as Arrow.
//!
//! ```sh
//! cargo run --release --example quickstart                       # on the embedded simulator
//! cargo run --release --example quickstart -- --config my.json   # on your Braincube
//! ```
#![allow(clippy::print_stdout, reason = "an example for the terminal")]

use std::error::Error;
use std::path::PathBuf;

use arrow::util::pretty::pretty_format_batches;
use braincube::{
    Client, Config, DataQuery, Entity as _, Label, MemoryBaseHandle, NameKey, VariableFilter as _,
    VariableType,
};
use braincube_sim::Simulator;
use futures_util::TryStreamExt as _;

type BoxError = Box<dyn Error + Send + Sync>;

/// Maximum number of entries of a list and rows of a table to print.
const HEAD: usize = 10;

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    match config_argument()? {
        Some(path) => run(Config::from_file(path)?).await,
        None => {
            let simulator = Simulator::builder().start().await?;
            println!(
                "Simulated Braincube at {} (no real plant is contacted)",
                simulator.url()
            );
            let config = Config::builder()
                .sso_base_url(simulator.sso_base_url())
                .api_base_url(simulator.api_base_url())
                .api_key(simulator.token())
                .build()?;
            run(config).await?;
            println!(
                "\nYour own Braincube: put its domain and api_key into my.json and add `-- --config my.json`"
            );
            Ok(())
        }
    }
}

/// The path after `--config`. Any other argument is an error.
fn config_argument() -> Result<Option<PathBuf>, String> {
    let mut arguments = std::env::args_os().skip(1);
    match (arguments.next(), arguments.next(), arguments.next()) {
        (None, ..) => Ok(None),
        (Some(flag), Some(path), None) if flag == "--config" => Ok(Some(path.into())),
        _ => Err("usage: quickstart [--config FILE]".into()),
    }
}

async fn run(config: Config) -> Result<(), BoxError> {
    let client = Client::from_config(config).await?;

    println!("\nBraincubes");
    let braincubes = client.braincubes().await?;
    for braincube in &braincubes {
        println!("  {}", braincube.name().unwrap_or("?"));
    }
    let name = braincubes
        .first()
        .and_then(|first| first.name())
        .ok_or("no braincube to open")?;

    println!("\nMemory bases of {name}");
    let mut first = None;
    let mut bases = client.braincube(name).memory_bases().list();
    while let Some(base) = bases.try_next().await? {
        println!("  {:>8}  {}", base.bcid(), base.name().unwrap_or("?"));
        first = first.or(base.bcid().number().ok());
    }
    let base = client
        .braincube(name)
        .memory_base(first.ok_or("no memory base to read")?);

    let frame = query(&base).await?.fetch().await?;
    let batch = frame.batch();
    println!(
        "\n{}",
        pretty_format_batches(&[batch.slice(0, batch.num_rows().min(HEAD))])?
    );
    println!("{}", frame.report());
    Ok(())
}

/// Prints the variables and builds a query for the first five, with a filter on the first numeric one.
async fn query(base: &MemoryBaseHandle) -> Result<DataQuery, BoxError> {
    println!("\nVariables of memory base {}", base.bcid());
    let variables: Vec<_> = base.variables().list().try_collect().await?;
    for variable in variables.iter().take(HEAD) {
        let kind = variable.variable_type().map_or("?", |kind| kind.as_str());
        println!(
            "  {:>8}  {kind:<9} {}",
            variable.bcid(),
            variable.name().unwrap_or("?")
        );
    }
    if variables.len() > HEAD {
        println!("  … and {} more", variables.len() - HEAD);
    }
    let chosen: Vec<_> = variables.iter().take(5).collect();
    let numeric = chosen
        .iter()
        .find(|variable| variable.variable_type() == Some(&VariableType::Numeric))
        .and_then(|variable| variable.bcid().number().ok());
    let query = base
        .data(chosen.iter().map(|variable| variable.bcid()))
        .label(Label::Name(NameKey::Standard));
    let Some(bcid) = numeric else {
        return Ok(query);
    };
    let filter = base.variable(bcid)?.greater_or_equal(10)?;
    println!("\nThe first {} of them, where {filter}", chosen.len());
    Ok(query.filter(filter))
}
