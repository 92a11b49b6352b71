//! Columns that bring no data and no type: whoever knows the type can still say it.
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
fn j7_columns_without_a_type_are_known_once_the_answer_is_whole() {
    let mut decoder = decoder();
    decoder.push(BODY).unwrap();
    assert_eq!(decoder.end().unwrap().undeclared(), [ABSENT, UNTYPED]);
}

#[test]
fn j7_a_type_that_is_said_late_makes_the_null_column() {
    let mut decoder = decoder();
    decoder.push(BODY).unwrap();
    let mut answer = decoder.end().unwrap();
    answer.declare(ABSENT, VariableType::Numeric);
    answer.declare(UNTYPED, VariableType::Numeric);
    answer.declare(TYPED, VariableType::Numeric);
    assert_eq!(answer.undeclared(), []);
    let frame = answer.into_frame().unwrap();
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
        "what the answer says stands"
    );
    assert_eq!(
        frame.report().missing().collect::<Vec<_>>(),
        [ABSENT, UNTYPED, TYPED]
    );
    assert_eq!(frame.batch().column(2).null_count(), 2);
}
