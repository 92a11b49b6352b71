//! Answers that end too early without a word: no length was announced, so only their JSON tells.

use braincube::transport::RetryOptions;
use braincube::{Client, Entity as _, Error, ErrorKind, Method};
use braincube_sim::{Fault, Simulator};
use futures_util::TryStreamExt as _;
use serde_json::Value;

use crate::site::{asked, config};

/// What a client may ask, the path of the request that is cut, and what comes of it as text.
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
async fn n10_an_answer_that_ends_too_early_is_asked_for_again() {
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
            assert_eq!(count(&simulator, what) - before, whole_requests(what) + 2);
        }
        simulator.clear_faults();
        simulator.add_fault(Fault::silent_cut(20).on(what));
        let before = count(&simulator, what);
        let error = ask(&client, what).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Interrupted, "{what}: {error}");
        // What is dear to compute is asked for less often.
        let most = if what == "/LF" { 3 } else { 4 };
        assert_eq!(count(&simulator, what) - before, most, "{what}");

        // Without a length and whole, it is as good as any.
        simulator.clear_faults();
        simulator.add_fault(Fault::silent_cut(usize::MAX).on(what));
        assert_eq!(ask(&client, what).await.unwrap(), whole, "{what}");
        simulator.clear_faults();
    }
}

/// How many requests to a path an undisturbed question takes: a list has a page behind its last.
fn whole_requests(what: &str) -> usize {
    if what.ends_with("/summary") { 2 } else { 1 }
}

fn count(simulator: &Simulator, what: &str) -> usize {
    let lines = asked(simulator);
    lines.iter().filter(|line| line.contains(what)).count()
}
