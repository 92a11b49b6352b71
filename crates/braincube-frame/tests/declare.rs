//! Columns without data and type, whose types the caller sets later.
#![allow(clippy::unwrap_used, reason = "what surprises a test should end it")]

use braincube_frame::arrow_array::Array as _;
use braincube_frame::arrow_schema::{DataType, TimeUnit};
use braincube_frame::{ExpectedColumn, FrameDecoder, FrameOptions};
use braincube_model::{LongId, VariableType};

const SPEED: LongId = LongId::variable(20, 1);
const ABSENT: LongId = LongId::variable(20, 2);
const UNTYPED: LongId = LongId::variable(20, 3);
const TYPED: LongId = LongId::variable(20, 4);

const BODY: &[u8] = br#"{"datadefs": [
    {"id": "mb20/d1", "type": "NUMERIC", "data": ["1", "2"]},
    {"id": "mb20/d3"},
    {"id": "mb20/d4", "type": "DATETIME"}
]}"#;

fn decoder() -> FrameDecoder {
    let expected = [SPEED, ABSENT, UNTYPED, TYPED];
    let column = |id: LongId| ExpectedColumn::new(id, id.to_string());
    FrameDecoder::new(expected.map(column).to_vec(), FrameOptions::default())
}

#[test]
fn j23_columns_without_data_are_known_when_the_response_is_complete() {
    for typed in [
        r#"{"id": "mb20/d4", "type": "DATETIME"}"#,
        r#"{"id": "mb20/d4", "type": "DATETIME", "data": null}"#,
        r#"{"id": "mb20/d4", "type": "DATETIME", "data": []}"#,
    ] {
        let body = std::str::from_utf8(BODY).unwrap();
        let body = body.replace(r#"{"id": "mb20/d4", "type": "DATETIME"}"#, typed);
        let mut decoder = decoder();
        decoder.push(body.as_bytes()).unwrap();
        let response = decoder.into_response().unwrap();
        assert_eq!(response.missing(), [ABSENT, UNTYPED, TYPED], "{typed}");
        let frame = response.into_frame().unwrap();
        let missing: Vec<_> = frame.report().missing().collect();
        assert_eq!(missing, [ABSENT, UNTYPED, TYPED], "{typed}");
        assert_eq!(frame.batch().column(3).null_count(), 2, "{typed}");
    }
}

#[test]
fn j23_empty_columns_of_a_response_without_rows_are_not_missing() {
    let body =
        r#"{"resultLength": 0, "datadefs": [{"id": "mb20/d1", "type": "NUMERIC", "data": []}]}"#;
    let column = vec![ExpectedColumn::new(SPEED, "speed")];
    let mut decoder = FrameDecoder::new(column.clone(), FrameOptions::default());
    decoder.push(body.as_bytes()).unwrap();
    let response = decoder.into_response().unwrap();
    assert_eq!(response.missing(), []);
    assert_eq!(response.into_frame().unwrap().report().missing().count(), 0);

    let claims = body.replace("\"resultLength\": 0", "\"resultLength\": 2");
    let mut decoder = FrameDecoder::new(column, FrameOptions::default());
    decoder.push(claims.as_bytes()).unwrap();
    let response = decoder.into_response().unwrap();
    assert_eq!(response.missing(), [SPEED], "it may not exist");
    response.into_frame().unwrap_err();
}

#[test]
fn j7_a_type_that_is_set_later_determines_the_null_column() {
    let mut decoder = decoder();
    decoder.push(BODY).unwrap();
    let mut response = decoder.into_response().unwrap();
    response.declare(ABSENT, VariableType::Numeric);
    response.declare(UNTYPED, VariableType::Numeric);
    response.declare(TYPED, VariableType::Numeric);
    let frame = response.into_frame().unwrap();
    let types: Vec<_> = frame
        .batch()
        .columns()
        .iter()
        .map(|column| column.data_type())
        .collect();
    let date = DataType::Timestamp(TimeUnit::Millisecond, None);
    let number = DataType::Float64;
    assert_eq!(
        types,
        [&number, &number, &number, &date],
        "what the response says stands"
    );
    assert_eq!(
        frame.report().missing().collect::<Vec<_>>(),
        [ABSENT, UNTYPED, TYPED]
    );
    assert_eq!(frame.batch().column(2).null_count(), 2);
}
