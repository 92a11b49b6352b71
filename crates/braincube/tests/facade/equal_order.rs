//! Split queries whose order variable does not identify rows, and parts that the server rejects.

use std::fmt::Write as _;

use braincube::arrow_array::Float64Array;
use braincube::arrow_array::cast::AsArray as _;
use braincube::arrow_array::types::Float64Type;
use braincube::{Client, DataQuery, ErrorKind, Frame, Split};
use braincube_sim::{Fault, Simulator, SimulatorBuilder};

use crate::site::site;

/// The memory base of the first CSV file.
const BASE: u64 = 21;
const ROWS: usize = 30;
const NUMBERS: usize = 12;

/// A date for each row, and numbers that identify their row: 1007 is the number of column 1 in row 7.
fn csv(date: impl Fn(usize) -> String) -> String {
    let mut text = String::from("When");
    for column in 1..=NUMBERS {
        let _ = write!(text, ",N{column}");
    }
    for row in 0..ROWS {
        let _ = write!(text, "\n{}", date(row));
        for column in 1..=NUMBERS {
            let _ = write!(text, ",{}", column * 1_000 + row);
        }
    }
    text
}

/// All rows have different dates.
fn all_different(row: usize) -> String {
    format!("20240101_0000{row:02}")
}

/// Each date occurs in three rows.
fn ties(row: usize) -> String {
    all_different(row / 3)
}

/// The last three rows have no date.
fn nulls(row: usize) -> String {
    match row {
        27.. => "null".into(),
        _ => all_different(row),
    }
}

/// A site with these dates that shuffles rows with equal dates in every response.
async fn shuffling(
    date: impl Fn(usize) -> String,
    also: impl Fn(SimulatorBuilder) -> SimulatorBuilder,
) -> (Client, Simulator, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("line.csv");
    std::fs::write(&file, csv(date)).unwrap();
    let builder = Simulator::builder().csv(file).shuffling_ties();
    let (client, simulator) = site(also(builder)).await;
    (client, simulator, folder)
}

/// A query for all variables, four per request, without concurrency.
fn narrow(client: &Client) -> DataQuery {
    let base = client.braincube("demo").memory_base(BASE);
    base.all_data()
        .split(Split::default().columns(4).concurrency(1))
}

/// Whether all cells of each row are from the same row of the source.
fn is_of_whole_rows(frame: &Frame) -> bool {
    let numbers: Vec<_> = frame.batch().columns()[1..]
        .iter()
        .map(|column| column.as_primitive::<Float64Type>())
        .collect();
    (0..frame.batch().num_rows()).all(|row| {
        let source = |cells: &&Float64Array| cells.value(row) % 1_000.0;
        let mut sources = numbers.iter().map(source);
        let first = sources.next().unwrap();
        sources.all(|other| other == first)
    })
}

/// The number of variables in each request for data.
fn widths(simulator: &Simulator) -> Vec<usize> {
    let requests = simulator.requests();
    let posts = requests.iter().filter(|request| request.method() == "POST");
    let width = |body: &[u8]| {
        let body: serde_json::Value = serde_json::from_slice(body).unwrap();
        body["definitions"].as_array().unwrap().len()
    };
    posts.map(|request| width(request.body())).collect()
}

#[tokio::test]
async fn i6_rows_with_distinct_order_values_are_joined() {
    let (client, simulator, _folder) = shuffling(all_different, |builder| builder).await;
    let frame = narrow(&client).fetch().await.unwrap();
    assert_eq!(frame.batch().num_columns(), NUMBERS + 1);
    assert!(is_of_whole_rows(&frame));
    assert_eq!(widths(&simulator), [4, 5, 5, 2]);
}

#[tokio::test]
async fn i6_cells_of_equal_rows_are_never_mixed() {
    for (what, date) in [
        ("equal dates", ties as fn(usize) -> String),
        ("rows without a date", nulls),
    ] {
        let (client, simulator, _folder) = shuffling(date, |builder| builder).await;
        let frame = narrow(&client).fetch().await.unwrap();
        assert_eq!(frame.batch().num_rows(), ROWS, "{what}");
        assert!(is_of_whole_rows(&frame), "{what}");
        assert_eq!(
            widths(&simulator),
            [4, NUMBERS + 1],
            "{what}: known after one part, and then all in one request"
        );
    }
}

#[tokio::test]
async fn i6_rows_with_equal_order_values_are_an_error_if_one_request_is_rejected() {
    let (client, simulator, _folder) = shuffling(ties, |builder| builder.max_columns(5)).await;
    let error = narrow(&client).fetch().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity, "{error}");
    let text = error.to_string();
    for part in [
        "mb21/d2100001",
        "the same in rows 0 and 1",
        "the server rejects one request for all 13 variables",
        "query fewer variables",
    ] {
        assert!(text.contains(part), "{part:?} in {text:?}");
    }
    assert_eq!(widths(&simulator), [4, NUMBERS + 1]);

    // The same if only the server requires parts: all variables are not requested twice.
    let before = widths(&simulator).len();
    let base = client.braincube("demo").memory_base(BASE);
    let error = base.all_data().fetch().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity, "{error}");
    assert_eq!(widths(&simulator)[before], NUMBERS + 1);
    let all = widths(&simulator).split_off(before);
    assert_eq!(all.iter().filter(|width| **width > NUMBERS).count(), 1);
}

#[tokio::test]
async fn h8_a_request_rejected_as_too_large_is_halved_and_joined() {
    let (client, simulator, _folder) =
        shuffling(all_different, |builder| builder.max_columns(5)).await;
    let base = client.braincube("demo").memory_base(BASE);
    let query = base.all_data().split(Split::default().concurrency(1));
    let frame = query.fetch().await.unwrap();
    assert_eq!(frame.batch().num_columns(), NUMBERS + 1);
    assert!(is_of_whole_rows(&frame));
    assert_eq!(
        widths(&simulator),
        [13, 7, 4, 4, 5, 3],
        "13 and 7 are rejected; the second part starts with the lowered limit"
    );
}

#[tokio::test]
async fn h8_a_request_rejected_with_414_is_halved_as_well() {
    let rejection = Fault::status(414).on("/LF").times(1);
    let (client, simulator, _folder) =
        shuffling(all_different, |builder| builder.fault(rejection.clone())).await;
    let base = client.braincube("demo").memory_base(BASE);
    let frame = base.all_data().fetch().await.unwrap();
    assert!(is_of_whole_rows(&frame));
    assert_eq!(widths(&simulator)[0], 13);
    assert_eq!(widths(&simulator).len(), 3);
}

#[tokio::test]
async fn h8_one_variable_that_is_too_large_is_an_error() {
    let (client, simulator, _folder) =
        shuffling(all_different, |builder| builder.max_columns(1)).await;
    let base = client.braincube("demo").memory_base(BASE);
    let query = base.all_data().split(Split::default().concurrency(1));
    let error = query.fetch().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
    // Requests for 13, 7, 4, 2 and 1 variables contain the order variable; one more variable is rejected.
    assert_eq!(widths(&simulator), [13, 7, 4, 2, 1, 2]);
}
