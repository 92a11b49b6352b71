//! Columns and entities that the server does not send.

use std::error::Error as _;

use braincube::arrow_array::Array as _;
use braincube::arrow_schema::DataType;
use braincube::model::request::Endpoints;
use braincube::transport::{Body, Transport};
use braincube::{Client, Entity as _, ErrorKind, Label, LongId, NameKey};
use braincube_sim::{Fault, Simulator};
use bytes::Bytes;
use http::{Request, Response};

use crate::site::{request_lines, site};

const BROKEN: u64 = 2_000_041;

#[tokio::test]
async fn j7_a_column_without_data_is_null_in_every_row_and_reported() {
    let (client, _simulator) = site(Simulator::builder().broken_variable(20, BROKEN)).await;
    let dryer = client.braincube("demo").memory_base(20);
    let frame = dryer.data([2_000_034, BROKEN]).fetch().await.unwrap();
    let column = frame.batch().column(1);
    assert_eq!(column.data_type(), &DataType::Float64);
    assert_eq!(column.null_count(), frame.batch().num_rows());
    let missing: Vec<_> = frame.report().missing().collect();
    assert_eq!(missing, [LongId::variable(20, BROKEN)]);
}

#[tokio::test]
async fn j7_a_column_without_data_is_an_error_if_strict() {
    let (client, _simulator) = site(Simulator::builder().broken_variable(20, BROKEN)).await;
    let dryer = client.braincube("demo").memory_base(20);
    let error = dryer
        .data([2_000_034, BROKEN])
        .strict(true)
        .fetch()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Partial);
    assert!(error.to_string().contains("mb20/d2000041"), "{error}");
}

/// The responses of a server that omits columns without data.
fn omits_columns(path: &str) -> (u16, &'static str) {
    match path.rsplit_once("/mb").map_or("", |(_, path)| path) {
        "20/simple" => (200, r#"{"name": "mb20", "order": "mb20/d1"}"#),
        "20/LF" => (
            200,
            r#"{"datadefs": [{"id": "mb20/d1", "type": "NUMERIC", "data": ["1"]}]}"#,
        ),
        "/20/variables/2/extended" => (200, r#"{"bcId": 2, "type": "DATETIME"}"#),
        "/20/variables/summary" => (
            200,
            r#"{"items": [{"bcId": 1, "standard": "Speed"}, {"bcId": 2, "standard": "Date"}]}"#,
        ),
        _ => (404, r#"{"message": "no such thing"}"#),
    }
}

/// The responses of a server that rejects requests for data, and lists a variable with an invalid bcId.
fn lists_an_invalid_variable(path: &str) -> (u16, &'static str) {
    match path.rsplit_once("/mb").map_or("", |(_, path)| path) {
        "20/simple" => (200, r#"{"name": "mb20", "order": "mb20/d1"}"#),
        "/20/variables/summary" => (
            200,
            r#"{"items": [{"bcId": 1, "standard": "Speed"}, {"bcId": [2], "standard": "Date"}]}"#,
        ),
        _ => (404, r#"{"message": "no such thing"}"#),
    }
}

/// The responses of a server without data and with a variable whose name is a number.
fn names_by_number(path: &str) -> (u16, &'static str) {
    match path.rsplit_once("/mb").map_or("", |(_, path)| path) {
        "20/simple" => (200, r#"{"name": "mb20", "order": "mb20/d1"}"#),
        "/20/variables/summary" => (200, r#"{"items": [{"bcId": 21, "tag": "4711"}]}"#),
        _ => (404, r#"{"message": "no such thing"}"#),
    }
}

fn site_that(answers: fn(&str) -> (u16, &'static str)) -> Client {
    let service = tower::service_fn(move |request: Request<Bytes>| async move {
        let (status, body) = answers(request.uri().path());
        let page_behind = request
            .uri()
            .query()
            .is_some_and(|query| !query.starts_with("offset=0"));
        let body = if page_behind {
            r#"{"items": []}"#
        } else {
            body
        };
        let answer = Response::builder().status(status).body(Body::from(body));
        Ok::<_, std::convert::Infallible>(answer.unwrap())
    });
    let endpoints = Endpoints::new("https://example.com", "https://api.example.com").unwrap();
    Client::new(endpoints, Transport::new(service))
}

#[tokio::test]
async fn j14_an_omitted_column_of_an_existing_variable_is_null_in_every_row() {
    let base = site_that(omits_columns).braincube("demo").memory_base(20);
    let frame = base.data([1_u64, 2]).fetch().await.unwrap();
    let column = frame.batch().column(1);
    assert!(matches!(column.data_type(), DataType::Timestamp(..)));
    assert_eq!((column.len(), column.null_count()), (1, 1));
    let missing: Vec<_> = frame.report().missing().collect();
    assert_eq!(missing, [LongId::variable(20, 2)]);
}

#[tokio::test]
async fn h5_an_omitted_column_of_a_missing_variable_is_an_error() {
    let base = site_that(omits_columns).braincube("demo").memory_base(20);
    for strict in [false, true] {
        let query = base.data([1_u64, 22]).strict(strict);
        let error = query.fetch().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
        assert_eq!(
            error.to_string(),
            "data of memory base 20 of \"demo\": no variable \"22\" in memory base 20 of \"demo\"; did you mean 2 (Date)?"
        );
    }
}

#[tokio::test]
async fn h5_a_rejection_is_unchanged_if_a_variable_of_the_list_cannot_be_parsed() {
    let base = site_that(lists_an_invalid_variable)
        .braincube("demo")
        .memory_base(20);
    let error = base.data([2_u64]).fetch().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    assert!(!error.to_string().contains("no variable"), "{error}");
    assert_eq!(error.detail(), Some("no such thing"));
}

#[tokio::test]
async fn j20_the_error_for_an_unknown_name_counts_variables_that_cannot_be_parsed() {
    let base = site_that(lists_an_invalid_variable)
        .braincube("demo")
        .memory_base(20);
    let error = base.find_variables(["Sped"]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    let expected =
        "memory base 20 of \"demo\" (1 of 2 variables cannot be parsed); did you mean \"Speed\"?";
    assert!(error.to_string().ends_with(expected), "{error}");
    let found = base.find_variables(["Speed"]).await.unwrap();
    assert_eq!(found.len(), 1, "the other variables are found");
}

#[tokio::test]
async fn h5_the_error_for_an_unknown_bcid_says_if_it_is_the_name_of_a_variable() {
    let base = site_that(names_by_number).braincube("demo").memory_base(20);
    let error = base.data([4711_u64]).fetch().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    let expected = "no variable with the bcId \"4711\" in memory base 20 of \"demo\"; it is a name of the variable 21, use that bcId";
    assert!(error.to_string().ends_with(expected), "{error}");
    let found = base.find_variables(["4711"]).await.unwrap();
    assert_eq!(found[0].bcid().as_str(), "21");
}

#[tokio::test]
async fn h5_the_error_for_a_missing_variable_suggests_similar_ones() {
    let (client, simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    for label in [Label::BcId, Label::Name(NameKey::Tag)] {
        let query = dryer.data([2_000_034, 200_034_u64]).label(label);
        let error = query.fetch().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
        let text = error.to_string();
        assert!(text.contains("no variable \"200034\""), "{text}");
        assert!(
            text.contains("did you mean 2000034 (Agitator power)"),
            "{text}"
        );
        // With names, the list shows that the variable does not exist before data is requested.
        let rejection = error
            .as_transport()
            .and_then(|rejection| rejection.status());
        let rejected = label == Label::BcId;
        assert_eq!(rejection.is_some(), rejected, "{error:?}");
        assert_eq!(error.source().is_some(), rejected, "{error:?}");
    }
    let posts = request_lines(&simulator);
    let posts = posts.iter().filter(|line| line.starts_with("POST")).count();
    assert_eq!(
        posts, 1,
        "with names the error precedes the request for data"
    );
}

#[tokio::test]
async fn h6_a_rejection_for_another_reason_is_unchanged() {
    let rejection = Fault::status(400).on("/LF");
    let (client, simulator) = site(Simulator::builder().fault(rejection)).await;
    let dryer = client.braincube("demo").memory_base(20);
    let error = dryer.data([2_000_034_u64]).fetch().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
    assert_eq!(
        request_lines(&simulator)
            .iter()
            .filter(|line| line.starts_with("POST"))
            .count(),
        1
    );
}

#[tokio::test]
async fn h5_the_error_for_a_missing_braincube_or_memory_base_suggests_similar_ones() {
    let (client, simulator) = site(Simulator::builder().generated(30, 1, 1)).await;
    for (name, bcid, expected) in [
        (
            "dem0",
            20,
            r#"no braincube "dem0" is accessible with these credentials; did you mean "demo"?"#,
        ),
        (
            "demo",
            21,
            r#"no memory base 21 in braincube "demo"; did you mean 20 (Batch dryer) or 30 (Generated 30)?"#,
        ),
    ] {
        let base = client.braincube(name).memory_base(bcid);
        let error = base.data([1_u64]).fetch().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
        assert!(error.to_string().ends_with(expected), "{error}");
        assert!(error.detail().is_some(), "the message of the server");
        let answer = error.as_transport().unwrap();
        assert_eq!(answer.status().unwrap(), 404, "{error:?}");
        assert!(error.source().is_some(), "{error:?}");
    }
    assert!(
        !request_lines(&simulator)
            .iter()
            .any(|line| line.starts_with("POST"))
    );
}
