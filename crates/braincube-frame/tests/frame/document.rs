//! The document and the headers of its columns.

use braincube_frame::{Error, ErrorKind, ExpectedColumn, FrameOptions, decode};
use braincube_model::LongId;

use super::{decode_all, reject, response, texts};

/// All permutations of three texts.
fn orders(of: [&str; 3]) -> [String; 6] {
    [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ]
    .map(|order| order.map(|at| of[at]).join(","))
}

#[test]
fn j6_all_six_orders_of_the_keys_decode_to_the_same_frame() {
    let rows = 9_000;
    for (kind, cell) in [
        ("NUMERIC", "1.25"),
        ("DATETIME", "20201127_124000"),
        ("DISCRETE", "é"),
        ("TEXT", "a"),
        ("OTHER", "a"),
    ] {
        for rows in [0, 3, rows] {
            let cells = vec![format!("\"{cell}\""); rows].join(",");
            let (data, kind) = (
                format!("\"data\":[{cells}]"),
                format!("\"type\":\"{kind}\""),
            );
            let columns = orders([r#""id":"mb20/d1""#, &kind, &data]);
            let length = format!("\"resultLength\":{rows}");
            let bodies = columns.iter().flat_map(|column| {
                let columns = format!("\"datadefs\":[{{{column}}}]");
                orders([&columns, &length, r#""took":[{"data":[]}]"#])
            });
            let expected = || vec![ExpectedColumn::new(LongId::variable(20, 1), "1")];
            let mut first = None;
            for body in bodies {
                for (expected, strict) in [(vec![], false), (expected(), false), (expected(), true)]
                {
                    let options = FrameOptions::default().with_strict(strict);
                    let frame =
                        decode(format!("{{{body}}}").as_bytes(), expected, options).unwrap();
                    assert_eq!(frame.report().rows(), rows);
                    assert!(
                        *first.get_or_insert_with(|| frame.clone()) == frame,
                        "{kind}"
                    );
                }
            }
        }
    }
}

#[test]
fn j9_data_must_be_an_array_of_cells() {
    for (data, found) in [
        ("{}", "an object"),
        (r#""1""#, "a string"),
        ("1", "a number"),
        ("true", "a boolean"),
    ] {
        match reject(&response("NUMERIC", data)) {
            Error::UnexpectedType {
                path, found: is, ..
            } => {
                assert_eq!((&*path, &*is), ("datadefs[0].data", found));
            }
            error => panic!("{data}: {error}"),
        }
    }
    for kind in ["NUMERIC", "DATETIME", "DISCRETE", "TEXT"] {
        for (cells, is) in [
            (r#"["?",null,["1"],"2"]"#, "an array"),
            (r#"["?",null,{"a":[1,2]},"2"]"#, "an object"),
        ] {
            match reject(&response(kind, cells)) {
                Error::UnexpectedType { path, found, .. } => {
                    assert!(path.contains("column mb20/d1, row 2"), "{path}");
                    assert_eq!(&*found, is);
                }
                error => panic!("{kind}: {error}"),
            }
        }
    }
}

#[test]
fn j9_datadefs_must_be_an_array_of_objects() {
    for (columns, at, found) in [
        ("{}", "datadefs", "an object"),
        ("null", "datadefs", "null"),
        ("7", "datadefs", "a number"),
        (r#"["x"]"#, "datadefs[0]", "a string"),
        (
            r#"[{"id":"mb1/d1"},[{"id":"mb1/d2"}]]"#,
            "datadefs[1]",
            "an array",
        ),
        (r#"[{"id":"mb1/d1"},null]"#, "datadefs[1]", "null"),
    ] {
        match reject(&format!(r#"{{"datadefs":{columns}}}"#)) {
            Error::UnexpectedType {
                path, found: is, ..
            } => assert_eq!((&*path, &*is), (at, found)),
            error => panic!("{columns}: {error}"),
        }
    }
}

#[test]
fn j10_columns_of_different_lengths_are_rejected() {
    let body = r#"{"datadefs":[{"id":"mb1/d1","data":["1"]},{"id":"mb1/d2"},{"id":"mb1/d3","data":["1","2"]}]}"#;
    let error = reject(body);
    assert_eq!(error.kind(), ErrorKind::Integrity);
    assert_eq!(
        error.to_string(),
        "column mb1/d3 has 2 rows, column mb1/d1 has 1"
    );

    let expected = vec![ExpectedColumn::new(LongId::variable(1, 1), "a")];
    let error = decode(body.as_bytes(), expected, FrameOptions::default()).unwrap_err();
    assert!(matches!(error, Error::ColumnLength { .. }), "{error}");
}

#[test]
fn j11_result_length_must_match_the_columns() {
    for (rows, is_valid) in [
        ("1", Some(true)),
        ("\"1\"", Some(true)),
        ("1.0", Some(true)),
        ("10e-1", Some(true)),
        ("\"1.0\"", Some(true)),
        ("null", Some(true)),
        ("0", Some(false)),
        ("2", Some(false)),
        ("2.0", Some(false)),
        ("\"2e0\"", Some(false)),
        ("1e0", Some(true)),
        ("-0", Some(false)),
        ("-0.0", Some(false)),
        ("18446744073709551615", Some(false)),
        ("-1", None),
        ("-1.0", None),
        ("1.5", None),
        ("1e300", None),
        ("1e400", None),
        ("99999999999999999999", None),
        ("\"1.5\"", None),
        ("\"one\"", None),
        ("\"\"", None),
        ("\" 1\"", None),
        ("\"nan\"", None),
        ("\"inf\"", None),
        ("true", None),
        ("{}", None),
        ("[]", None),
    ] {
        for body in [
            format!(r#"{{"resultLength":{rows},"datadefs":[{{"id":"mb1/d1","data":["1"]}}]}}"#),
            format!(r#"{{"datadefs":[{{"id":"mb1/d1","data":["1"]}}],"resultLength":{rows}}}"#),
        ] {
            let result = decode_all(&body);
            match is_valid {
                Some(true) => assert!(result.is_ok(), "{rows}"),
                Some(false) => assert!(matches!(result, Err(Error::ResultLength { rows: 1, .. }))),
                None => assert!(
                    matches!(result, Err(Error::UnexpectedType { .. })),
                    "{rows}"
                ),
            }
        }
    }
}

#[test]
fn j11_the_error_shows_an_invalid_result_length() {
    let long = "9".repeat(400);
    for (rows, found) in [
        ("-5", "-5"),
        ("2.50", "2.50"),
        ("99999999999999999999", "99999999999999999999"),
        ("1e400", "1e400"),
        (&*long, &long[..32]),
        (r#""\u006fne""#, r#""one""#),
        (r#""""#, r#""""#),
        ("true", "a boolean"),
        ("[4]", "an array"),
    ] {
        let columns = r#""datadefs" : [{"id":"mb1/d1","data":["1"]},{"id":"mb1/d2"}]"#;
        for body in [
            format!(r#"{{"resultLength":{rows},{columns}}}"#),
            format!(r#"{{{columns},"resultLength": {rows} }}"#),
            format!(
                r#"{{"a\"b":{{"c":[1,{{}}]}},"é\n":"\"\\","resultLength" :{rows}, {columns}}}"#
            ),
        ] {
            assert_eq!(
                reject(&body).to_string(),
                format!("resultLength: expected a number of rows, found {found}")
            );
        }
    }
}

#[test]
fn j12_a_column_needs_the_long_id_of_a_variable() {
    for id in [
        r#""""#,
        r#""x""#,
        r#""mb1/dabc""#,
        r#""mb1/d1/d2""#,
        r#""mb1""#,
        "7",
        "null",
        "{}",
        "[]",
        r#""mb1/d1 ""#,
    ] {
        let body = format!(r#"{{"datadefs":[{{"id":"mb1/d1"}},{{"id":{id},"data":[]}}]}}"#);
        match reject(&body) {
            Error::ColumnId { path, .. } => assert_eq!(&*path, "datadefs[1].id"),
            error => panic!("{id}: {error}"),
        }
    }
    let error = reject(r#"{"datadefs":[{"data":["1"]}]}"#);
    assert_eq!(
        error.to_string(),
        "datadefs[0].id: expected the long id of a variable, such as \"mb20/d2000034\", found nothing"
    );
}

#[test]
fn j13_a_duplicate_column_is_rejected() {
    let body = r#"{"datadefs":[{"id":"mb1/d1","data":["1"]},{"id":"mb1/d1"}]}"#;
    assert_eq!(reject(body).to_string(), "duplicate column mb1/d1");
    let expected = vec![ExpectedColumn::new(LongId::variable(1, 2), "a")];
    let error = decode(body.as_bytes(), expected, FrameOptions::default()).unwrap_err();
    assert!(matches!(error, Error::DuplicateColumn { .. }), "{error}");
}

#[test]
fn j13_the_same_number_in_two_memory_bases_is_two_columns() {
    let body = include_bytes!("../fixtures/two_bases.json");
    let frame = decode(body, vec![], FrameOptions::default()).unwrap();
    let schema = frame.batch().schema();
    let labels: Vec<_> = schema.fields().iter().map(|field| field.name()).collect();
    assert_eq!(labels, ["mb1/d1", "mb2/d1", "2"]);
    assert_eq!(
        (texts(&frame, 0), texts(&frame, 1)),
        (vec!["1.0".into()], vec!["2.0".into()])
    );
}

#[test]
fn j21_a_column_over_the_size_limit_is_rejected_before_it_is_buffered() {
    let options = FrameOptions::default().with_size_limit(100);
    let body = response("NUMERIC", &format!("[\"{}\"]", "1".repeat(50)));
    assert!(decode(body.as_bytes(), vec![], options.clone()).is_ok());
    for body in [
        response("NUMERIC", &format!("[\"{}\"]", "1".repeat(80))),
        format!("{{{}}}", " ".repeat(101)),
    ] {
        let error = decode(body.as_bytes(), vec![], options.clone()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
    }
    // The limit applies to each column.
    let column = |id: usize| format!(r#"{{"id":"mb1/d{id}","data":["{}"]}}"#, "1".repeat(50));
    let body = format!(
        r#"{{"datadefs":[{},{},{}]}}"#,
        column(1),
        column(2),
        column(3)
    );
    assert!(decode(body.as_bytes(), vec![], options).is_ok());
}

#[test]
fn j21_rows_that_only_result_length_declares_are_limited() {
    let claim = |rows: u64| format!(r#"{{"resultLength":{rows},"datadefs":[{{"id":"mb1/d1"}}]}}"#);
    assert_eq!(decode_all(&claim(3)).unwrap().batch().num_rows(), 3);
    assert!(matches!(reject(&claim(u64::MAX)), Error::TooLarge { .. }));
}

#[test]
fn h26_an_error_beside_the_columns_is_returned() {
    for columns in ["[]", r#"[{"id":"mb1/d1","type":"NUMERIC","data":["1"]}]"#] {
        for (error, detail) in [
            (r#""error":"no\nluck""#, Some("no\\nluck")),
            (r#""errors":[{"message":"no luck"}]"#, Some("no luck")),
            (
                r#""message":"beside","errors":{"size":["too large"],"id":["unknown"]}"#,
                Some("beside"),
            ),
            (
                r#""errors":{"size":["too large"],"id":["unknown"]}"#,
                Some("too large; unknown"),
            ),
            (r#""Errors":{"code":4}"#, None),
            (r#""error":true"#, None),
        ] {
            let body = format!(r#"{{"datadefs":{columns},{error}}}"#);
            let rejected = reject(&body);
            assert!(matches!(rejected, Error::ServerError { .. }), "{rejected}");
            assert_eq!(rejected.detail(), detail);
        }
        for empty in ["null", "false", r#"" ""#, "[ ]", "{}"] {
            let body = format!(r#"{{"datadefs":{columns},"error":{empty}}}"#);
            decode_all(&body).unwrap();
        }
    }
}

#[test]
fn h26_an_error_response_keeps_the_message_of_the_server() {
    for (body, detail) in [
        (r#"{"error":"filter\nrejected"}"#, Some("filter\\nrejected")),
        (
            r#"{"error":{"type":"x","message":"denied","code":4}}"#,
            Some("denied"),
        ),
        (
            r#"{"status":400,"message":"bad filter"}"#,
            Some("bad filter"),
        ),
        (r#"{"Errors":["first","second"]}"#, Some("first; second")),
        (
            r#"{"title":"Bad","errors":{"size":["too large"],"id":["unknown"]}}"#,
            Some("too large; unknown"),
        ),
        (
            r#"{"error":"invalid","error_description":" expired "}"#,
            Some("expired"),
        ),
        (
            r#"{"message":"Bad Request","error":{"Message":"unknown filter"}}"#,
            Some("unknown filter"),
        ),
        (r#"{"detail":"denied"}"#, Some("denied")),
        (r#"{"errors":[{"message":"first"}]}"#, Some("first")),
        (r#"{"errors":[],"next":"canary"}"#, None),
        (r#"{"error":7}"#, None),
        ("{}", None),
    ] {
        let error = reject(body);
        assert!(
            matches!(
                error,
                Error::MissingKey {
                    key: "datadefs",
                    ..
                }
            ),
            "{error}"
        );
        assert_eq!(error.detail(), detail);
        assert_eq!(error.to_string(), "the response has no \"datadefs\"");
    }
    let error = reject(&format!(r#"{{"message":"{}"}}"#, "é\\u0007".repeat(200)));
    assert!(
        error
            .detail()
            .is_some_and(|detail| (240..=256).contains(&detail.len()))
    );
}
