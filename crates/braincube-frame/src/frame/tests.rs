use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, DictionaryArray, Float64Array, Int64Array, StringArray, TimestampMillisecondArray,
};
use braincube_model::LongId;

use super::{Frame, Indistinct, indistinct};
use crate::decoder::decode;
use crate::error::{Error, ErrorKind};
use crate::options::FrameOptions;

fn id(variable: u64) -> LongId {
    LongId::variable(20, variable)
}

fn part(dates: &str, variable: u64, cells: &str) -> Frame {
    let body = format!(
        r#"{{"datadefs": [
            {{"id": "mb20/d1", "type": "DATETIME", "data": [{dates}]}},
            {{"id": "mb20/d{variable}", "type": "NUMERIC", "data": [{cells}]}}]}}"#
    );
    decode(body.as_bytes(), Vec::new(), FrameOptions::default()).unwrap()
}

const TWO: &str = r#""20231002_060000", "20231002_060100""#;
const OTHER: &str = r#""20231002_060001", "20231002_060100""#;

#[test]
fn i6_parts_with_the_same_rows_are_joined_in_the_requested_order() {
    let parts = vec![part(TWO, 2, "1, 2"), part(TWO, 3, "3, 4")];
    let bytes: u64 = parts.iter().map(|part| part.report().json_bytes()).sum();
    let joined = Frame::join(parts, id(1), &[id(3), id(2)]).unwrap();
    let schema = joined.batch().schema();
    let names: Vec<_> = schema.fields().iter().map(|field| field.name()).collect();
    assert_eq!(names, ["3", "2"]);
    let ids: Vec<_> = joined
        .report()
        .columns()
        .iter()
        .map(|one| one.id())
        .collect();
    assert_eq!((ids, joined.report().rows()), (vec![id(3), id(2)], 2));
    assert_eq!(joined.report().json_bytes(), bytes);
}

#[test]
fn i6_parts_with_other_rows_are_not_joined() {
    for (dates, cells) in [(OTHER, "3, 4"), (r#""20231002_060000""#, "3")] {
        let parts = vec![part(TWO, 2, "1, 2"), part(dates, 3, cells)];
        let error = Frame::join(parts, id(1), &[id(2), id(3)]).unwrap_err();
        assert!(
            matches!(error, Error::OrderDiffers { part: 2, .. }),
            "{error}"
        );
        assert_eq!(error.kind(), ErrorKind::Integrity);
    }
}

#[test]
fn i6_parts_with_equal_or_null_order_cells_are_not_joined() {
    let equal = r#""20231002_060000", "20231002_060000""#;
    let null = r#""20231002_060000", null"#;
    for (dates, expected) in [(equal, Some(0)), (null, None)] {
        for second in [dates, TWO] {
            let parts = vec![part(dates, 2, "1, 2"), part(second, 3, "3, 4")];
            let error = Frame::join(parts, id(1), &[id(2), id(3)]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Integrity);
            let Error::OrderAmbiguous { row, equal_to, .. } = error else {
                panic!("{error}");
            };
            assert_eq!((row, equal_to), (1, expected));
        }
    }
}

#[test]
fn i6_the_error_names_the_ambiguous_rows() {
    let frame = part(r#""20231002_060000", null"#, 2, "1, 2");
    let error = frame.check_order(id(1)).unwrap_err().to_string();
    assert!(
        error.contains("mb20/d1") && error.contains("no value in row 1"),
        "{error}"
    );
    let frame = part(TWO, 2, "1, 1");
    assert!(frame.check_order(id(1)).is_ok());
    let error = frame.check_order(id(2)).unwrap_err().to_string();
    assert!(error.contains("the same in rows 0 and 1"), "{error}");
}

#[test]
fn i6_parts_without_the_order_column_are_not_joined() {
    let parts = vec![part(TWO, 2, "1, 2"), part(TWO, 3, "3, 4")];
    let error = Frame::join(parts, id(9), &[id(2), id(3)]).unwrap_err();
    assert!(matches!(error, Error::OrderMissing { .. }), "{error}");
    assert!(Frame::join(Vec::new(), id(1), &[]).is_err());
}

fn labels(labels: Vec<Option<&str>>) -> ArrayRef {
    Arc::new(labels.into_iter().collect::<DictionaryArray<Int32Type>>())
}

#[test]
fn i6_distinct_cells_of_every_type_are_recognized() {
    let columns: [ArrayRef; 8] = [
        Arc::new(TimestampMillisecondArray::from(vec![1, 2, 3])),
        Arc::new(TimestampMillisecondArray::from(vec![3, 1, 2])),
        Arc::new(Int64Array::from(vec![3, 2, 1])),
        Arc::new(Float64Array::from(vec![-1.0, -2.0, 0.0, 7.5])),
        Arc::new(StringArray::from(vec!["b", "a", ""])),
        labels(vec![Some("b"), Some("a")]),
        Arc::new(Int64Array::from(Vec::<i64>::new())),
        labels(vec![Some("only")]),
    ];
    for column in columns {
        assert_eq!(indistinct(&column), None, "{column:?}");
    }
}

#[test]
fn i6_equal_and_null_cells_of_every_type_are_found() {
    let columns: [(ArrayRef, Indistinct); 8] = [
        (
            Arc::new(TimestampMillisecondArray::from(vec![1, 2, 2, 2])),
            Indistinct::Equal(1, 2),
        ),
        (
            Arc::new(TimestampMillisecondArray::from(vec![Some(1), None])),
            Indistinct::Null(1),
        ),
        (
            Arc::new(Int64Array::from(vec![3, 1, 3])),
            Indistinct::Equal(0, 2),
        ),
        (
            Arc::new(Float64Array::from(vec![0.0, 1.0, -0.0])),
            Indistinct::Equal(0, 2),
        ),
        (
            Arc::new(Float64Array::from(vec![0.0, f64::NAN])),
            Indistinct::Null(1),
        ),
        (
            Arc::new(StringArray::from(vec!["b", "a", "b"])),
            Indistinct::Equal(0, 2),
        ),
        (
            labels(vec![Some("b"), Some("a"), Some("a")]),
            Indistinct::Equal(1, 2),
        ),
        (labels(vec![Some("b"), None]), Indistinct::Null(1)),
    ];
    for (column, expected) in columns {
        assert_eq!(indistinct(&column), Some(expected), "{column:?}");
    }
}
