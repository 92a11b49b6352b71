//! Requests of a client that succeed and that fail.

use braincube::transport::RetryOptions;
use braincube::{Client, Config, Error, Label, NameKey, VariableFilter as _};
use futures_util::TryStreamExt as _;

/// A client without pauses between attempts.
pub(crate) async fn client(config: Config) -> Client {
    let retry = RetryOptions::default()
        .base(std::time::Duration::ZERO)
        .attempts(2);
    // Certificates are read from files.
    let building = move || Client::builder(config).retry(retry).build();
    tokio::task::spawn_blocking(building)
        .await
        .unwrap()
        .unwrap()
}

/// Requests all entities, and some that do not exist. Returns the errors.
pub(crate) async fn ask(client: &Client) -> Vec<Error> {
    let dryer = client.braincube("demo").memory_base(20);
    let absent = client.braincube("no such").memory_base(20);
    let data = dryer
        .data(["2000001", "2000034"])
        .filter(dryer.variable(2_000_034).unwrap().between(20, 40))
        .label(Label::Name(NameKey::Standard));
    let outcomes = [
        client.braincubes().await.err(),
        client
            .braincube("demo")
            .memory_bases()
            .list()
            .try_collect::<Vec<_>>()
            .await
            .err(),
        client.braincube("demo").memory_bases().get(20).await.err(),
        dryer.variables().list().try_collect::<Vec<_>>().await.err(),
        dryer.variables().get(2_000_034).await.err(),
        data.fetch().await.err(),
        dryer.data(["9"]).fetch().await.err(),
        absent
            .variables()
            .list()
            .try_collect::<Vec<_>>()
            .await
            .err(),
    ];
    outcomes.into_iter().flatten().collect()
}
