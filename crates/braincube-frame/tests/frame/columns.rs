//! The columns of a frame: their order, their types and their report.

use arrow::datatypes::{DataType, TimeUnit};
use braincube_frame::{
    Dates, Discrete, Error, ErrorKind, ExpectedColumn, Frame, FrameDecoder, FrameOptions, decode,
};
use braincube_model::{LongId, NameKey, VariableType};

use super::{decode_all, texts};

const ANSWER: &[u8] = include_bytes!("../fixtures/response.json");
const TYPES: &[u8] = include_bytes!("../fixtures/types.json");

fn id(variable: u64) -> LongId {
    LongId::variable(20, variable)
}

fn ask(variables: &[u64]) -> Vec<ExpectedColumn> {
    let column = |variable: &u64| ExpectedColumn::new(id(*variable), variable.to_string());
    variables.iter().map(column).collect()
}

fn labels(frame: &Frame) -> Vec<String> {
    let schema = frame.batch().schema();
    schema
        .fields()
        .iter()
        .map(|field| field.name().clone())
        .collect()
}

#[test]
fn j7_j8_a_column_without_data_is_null_in_every_row_and_reported() {
    for data in ["", r#","data":null"#, r#","data" : null "#] {
        let body = format!(
            r#"{{"datadefs":[{{"id":"mb20/d1","type":"NUMERIC"{data}}},{{"id":"mb20/d2","data":["a","b"]}}]}}"#
        );
        let frame = decode_all(&body).unwrap();
        assert_eq!(texts(&frame, 0), ["~", "~"]);
        assert_eq!(frame.batch().column(0).data_type(), &DataType::Float64);
        assert_eq!(frame.report().missing().collect::<Vec<_>>(), [id(1)]);
        let column = &frame.report().columns()[0];
        assert_eq!(
            (column.nulls().missing_column, column.nulls().total()),
            (2, 2)
        );

        let strict = FrameOptions::default().with_strict(true);
        let error = decode(body.as_bytes(), vec![], strict).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Partial);
        assert_eq!(error.to_string(), "column mb20/d1 has no data");
    }
}

#[test]
fn j7_the_response_determines_the_type_of_a_missing_column_else_the_caller() {
    let expected = [
        VariableType::DateTime,
        VariableType::Discrete,
        VariableType::Numeric,
    ];
    let mut requested = ask(&[8, 9, 100, 101]);
    for (column, declared) in requested.iter_mut().zip(expected) {
        *column = column.clone().with_declared(declared);
    }
    let frame = decode(TYPES, requested, FrameOptions::default()).unwrap();
    let types: Vec<_> = frame
        .batch()
        .columns()
        .iter()
        .map(|c| c.data_type().clone())
        .collect();
    let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let timestamp = DataType::Timestamp(TimeUnit::Millisecond, None);
    assert_eq!(
        types,
        [dictionary, timestamp, DataType::Float64, DataType::Utf8]
    );
    assert_eq!(frame.report().missing().count(), 4);
    assert_eq!(frame.batch().num_rows(), 2);
}

#[test]
fn j7_without_any_data_result_length_is_the_number_of_rows() {
    for (body, rows) in [
        (r#"{"resultLength":3,"datadefs":[]}"#, 3),
        (r#"{"datadefs":[{"id":"mb20/d1"}]}"#, 0),
        (r#"{"datadefs":[{"id":"mb20/d1"}],"resultLength":2}"#, 2),
    ] {
        let frame = decode(body.as_bytes(), ask(&[1]), FrameOptions::default()).unwrap();
        assert_eq!(
            (frame.batch().num_rows(), frame.report().rows()),
            (rows, rows)
        );
        assert_eq!(frame.batch().column(0).null_count(), rows);
    }
    let frame = decode_all(r#"{"resultLength":3,"datadefs":[]}"#).unwrap();
    assert_eq!(
        (frame.batch().num_rows(), frame.batch().num_columns()),
        (3, 0)
    );
}

#[test]
fn j14_columns_are_in_the_requested_order() {
    let all = [2_000_001, 2_000_034, 2_000_040, 2_000_041];
    let all_columns = decode(ANSWER, vec![], FrameOptions::default()).unwrap();
    assert_eq!(
        labels(&all_columns),
        all.map(|variable| variable.to_string())
    );
    for a in 0..4 {
        for b in (0..4).filter(|b| *b != a) {
            let requested = ask(&[all[a], all[b]]);
            let frame = decode(ANSWER, requested, FrameOptions::default()).unwrap();
            assert_eq!(labels(&frame), [all[a].to_string(), all[b].to_string()]);
            assert_eq!(texts(&frame, 0), texts(&all_columns, a));
            assert_eq!(texts(&frame, 1), texts(&all_columns, b));
            assert_eq!(frame.report().unrequested().len(), 2);
        }
    }
}

#[test]
fn j14_an_unrequested_column_is_left_out_and_reported() {
    let frame = decode(ANSWER, ask(&[2_000_040]), FrameOptions::default()).unwrap();
    assert_eq!(
        frame.report().unrequested(),
        [id(2_000_001), id(2_000_034), id(2_000_041)]
    );
    assert_eq!(labels(&frame), ["2000040"]);
    let strict = FrameOptions::default().with_strict(true);
    let error = decode(ANSWER, ask(&[2_000_040]), strict).unwrap_err();
    assert!(matches!(error, Error::UnrequestedColumn { .. }), "{error}");
    // Its cells are not decoded, but must be valid JSON.
    let body = r#"{"datadefs":[{"id":"mb20/d9","type":"NUMERIC","data":["x",[1]]},{"id":"mb20/d1","data":["a","b"]}]}"#;
    assert!(decode(body.as_bytes(), ask(&[1]), FrameOptions::default()).is_ok());
    let body = body.replace("[1]", "[1,]");
    let error = decode(body.as_bytes(), ask(&[1]), FrameOptions::default()).unwrap_err();
    assert!(matches!(error, Error::Syntax { .. }), "{error}");
}

#[test]
fn j14_a_requested_column_that_is_missing_is_null_in_every_row() {
    let frame = decode(ANSWER, ask(&[7, 2_000_040]), FrameOptions::default()).unwrap();
    assert_eq!(texts(&frame, 0), ["~", "~", "~", "~"]);
    assert_eq!(frame.batch().column(0).data_type(), &DataType::Utf8);
    assert_eq!(frame.report().missing().collect::<Vec<_>>(), [id(7)]);
    let strict = FrameOptions::default().with_strict(true);
    let body = r#"{"datadefs":[]}"#;
    let error = decode(body.as_bytes(), ask(&[7]), strict).unwrap_err();
    assert!(matches!(error, Error::MissingColumn { .. }), "{error}");
}

#[test]
fn duplicate_expected_columns_are_rejected() {
    let error = decode(ANSWER, ask(&[1, 2, 1]), FrameOptions::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Input);
    assert_eq!(
        error.to_string(),
        "the column \"mb20/d1\" is requested twice; ids and labels must be distinct"
    );
    let same = vec![
        ExpectedColumn::new(id(1), "speed"),
        ExpectedColumn::new(id(2), "speed"),
    ];
    let error = FrameDecoder::new(same, FrameOptions::default())
        .finish()
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the label \"speed\" is requested twice; ids and labels must be distinct"
    );
}

#[test]
fn j15_a_column_of_unknown_type_is_text() {
    let frame = decode(TYPES, vec![], FrameOptions::default()).unwrap();
    for column in 0..6 {
        assert_eq!(
            frame.batch().column(column).data_type(),
            &DataType::Utf8,
            "{column}"
        );
    }
    assert_eq!(texts(&frame, 0), ["1.5", "~"]);
    let schema = frame.batch().schema();
    let declared = |column: usize| {
        schema
            .field(column)
            .metadata()
            .get("braincube:type")
            .cloned()
    };
    assert_eq!(declared(0).as_deref(), Some("NUMERICAL"));
    assert_eq!(declared(2), None);
    assert_eq!(declared(6).as_deref(), Some("DISCRET"));
    assert!(matches!(
        frame.batch().column(6).data_type(),
        DataType::Dictionary(..)
    ));
}

#[test]
fn j15_type_names_are_compared_exactly() {
    for (declared, said) in [
        (r#""numeric""#, Some("numeric")),
        (r#""Numeric""#, Some("Numeric")),
        (r#"" NUMERIC""#, Some(" NUMERIC")),
        (r#""DATE""#, Some("DATE")),
        (r#""Discrete""#, Some("Discrete")),
        (r#""BOOL""#, Some("BOOL")),
        (r#""""#, Some("")),
        ("null", None),
        ("7", None),
        ("true", None),
        ("[\"NUMERIC\"]", None),
        ("{\"type\":\"NUMERIC\"}", None),
    ] {
        for strict in [false, true] {
            let body =
                format!(r#"{{"datadefs":[{{"id":"mb20/d1","type":{declared},"data":["1"]}}]}}"#);
            let options = FrameOptions::default().with_strict(strict);
            let frame = decode(body.as_bytes(), vec![], options).unwrap();
            let schema = frame.batch().schema();
            let field = schema.field(0);
            assert_eq!(field.data_type(), &DataType::Utf8, "{declared}");
            assert_eq!(
                field.metadata().get("braincube:type").map(String::as_str),
                said
            );
        }
    }
    // Escape sequences do not change a name.
    let body = r#"{"datadefs":[{"type":"\u004eUMERIC","id":"mb20\/d1","data":["1"]}]}"#;
    let frame = decode_all(body).unwrap();
    assert_eq!(frame.batch().column(0).data_type(), &DataType::Float64);
    assert_eq!(frame.report().columns()[0].id(), id(1));
}

#[test]
fn j15_the_expected_type_is_used_if_the_response_has_none() {
    let body = r#"{"datadefs":[{"id":"mb20/d1","data":["1.5"]},{"id":"mb20/d2","type":"TEXT","data":["1.5"]}]}"#;
    let mut requested = ask(&[1, 2]);
    for column in &mut requested {
        *column = column.clone().with_declared(VariableType::Numeric);
    }
    let frame = decode(body.as_bytes(), requested, FrameOptions::default()).unwrap();
    assert_eq!(frame.batch().column(0).data_type(), &DataType::Float64);
    assert_eq!(frame.batch().column(1).data_type(), &DataType::Utf8);
}

#[test]
fn v12_fields_and_schema_have_metadata() {
    let requested = vec![
        ExpectedColumn::new(id(2_000_034), "Drum speed")
            .with_declared(VariableType::Numeric)
            .with_name(NameKey::Standard, "Drum speed")
            .with_name(NameKey::Tag, "SC_1200")
            .with_name(NameKey::Local, "Vitesse"),
    ];
    let zone = Some("Etc/GMT".to_owned());
    let mut decoder = FrameDecoder::new(requested, FrameOptions::default()).with_time_zone(zone);
    decoder.push(ANSWER).unwrap();
    let frame = decoder.finish().unwrap();
    let schema = frame.batch().schema();
    assert_eq!(schema.metadata()["braincube:timezone"], "Etc/GMT");
    let field = schema.field(0);
    assert!(field.is_nullable());
    let mut metadata: Vec<_> = field
        .metadata()
        .iter()
        .map(|(k, v)| format!("{k}={v}"))
        .collect();
    metadata.sort();
    let expected = [
        "braincube:id=mb20/d2000034",
        "braincube:local=Vitesse",
        "braincube:standard=Drum speed",
        "braincube:tag=SC_1200",
        "braincube:type=NUMERIC",
    ];
    assert_eq!(metadata, expected);
}

#[test]
fn the_schema_depends_only_on_the_declared_types() {
    let options = FrameOptions::default()
        .with_dates(Dates::Text)
        .with_discrete(Discrete::Utf8);
    for options in [FrameOptions::default(), options] {
        let schema = |cells: &str| {
            let kinds = ["NUMERIC", "DATETIME", "DISCRETE", "TEXT"];
            let columns: Vec<_> = kinds
                .iter()
                .enumerate()
                .map(|(n, kind)| format!(r#"{{"id":"mb20/d{n}","type":"{kind}","data":{cells}}}"#))
                .collect();
            let body = format!(r#"{{"datadefs":[{}]}}"#, columns.join(","));
            decode(body.as_bytes(), vec![], options.clone())
                .unwrap()
                .batch()
                .schema()
        };
        let empty = schema("[]");
        for cells in [
            r#"["?"]"#,
            r#"["1","2"]"#,
            "[1.5]",
            "[null]",
            "[true]",
            "null",
        ] {
            assert_eq!(schema(cells), empty, "{cells}");
        }
    }
}

#[test]
fn the_report_lists_all_findings() {
    let body = r#"{"datadefs":[{"id":"mb20/d1","type":"NUMERIC","data":["?","9007199254740993",true]},{"id":"mb20/d2","type":"DATETIME","data":["20190229_000000","no","?"]},{"id":"mb20/d3","data":["a","b","c"]}]}"#;
    let frame = decode(body.as_bytes(), ask(&[1, 2, 4]), FrameOptions::default()).unwrap();
    insta::assert_snapshot!(frame.report(), @r#"
    3 rows, 3 columns, from 194 bytes
    column mb20/d1: 1 cell without a value
    column mb20/d1: 1 cell converted; the first in row 2: "true"
    column mb20/d1: 1 number rounded to what a 64-bit float can hold; the first in row 1: "9007199254740993"
    column mb20/d2: 1 cell without a value
    column mb20/d2: 2 dates cannot be parsed, null; the first in row 0: "20190229_000000"
    column mb20/d4: no data, null in every row
    column mb20/d3: not requested, left out
    "#);
    assert_eq!(frame.report().inexact(), 1);
    let column = &frame.report().columns()[1];
    let first = column.unparsable().first().unwrap();
    assert_eq!(
        (column.label(), first.row(), first.text()),
        ("2", 0, "20190229_000000")
    );
    assert_eq!(column.declared(), Some(&VariableType::DateTime));
}

#[test]
fn a_short_report_counts_nulls_and_limits_its_lines() {
    let mut columns: Vec<_> = (1..=300)
        .map(|id| format!(r#"{{"id":"mb20/d{id}","type":"NUMERIC","data":["nan","1"]}}"#))
        .collect();
    columns.extend((301..=312).map(|id| {
        format!(r#"{{"id":"mb20/d{id}","type":"DATETIME","data":["soon","20240101_000000"]}}"#)
    }));
    let body = format!(r#"{{"datadefs":[{}]}}"#, columns.join(","));
    let frame = decode(body.as_bytes(), Vec::new(), FrameOptions::default()).unwrap();
    let short = format!("{:#}", frame.report());
    let lines: Vec<_> = short.lines().collect();
    assert_eq!(lines.len(), 1 + 1 + 10 + 1, "{short}");
    assert_eq!(lines[1], "300 cells without a value, in 300 columns");
    assert!(
        lines[2].starts_with("column mb20/d301: 1 date cannot be parsed"),
        "{short}"
    );
    assert_eq!(lines[12], "and 2 more such lines");
    let full = frame.report().to_string();
    assert_eq!(full.lines().count(), 1 + 300 + 12);
}
