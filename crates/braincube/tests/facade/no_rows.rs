//! Queries without rows: which filter excludes all of them.

use braincube::{DataQuery, DateTime, MemoryBaseHandle, NoRows, Period};
use braincube_sim::{Fault, Simulator};

use crate::site::{request_lines, site};

async fn explained(query: DataQuery) -> NoRows {
    let (frame, reason) = query.fetch_explained().await.unwrap();
    assert_eq!(frame.batch().num_rows(), 0);
    reason.expect("a frame without rows has a reason")
}

fn query(base: &MemoryBaseHandle) -> DataQuery {
    base.data([2_000_001_u64])
}

fn from(date: &str) -> Period {
    let date: DateTime = date.parse().unwrap();
    Period::starting(date)
}

#[tokio::test]
async fn i19_the_filter_that_excludes_all_rows_is_named() {
    let (client, simulator) = site(Simulator::builder()).await;
    let base = client.braincube("demo").memory_base(20);
    for (filters, period, expected, requests) in [
        (
            &["d2000002 = 'b01'"][..],
            Period::all(),
            r#"0 rows: no row matches mb20/d2000002 = "b01"; did you mean "B01"?"#,
            1,
        ),
        (
            &["d2000034 > 1 and d2000002 = 'b01'"],
            Period::all(),
            r#"0 rows: no row matches mb20/d2000002 = "b01"; did you mean "B01"?"#,
            3,
        ),
        (
            &["d2000034 > 1e6"],
            Period::all(),
            "0 rows: no row matches mb20/d2000034 > 1000000.0",
            0,
        ),
        (
            &["d2000034 > 1"],
            from("20300101_000000"),
            "0 rows: no row matches the period mb20/d2000001 >= 20300101_000000",
            1,
        ),
        (
            &["d2000002 = 'B01'", "d2000002 = 'B02'"],
            Period::all(),
            "0 rows: each filter matches rows, but no row matches all of them: mb20/d2000002 = \"B01\"; mb20/d2000002 = \"B02\"",
            2,
        ),
        (
            &[
                "d2000034 > 1e6",
                "d2000034 > 2",
                "d2000034 > 3",
                "d2000034 > 4",
            ],
            Period::all(),
            "0 rows; the filters are: mb20/d2000034 > 1000000.0; mb20/d2000034 > 2; mb20/d2000034 > 3; mb20/d2000034 > 4",
            0,
        ),
    ] {
        let query = query(&base).filters(filters.iter().copied()).period(period);
        let before = request_lines(&simulator).len();
        query.clone().fetch().await.unwrap();
        let plain = request_lines(&simulator).len() - before;
        assert_eq!(explained(query).await.to_string(), expected);
        let further = request_lines(&simulator).len() - before - 2 * plain;
        assert_eq!(further, requests, "{expected}");
    }
}

#[tokio::test]
async fn i19_a_query_with_rows_sends_no_further_request() {
    let (client, simulator) = site(Simulator::builder()).await;
    let base = client.braincube("demo").memory_base(20);
    let (frame, reason) = query(&base)
        .filter("d2000034 > 20")
        .fetch_explained()
        .await
        .unwrap();
    assert!(frame.batch().num_rows() > 0 && reason.is_none());
    let expected = ["/simple", "/variables/2000034/extended", "/LF"];
    let requests = request_lines(&simulator);
    assert_eq!(requests.len(), expected.len(), "{requests:?}");
    for path in expected {
        assert!(
            requests.iter().any(|line| line.ends_with(path)),
            "{requests:?}"
        );
    }
}

#[tokio::test]
async fn i19_the_rows_of_a_tested_filter_are_not_read_completely() {
    let (client, _simulator) = site(Simulator::builder().generated(30, 2, 2_000_000)).await;
    let base = client.braincube("demo").memory_base(30);
    let query = base
        .data([3_000_002_u64])
        .filter("d3000002 >= 0")
        .filter("d3000002 < 0");
    let reason = explained(query).await;
    assert_eq!(reason.excluding_filter(), Some("mb30/d3000002 < 0"));
}

#[tokio::test]
async fn i19_if_the_reason_cannot_be_found_the_filters_are_listed() {
    let rejection = Fault::status(403).on("/LF").after(1);
    let (client, _simulator) = site(Simulator::builder().fault(rejection)).await;
    let base = client.braincube("demo").memory_base(20);
    let filters = ["d2000002 = 'B01'", "d2000002 = 'B02'"];
    let reason = explained(query(&base).filters(filters)).await;
    let expected = r#"0 rows; the filters are: mb20/d2000002 = "B01"; mb20/d2000002 = "B02""#;
    assert_eq!(reason.to_string(), expected);
    assert_eq!(reason.filters().len(), 2);
}

#[tokio::test]
async fn i19_an_empty_memory_base_is_the_reason() {
    let (client, _simulator) = site(Simulator::builder().generated(30, 2, 0)).await;
    let base = client.braincube("demo").memory_base(30);
    let reason = explained(base.data([3_000_001_u64])).await;
    assert_eq!(reason.to_string(), "0 rows: the memory base is empty");
}
