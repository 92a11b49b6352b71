//! Writes responses of the simulator to files, byte for byte. `cargo xtask snapshots` runs it to update the fixtures.
//!
//! ```sh
//! cargo run -p braincube --example record -- DIRECTORY
//! ```

use std::error::Error;
use std::path::{Path, PathBuf};

use braincube::model::bytes::Bytes;
use braincube::model::http::Request;
use braincube::model::request::{DataRequest, Endpoints, Page, Scope};
use braincube::model::{BcId, LongId, MemoryBase, Variable, VariableFilter as _};
use braincube::transport::{AllowedOrigins, Transport};
use braincube_sim::Simulator;

/// A request, and the name of the file for its response.
type Named = (&'static str, Request<Bytes>);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let directory = std::env::args_os()
        .nth(1)
        .ok_or("usage: record DIRECTORY")?;
    let directory = PathBuf::from(directory);
    std::fs::create_dir_all(&directory)?;

    let simulator = Simulator::builder()
        .broken_variable(20, 2_000_040)
        .start()
        .await?;
    let endpoints = Endpoints::new(&simulator.sso_base_url(), &simulator.api_base_url())?;
    let origins = AllowedOrigins::new([simulator.url()])?;
    let config = braincube::Config::builder()
        .sso_base_url(simulator.sso_base_url())
        .api_base_url(simulator.api_base_url())
        .api_key(simulator.token())
        .build()?;
    let tokens = config
        .personal_access_token()
        .ok_or("the configuration has no personal access token")?;
    let transport = Transport::builder(std::sync::Arc::new(tokens), origins).build()?;

    for (name, request) in requests(&endpoints)? {
        record(&transport, request, &directory.join(name)).await?;
    }
    Ok(())
}

/// One request for each kind of response.
fn requests(endpoints: &Endpoints) -> Result<Vec<Named>, Box<dyn Error>> {
    let base = BcId::from(20);
    let braincube = Scope::new("demo");
    let scope = braincube.memory_base(&base);
    let power = LongId::variable(20, 2_000_034);
    let variables = [2_000_001, 2_000_002, 2_000_034, 2_000_040, 2_000_041];
    let definitions = variables
        .map(|variable| LongId::variable(20, variable))
        .to_vec();
    let data = DataRequest::new(20, LongId::variable(20, 2_000_001), definitions)
        .filter(power.between(20, 40)?);
    Ok(vec![
        ("user_me.json", endpoints.user_me()?),
        (
            "memory_bases.json",
            endpoints.list::<MemoryBase>(braincube, Page::first())?,
        ),
        (
            "memory_base.json",
            endpoints.one::<MemoryBase>(braincube, &base)?,
        ),
        (
            "variables.json",
            endpoints.list::<Variable>(scope, Page::first())?,
        ),
        (
            "variable.json",
            endpoints.one::<Variable>(scope, &BcId::from(2_000_034))?,
        ),
        ("simple.json", endpoints.memory_base_info("demo", 20)?),
        ("data.json", endpoints.data("demo", &data)?),
    ])
}

async fn record(
    transport: &Transport,
    request: Request<Bytes>,
    file: &Path,
) -> Result<(), Box<dyn Error>> {
    let response = transport.read(request).await?;
    Ok(std::fs::write(file, &response.body)?)
}
