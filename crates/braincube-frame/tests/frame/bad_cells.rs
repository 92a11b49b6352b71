//! Cells of NUMERIC columns that are not numbers: one error for all, or nulls.

use arrow::array::{Array as _, AsArray as _};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use braincube_frame::{
    Error, ErrorKind, Example, Frame, FrameOptions, Nan, Numbers, OnBadCell, decode,
};

use super::{response, texts};

fn lenient() -> FrameOptions {
    FrameOptions::default().with_on_bad_cell(OnBadCell::Null)
}

fn column(kind: &str, cells: &str, options: FrameOptions) -> Result<Frame, Error> {
    decode(response(kind, cells).as_bytes(), vec![], options)
}

/// A response with this number of NUMERIC columns. Those with an even number have two bad cells.
fn wide(columns: usize) -> String {
    let column = |number| {
        let cells = match number % 2 {
            0 => r#""1","Bad Input","N/A","2""#,
            _ => r#""1","2","nan","4""#,
        };
        format!(r#"{{"id":"mb20/d{number}","type":"NUMERIC","data":[{cells}]}}"#)
    };
    let columns: Vec<_> = (1..=columns).map(column).collect();
    format!(r#"{{"datadefs":[{}]}}"#, columns.join(","))
}

#[test]
fn v22_an_error_lists_every_column_with_bad_cells() {
    let body = wide(4);
    let error = decode(body.as_bytes(), vec![], FrameOptions::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(
        error.to_string(),
        "4 cells in 2 columns cannot be read (rows count from 0): \
         column mb20/d2, row 1 and 1 more: expected a number, found \"Bad Input\"; \
         column mb20/d4, row 1 and 1 more: expected a number, found \"Bad Input\""
    );
    let Error::BadCells { columns } = error else {
        panic!("{error}");
    };
    let cells = &columns[0].1;
    let examples: Vec<_> = cells.examples().iter().map(Example::text).collect();
    assert_eq!(
        (cells.count(), &examples[..]),
        (2, &["Bad Input", "N/A"][..])
    );

    let body = wide(60);
    let error = decode(body.as_bytes(), vec![], FrameOptions::default()).unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("60 cells in 30 columns"), "{text}");
    assert!(text.ends_with("; and 20 more columns"), "{text}");
    assert!(
        text.contains("mb20/d20,") && !text.contains("mb20/d22"),
        "{text}"
    );
}

#[test]
fn v22_errors_of_the_whole_response_take_precedence_over_bad_cells() {
    let body = wide(4);
    for (wrong, kind) in [
        (&body[..body.len() - 1], ErrorKind::Interrupted),
        (
            &body.replacen("\"4\"]", "\"4\",\"5\"]", 1),
            ErrorKind::Integrity,
        ),
    ] {
        let error = decode(wrong.as_bytes(), vec![], FrameOptions::default()).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
    }
}

#[test]
fn v23_bad_cells_become_nulls_and_are_counted() {
    let cells = r##"["1","Bad Input","?","#N/A","2","None","1.#INF"]"##;
    for numbers in [Numbers::Float64, Numbers::Infer] {
        let options = lenient().with_numbers(numbers);
        let frame = column("NUMERIC", cells, options).unwrap();
        let values = frame.batch().column(0);
        match numbers {
            Numbers::Infer => assert_eq!(values.as_primitive::<Int64Type>().value(4), 2),
            _ => assert_eq!(values.as_primitive::<Float64Type>().value(4), 2.0),
        }
        assert_eq!(values.null_count(), 5);
        let report = &frame.report().columns()[0];
        assert_eq!((report.nulls().bad, report.nulls().token), (4, 1));
        assert_eq!(report.nulls().total(), 5);
        let line = "column mb20/d1: 4 cells not a number, null; the first in \
                    row 1: \"Bad Input\", row 3: \"#N/A\", row 5: \"None\"";
        let text = frame.report().to_string();
        assert!(text.contains(line), "{text}");
        assert!(format!("{:#}", frame.report()).contains(line));
    }
}

#[test]
fn v23_strict_mode_rejects_bad_cells_with_any_option() {
    let error = column("NUMERIC", r#"["1","x"]"#, lenient().with_strict(true)).unwrap_err();
    assert!(matches!(error, Error::BadCells { .. }), "{error}");
}

#[test]
fn v23_an_array_in_place_of_a_cell_is_an_error_with_any_option() {
    let error = column("NUMERIC", r#"["1",["x"]]"#, lenient()).unwrap_err();
    assert!(matches!(error, Error::UnexpectedType { .. }), "{error}");
}

#[test]
fn v25_null_tokens_are_compared_without_the_white_space_around_them() {
    let options = FrameOptions::default().with_nulls(["Bad Input", " N/A "]);
    for (kind, cells) in [
        (
            "NUMERIC",
            r#"["Bad Input"," Bad Input\t","N/A"," N/A"," ? "," nan"," "]"#,
        ),
        (
            "DATETIME",
            r#"["Bad Input"," Bad Input\t","N/A"," N/A"," ? ","null "," "]"#,
        ),
        (
            "DISCRETE",
            r#"["Bad Input"," Bad Input\t","N/A"," N/A"," ? ","?","\t?"]"#,
        ),
        (
            "TEXT",
            r#"["Bad Input"," Bad Input\t","N/A"," N/A"," ? ","?","\t?"]"#,
        ),
    ] {
        let frame = column(kind, cells, options.clone()).unwrap();
        assert_eq!(texts(&frame, 0), ["~"; 7], "{kind}");
        assert_eq!(frame.report().columns()[0].nulls().token, 7, "{kind}");
    }
    // Labels keep the white space around them, and a token is the whole cell.
    let frame = column("DISCRETE", r#"[" A ","Bad Inputs"]"#, options).unwrap();
    assert_eq!(texts(&frame, 0), [" A ", "Bad Inputs"]);
}

#[test]
fn v24_bare_words_are_like_the_text_of_that_name() {
    let cells = "[1.5,NaN, Infinity ,-Infinity,\"2\",1e400]";
    let frame = column("NUMERIC", cells, FrameOptions::default()).unwrap();
    assert_eq!(texts(&frame, 0), ["1.5", "~", "inf", "-inf", "2.0", "inf"]);
    let report = &frame.report().columns()[0];
    assert_eq!((report.nulls().token, report.infinite().count()), (1, 2));
    let keep = FrameOptions::default().with_nan(Nan::Keep);
    let frame = column("NUMERIC", cells, keep).unwrap();
    assert_eq!(texts(&frame, 0)[1], "NaN");

    let frame = column("DISCRETE", "[NaN,\"A\",-Infinity]", FrameOptions::default()).unwrap();
    assert_eq!(texts(&frame, 0), ["NaN", "A", "-Infinity"]);
    assert_eq!(frame.report().columns()[0].coercions().count(), 0);

    let frame = column("DATETIME", "[NaN]", FrameOptions::default()).unwrap();
    assert_eq!(frame.report().columns()[0].nulls().unparsable, 1);

    let around =
        r#"{"a":NaN,"datadefs":[{"x":-Infinity,"id":"mb20/d1","type":"NUMERIC","data":[NaN]}]}"#;
    let frame = decode(around.as_bytes(), vec![], FrameOptions::default()).unwrap();
    assert_eq!(frame.batch().column(0).data_type(), &DataType::Float64);
    let rows = r#"{"resultLength":NaN,"datadefs":[]}"#;
    let error = decode(rows.as_bytes(), vec![], FrameOptions::default()).unwrap_err();
    assert!(error.to_string().contains("found NaN"), "{error}");
    for wrong in ["[nan]", "[NaNs]", "[1NaN]", "[NaN 1]", "[+Infinity]"] {
        let error = column("NUMERIC", wrong, FrameOptions::default()).unwrap_err();
        assert!(matches!(error, Error::Syntax { .. }), "{wrong}: {error}");
    }
}
