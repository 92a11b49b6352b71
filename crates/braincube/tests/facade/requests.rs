//! The requests of each operation.

use braincube::{Label, NameKey, Period, TimePoint};
use braincube_sim::Simulator;
use futures_util::TryStreamExt as _;

use crate::site::{request_lines, site};

#[tokio::test]
async fn handles_send_no_request() {
    let (client, simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let _ = (
        dryer.variables(),
        dryer.variable(2_000_034),
        dryer.data([2_000_034_u64]),
    );
    assert_eq!(request_lines(&simulator), [""; 0]);
}

#[tokio::test]
async fn data_by_bcid_needs_two_requests() {
    let (client, simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    dryer.data([2_000_034_u64]).fetch().await.unwrap();
    insta::assert_snapshot!(request_lines(&simulator).join("\n"), @r"
    GET /braincube/demo/braindata/mb20/simple
    POST /braincube/demo/braindata/mb20/LF
    ");
}

#[tokio::test]
async fn the_name_of_one_column_needs_its_description() {
    let (client, simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    dryer
        .data([2_000_034_u64])
        .label(Label::Name(NameKey::Tag))
        .fetch()
        .await
        .unwrap();
    let mut lines = request_lines(&simulator);
    lines.sort(); // the first two are concurrent
    insta::assert_snapshot!(lines.join("\n"), @r"
    GET /braincube/demo/braincube/mb/20/variables/2000034/extended
    GET /braincube/demo/braindata/mb20/simple
    POST /braincube/demo/braindata/mb20/LF
    ");
}

#[tokio::test]
async fn a_period_needs_the_type_of_the_order_variable() {
    let (client, simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let period = Period::starting("2023-10-05".parse::<TimePoint>().unwrap());
    dryer
        .data([2_000_034_u64])
        .period(period)
        .fetch()
        .await
        .unwrap();
    insta::assert_snapshot!(request_lines(&simulator).join("\n"), @r"
    GET /braincube/demo/braindata/mb20/simple
    GET /braincube/demo/braincube/mb/20/variables/2000001/extended
    POST /braincube/demo/braindata/mb20/LF
    ");
}

#[tokio::test]
async fn a_list_ends_at_an_empty_page() {
    let (client, simulator) = site(Simulator::builder()).await;
    let bases = client.braincube("demo").memory_bases();
    let listed: Vec<_> = bases.list().try_collect().await.unwrap();
    assert_eq!(listed.len(), 1);
    insta::assert_snapshot!(request_lines(&simulator).join("\n"), @r"
    GET /braincube/demo/braincube/mb/all/summary?offset=0&size=150
    GET /braincube/demo/braincube/mb/all/summary?offset=1&size=150
    ");
}
