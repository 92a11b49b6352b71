//! Queries that are split over several requests.

use braincube::arrow_array::Array as _;
use braincube::{ErrorKind, Split, VariableFilter as _};
use braincube_sim::Simulator;

use crate::site::{request_lines, site};

/// Three variables per request.
fn narrow() -> Split {
    Split::default().columns(3)
}

#[tokio::test]
async fn h8_a_split_query_returns_the_same_frame() {
    let (client, simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let power = dryer.variable(2_000_034).unwrap();
    let query = dryer.all_data().filter(power.between(20, 40));
    let whole = query.clone().fetch().await.unwrap();
    let before = request_lines(&simulator).len();
    let split = query.split(narrow()).fetch().await.unwrap();
    assert_eq!(split.batch(), whole.batch());
    assert_eq!(split.report().columns(), whole.report().columns());
    let requests = simulator.requests().split_off(before);
    let parts: Vec<_> = requests
        .iter()
        .filter(|request| request.method() == "POST")
        .collect();
    assert_eq!(parts.len(), 5, "14 variables, three per request");
    for part in parts {
        let body: serde_json::Value = serde_json::from_slice(part.body()).unwrap();
        let ids = body["definitions"].as_array().unwrap();
        assert!(ids.contains(&"mb20/d2000001".into()), "{body}");
        assert!(
            ids.len() <= 4,
            "three variables and the order variable: {body}"
        );
    }
}

#[tokio::test]
async fn h8_a_request_body_does_not_exceed_the_limit() {
    let (client, simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let split = Split::default().body_bytes(200).concurrency(1);
    dryer.all_data().split(split).fetch().await.unwrap();
    let bodies = simulator.requests();
    let bodies = bodies.iter().filter(|request| request.method() == "POST");
    let longest = bodies.map(|request| request.body().len()).max().unwrap();
    assert!(longest < 300, "{longest} bytes, punctuation included");
}

#[tokio::test]
async fn i6_data_that_changes_once_between_two_parts_is_read_again() {
    let (client, simulator) = site(Simulator::builder().changing_data(1)).await;
    let dryer = client.braincube("demo").memory_base(20);
    let frame = dryer.all_data().split(narrow()).fetch().await.unwrap();
    assert_eq!(frame.batch().num_rows(), 9_219, "one row was removed");
    assert!(
        frame
            .batch()
            .columns()
            .iter()
            .all(|column| column.len() == 9_219)
    );
    let posts = request_lines(&simulator);
    let posts = posts.iter().filter(|line| line.starts_with("POST")).count();
    assert_eq!(posts, 10, "all five parts, twice");
}

#[tokio::test]
async fn i6_data_that_keeps_changing_is_an_error() {
    let (client, simulator) = site(Simulator::builder().changing_data(usize::MAX)).await;
    let dryer = client.braincube("demo").memory_base(20);
    let error = dryer.all_data().split(narrow()).fetch().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity, "{error}");
    assert!(error.to_string().contains("mb20/d2000001"), "{error}");
    let posts = request_lines(&simulator);
    let posts = posts.iter().filter(|line| line.starts_with("POST")).count();
    assert_eq!(posts, 10, "once more and not again");
}

#[tokio::test]
async fn i6_without_the_order_column_parts_are_not_joined() {
    let (client, simulator) = site(Simulator::builder().broken_variable(20, 2_000_001)).await;
    let dryer = client.braincube("demo").memory_base(20);
    let split = dryer.all_data().split(narrow().concurrency(1));
    let whole = split.fetch().await.unwrap();
    assert_eq!(
        whole.report().missing().count(),
        1,
        "one request needs no order column"
    );
    let posts = request_lines(&simulator);
    let posts = posts.iter().filter(|line| line.starts_with("POST")).count();
    assert_eq!(posts, 2, "the first part, then all columns");
}

/// Reads 50 million cells while the data changes `changes` times.
async fn vast(changes: usize) -> (braincube::Result<braincube::Frame>, usize) {
    const BASE: u64 = 30;
    let builder = Simulator::builder().generated(BASE, 5_000, 10_000);
    let (client, simulator) = site(builder.changing_data(changes)).await;
    let outcome = client
        .braincube("demo")
        .memory_base(BASE)
        .all_data()
        .fetch()
        .await;
    let posts = request_lines(&simulator);
    let posts = posts.iter().filter(|line| line.starts_with("POST")).count();
    (outcome, posts)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i6_5_000_variables_and_10_000_rows_are_joined() {
    let (frame, posts) = vast(0).await;
    let batch = frame.unwrap().into_batch();
    assert_eq!((batch.num_rows(), batch.num_columns()), (10_000, 5_000));
    assert!(
        batch
            .columns()
            .iter()
            .all(|column| column.null_count() == 0)
    );
    assert_eq!(posts, 10, "500 variables a request");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i6_5_000_variables_whose_data_changes_once_are_read_again() {
    let (frame, posts) = vast(1).await;
    let batch = frame.unwrap().into_batch();
    assert_eq!((batch.num_rows(), batch.num_columns()), (9_999, 5_000));
    assert_eq!(posts, 20, "all parts, twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i6_5_000_variables_whose_data_keeps_changing_are_an_error() {
    let (frame, posts) = vast(usize::MAX).await;
    let error = frame.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity, "{error}");
    assert_eq!(posts, 20, "once more and not again");
}

#[tokio::test]
async fn i6_hundreds_of_variables_are_joined_over_several_requests() {
    const BASE: u64 = 30;
    let (client, simulator) = site(Simulator::builder().generated(BASE, 1_100, 20)).await;
    let base = client.braincube("demo").memory_base(BASE);
    let frame = base.all_data().fetch().await.unwrap();
    let (rows, columns) = (frame.batch().num_rows(), frame.batch().num_columns());
    assert_eq!((rows, columns), (20, 1_100));
    let posts = request_lines(&simulator);
    let posts = posts.iter().filter(|line| line.starts_with("POST")).count();
    assert_eq!(posts, 3);
}
