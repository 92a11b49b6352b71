//! Truncated responses without a length: only the end of their JSON shows that they are truncated.

use braincube::transport::RetryOptions;
use braincube::{Client, Entity as _, Error, ErrorKind, Method};
use braincube_sim::{Fault, Simulator};
use futures_util::TryStreamExt as _;
use serde_json::Value;

use crate::site::{config, request_lines};

/// Runs the operation whose request has this path, and returns its result as text.
async fn ask(client: &Client, what: &str) -> Result<String, Error> {
    let dryer = client.braincube("demo").memory_base(20);
    Ok(match what {
        "/jobs/573" => format!("{:?}", dryer.job(573).describe().await?.metadata()),
        "/dataGroups/summary" => {
            let groups: Vec<_> = dryer.data_groups().list().try_collect().await?;
            format!("{groups:?}")
        }
        "/LF" => {
            let frame = dryer.data([2_000_034_u64]).fetch().await?;
            format!("{:?}", frame.batch().columns())
        }
        "/simple" => {
            let query = client.request(Method::GET, "braincube/demo/braindata/mb20/simple");
            query.json::<Value>().await?.to_string()
        }
        what => panic!("{what}"),
    })
}

#[tokio::test]
async fn n10_a_truncated_response_is_requested_again() {
    let simulator = Simulator::start().await.unwrap();
    let client = Client::builder(config(&simulator))
        .retry(RetryOptions::default().random(|| 0.0).attempts(4))
        .build()
        .unwrap();
    for what in ["/jobs/573", "/dataGroups/summary", "/LF", "/simple"] {
        let whole = ask(&client, what).await.unwrap();
        for at in [1, 2, 17, 60] {
            simulator.clear_faults();
            simulator.add_fault(Fault::silent_cut(at).on(what).times(2));
            let before = count(&simulator, what);
            let answer = ask(&client, what).await;
            assert_eq!(answer.unwrap(), whole, "{what} at {at}");
            assert_eq!(
                count(&simulator, what) - before,
                requests_without_faults(what) + 2
            );
        }
        simulator.clear_faults();
        simulator.add_fault(Fault::silent_cut(20).on(what));
        let before = count(&simulator, what);
        let error = ask(&client, what).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Interrupted, "{what}: {error}");
        // Data is requested again less often.
        let most = if what == "/LF" { 3 } else { 4 };
        assert_eq!(count(&simulator, what) - before, most, "{what}");

        // A complete response without a length is accepted.
        simulator.clear_faults();
        simulator.add_fault(Fault::silent_cut(usize::MAX).on(what));
        assert_eq!(ask(&client, what).await.unwrap(), whole, "{what}");
        simulator.clear_faults();
    }
}

/// The number of requests to a path without faults: a list ends with an empty page.
fn requests_without_faults(what: &str) -> usize {
    if what.ends_with("/summary") { 2 } else { 1 }
}

fn count(simulator: &Simulator, what: &str) -> usize {
    let lines = request_lines(simulator);
    lines.iter().filter(|line| line.contains(what)).count()
}
