//! A simulated site and a client for it.

use braincube::{Client, Config};
use braincube_sim::{Simulator, SimulatorBuilder};

/// A client for a simulator with these options, and the simulator, which stops when it is dropped.
pub(crate) async fn site(builder: SimulatorBuilder) -> (Client, Simulator) {
    let simulator = builder.start().await.unwrap();
    let client = Client::from_config(config(&simulator)).await.unwrap();
    (client, simulator)
}

/// The configuration for a simulator.
pub(crate) fn config(simulator: &Simulator) -> Config {
    let builder = Config::builder()
        .sso_base_url(simulator.sso_base_url())
        .api_base_url(simulator.api_base_url())
        .api_key(simulator.token());
    builder.build().unwrap()
}

/// The requests that the simulator received: the method and the path with its query.
pub(crate) fn request_lines(simulator: &Simulator) -> Vec<String> {
    let line = |request: &braincube_sim::LoggedRequest| {
        format!("{} {}", request.method(), request.path_and_query())
    };
    simulator.requests().iter().map(line).collect()
}
