//! Decoding of cells, by the type of their column.

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Float64Type, Int32Type, Int64Type, TimestampMillisecondType};
use braincube_frame::{Dates, Discrete, Error, Frame, FrameOptions, Nan, Numbers, Spaces, decode};

use super::{response, texts};

fn strict() -> FrameOptions {
    FrameOptions::default().with_strict(true)
}

fn column(kind: &str, cells: &str, options: FrameOptions) -> Result<Frame, Error> {
    decode(response(kind, cells).as_bytes(), vec![], options)
}

/// The row of the first bad cell of an error's first column.
fn first_bad_row(error: &Error) -> Option<usize> {
    match error {
        Error::BadCells { columns } => Some(columns[0].1.examples()[0].row()),
        _ => None,
    }
}

fn floats(cells: &str) -> Vec<Option<f64>> {
    let frame = column("NUMERIC", cells, FrameOptions::default()).unwrap();
    frame
        .batch()
        .column(0)
        .as_primitive::<Float64Type>()
        .iter()
        .collect()
}

fn infer(cells: &str) -> Frame {
    let options = FrameOptions::default().with_numbers(Numbers::Infer);
    column("NUMERIC", cells, options).unwrap()
}

fn coercions(frame: &Frame) -> usize {
    frame.report().columns()[0].coercions().count()
}

#[test]
fn j16_bare_numbers_are_exact_and_booleans_are_counted() {
    let cells = "[3.7,-0,18446744073709551615, 1e2 ,0.1,null,-9223372036854775808]";
    let frame = column("NUMERIC", cells, FrameOptions::default()).unwrap();
    let values = frame.batch().column(0).as_primitive::<Float64Type>();
    assert_eq!(values.value(0), 3.7);
    assert!(values.value(1).is_sign_negative());
    assert_eq!(values.value(3), 100.0);
    assert!(values.is_null(5));
    assert_eq!(coercions(&frame), 0);
    assert_eq!(
        frame.report().inexact(),
        1,
        "2^64 - 1 is rounded, -2^63 is not"
    );

    let frame = infer("[1,\"2\",9007199254740993,null,true]");
    let values = frame.batch().column(0).as_primitive::<Int64Type>();
    assert_eq!(values.values()[..3], [1, 2, 9_007_199_254_740_993]);
    assert_eq!((values.value(4), coercions(&frame)), (1, 1));

    let error = column("NUMERIC", "[1,true]", strict()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "1 cell cannot be read (rows count from 0): column mb20/d1, row 1: expected a number, found \"true\""
    );
}

#[test]
fn j16_bare_cells_in_text_keep_their_digits() {
    for kind in ["DISCRETE", "TEXT"] {
        let cells = r#"[ 1.50 ,"é\n",-0,true,1E5,123456789012345678901234567890,null]"#;
        let frame = column(kind, cells, FrameOptions::default()).unwrap();
        let expected = [
            "1.50",
            "é\n",
            "-0",
            "true",
            "1E5",
            "123456789012345678901234567890",
            "~",
        ];
        assert_eq!(texts(&frame, 0), expected);
        assert_eq!(coercions(&frame), 5);
        let error = column(kind, cells, strict()).unwrap_err();
        assert_eq!(first_bad_row(&error), Some(0), "{error}");
    }
}

#[test]
fn j16_every_bare_value_in_every_type() {
    // The result, and whether strict mode allows it.
    for (kind, cell, became, is_exact) in [
        ("NUMERIC", "7", "7.0", true),
        ("NUMERIC", "-1.5e1", "-15.0", true),
        ("NUMERIC", "true", "1.0", false),
        ("NUMERIC", "false", "0.0", false),
        ("NUMERIC", "null", "~", true),
        ("DATETIME", "20201127", "~", false),
        ("DATETIME", "true", "~", false),
        ("DATETIME", "null", "~", true),
        ("DISCRETE", "7", "7", false),
        ("DISCRETE", "7.00", "7.00", false),
        ("DISCRETE", "true", "true", false),
        ("DISCRETE", "null", "~", true),
        ("TEXT", "-0.0", "-0.0", false),
        ("TEXT", "false", "false", false),
        ("TEXT", "null", "~", true),
    ] {
        let cells = format!("[null,{cell}]");
        let frame = column(kind, &cells, FrameOptions::default()).unwrap();
        assert_eq!(texts(&frame, 0), ["~", became], "{kind} {cell}");
        match column(kind, &cells, strict()) {
            Ok(strict) => assert!(is_exact && strict == frame, "{kind} {cell}"),
            Err(error) => assert!(
                !is_exact && first_bad_row(&error) == Some(1),
                "{kind} {cell}: {error}"
            ),
        }
    }
}

/// JSON allows such a number outside quotes, and no float can hold it. It equals the same text in quotes.
#[test]
fn v6_a_number_beyond_the_range_is_the_same_outside_quotes() {
    let cells = r#"["\u0031", 1e400, -1E+999, 2.5, "1e400"]"#;
    for (kind, expected) in [
        ("NUMERIC", ["1.0", "inf", "-inf", "2.5", "inf"]),
        ("DISCRETE", ["1", "1e400", "-1E+999", "2.5", "1e400"]),
    ] {
        let frame = column(kind, cells, FrameOptions::default()).unwrap();
        assert_eq!(texts(&frame, 0), expected);
        let report = &frame.report().columns()[0];
        let message = match kind {
            "NUMERIC" => report.inexact(),
            _ => report.coercions(),
        };
        assert_eq!(
            (message.count(), message.first().unwrap().text()),
            (3, "1e400")
        );
        let error = column(kind, cells, strict()).unwrap_err();
        assert_eq!(first_bad_row(&error), Some(1), "{error}");
    }
    // Invalid JSON is still an error with an offset.
    for cells in ["[1e400, 01e400]", "[1e400, 1e400x]", "[1e400,, 1]"] {
        let error = column("NUMERIC", cells, FrameOptions::default()).unwrap_err();
        let Error::Syntax { offset, .. } = error else {
            panic!("{error}")
        };
        let before = r#"{"datadefs":[{"id":"mb20/d1","type":"NUMERIC","data":"#.len() as u64;
        assert!(offset >= before + 6, "{offset}: {cells}");
    }
    // Outside the cells, where the number does not matter.
    let body = br#"{"datadefs":[{"id":"mb20/d1","most":1e400,"type":"NUMERIC","data":["1"],"least":-1e400}]}"#;
    assert_eq!(
        decode(body, Vec::new(), strict())
            .unwrap()
            .batch()
            .num_rows(),
        1
    );
}

#[test]
fn v3_infinities_are_kept_and_counted() {
    let cells = r#"["inf", "1", "-Infinity", "?"]"#;
    for numbers in [Numbers::Float64, Numbers::Infer] {
        let options = FrameOptions::default().with_numbers(numbers);
        let frame = column("NUMERIC", cells, options.clone()).unwrap();
        assert_eq!(texts(&frame, 0), ["inf", "1.0", "-inf", "~"]);
        let message = frame.report().columns()[0].infinite();
        assert_eq!(
            (message.count(), message.first().unwrap().text()),
            (2, "inf")
        );
        let line = "column mb20/d1: 2 numbers kept as infinite; the first in row 0: \"inf\"";
        assert!(
            frame.report().to_string().contains(line),
            "{}",
            frame.report()
        );
        let error = column("NUMERIC", cells, options.with_strict(true)).unwrap_err();
        assert_eq!(first_bad_row(&error), Some(0), "{error}");
    }
}

#[test]
fn j15_columns_of_unknown_type_are_reported_and_stay_text() {
    for kind in ["numeric", "Datetime", "TEXT"] {
        let frame = column(kind, r#"["1", "20231002_060000"]"#, strict()).unwrap();
        assert_eq!(texts(&frame, 0), ["1", "20231002_060000"]);
        let message =
            format!("column mb20/d1: its type {kind:?} is not known, its values stay text");
        assert!(
            frame.report().to_string().contains(&message),
            "{}",
            frame.report()
        );
        assert_eq!(frame.report().columns_of_unknown_type().count(), 1);
    }
    for kind in ["NUMERIC", "DATETIME", "DISCRETE", "DISCRET"] {
        let frame = column(kind, r#"["?"]"#, strict()).unwrap();
        assert_eq!(
            frame.report().columns_of_unknown_type().count(),
            0,
            "{kind}"
        );
    }
    let body = br#"{"datadefs":[{"id":"mb20/d1","data":["1"]}]}"#;
    let frame = decode(body, Vec::new(), FrameOptions::default()).unwrap();
    assert!(
        frame
            .report()
            .to_string()
            .contains("its type is not declared")
    );
}

#[test]
fn v1_further_texts_can_be_null() {
    let options = FrameOptions::default().with_nulls(["-9999", "#N/A", "é"]);
    for numbers in [Numbers::Float64, Numbers::Infer] {
        let options = options.clone().with_numbers(numbers).with_strict(true);
        let cells = r##"["1","-9999",-9999,"#N/A","\u00e9","?","-9999.0"]"##;
        let frame = column("NUMERIC", cells, options).unwrap();
        let expected = ["1.0", "~", "~", "~", "~", "~", "-9999.0"];
        assert_eq!(texts(&frame, 0), expected);
        assert_eq!(frame.report().columns()[0].nulls().token, 5);
    }
    // As many as there are chunks, decoded while they are received.
    let cells: Vec<_> = (0..20_000)
        .map(|row| format!("\"{}\"", row % 10_000))
        .collect();
    let cells = format!("[{}]", cells.join(","));
    for kind in ["NUMERIC", "DISCRETE", "TEXT"] {
        let options = FrameOptions::default().with_nulls(["9999"]);
        let frame = column(kind, &cells, options).unwrap();
        assert_eq!(frame.report().columns()[0].nulls().total(), 2, "{kind}");
        assert_eq!(frame.batch().column(0).logical_null_count(), 2, "{kind}");
    }
}

#[test]
fn v1_a_boolean_can_be_null() {
    let options = FrameOptions::default()
        .with_nulls(["true"])
        .with_strict(true);
    for numbers in [Numbers::Float64, Numbers::Infer] {
        let options = options.clone().with_numbers(numbers);
        let frame = column("NUMERIC", r#"[true,"true","2"]"#, options).unwrap();
        assert_eq!(frame.report().columns()[0].nulls().token, 2);
        assert_eq!(texts(&frame, 0)[..2], ["~", "~"]);
    }
    for kind in ["DISCRETE", "TEXT", "DATETIME"] {
        let frame = column(kind, r#"[true,"true","?"]"#, options.clone()).unwrap();
        assert_eq!(texts(&frame, 0), ["~", "~", "~"], "{kind}");
        let error = column(kind, "[true,false]", options.clone()).unwrap_err();
        assert_eq!(first_bad_row(&error), Some(1), "{error}");
    }
}

#[test]
fn v1_missing_numbers_are_null() {
    let cells = r#"["1","?","","null","NULL",null,"2"]"#;
    assert_eq!(
        floats(cells),
        [Some(1.0), None, None, None, None, None, Some(2.0)]
    );
    let frame = column("NUMERIC", cells, strict()).unwrap();
    assert_eq!(frame.report().columns()[0].nulls().token, 5);
}

#[test]
fn v2_nan_is_null_unless_it_is_kept() {
    let cells = r#"["nan","NaN","NAN","-nan","1"]"#;
    assert_eq!(floats(cells), [None, None, None, None, Some(1.0)]);
    let keep = FrameOptions::default().with_nan(Nan::Keep);
    for options in [keep.clone(), keep.with_numbers(Numbers::Infer)] {
        let frame = column("NUMERIC", cells, options).unwrap();
        let values = frame.batch().column(0).as_primitive::<Float64Type>();
        assert_eq!(values.null_count(), 0);
        assert!(values.values()[..4].iter().all(|value| value.is_nan()));
    }
}

#[test]
fn v3_infinity_is_kept_unless_strict() {
    let cells = r#"["inf","Infinity","-inf"]"#;
    let infinity = f64::INFINITY;
    assert_eq!(
        floats(cells),
        [Some(infinity), Some(infinity), Some(-infinity)]
    );
    let error = column("NUMERIC", cells, strict()).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("row 0 and 2 more: expected a finite number, found \"inf\"")
    );
}

#[test]
fn v4_v5_invalid_numbers_are_reported_with_column_row_and_reason() {
    for (cell, hint) in [
        ("1_000", " (underscores"),
        ("٣", " (only the digits"),
        (" 7 ", " (spaces"),
        ("1,5", " (is that a decimal comma?"),
        ("0x10", " (hexadecimal"),
        ("abc", ""),
    ] {
        for numbers in [Numbers::Float64, Numbers::Infer] {
            let options = FrameOptions::default().with_numbers(numbers);
            let error = column("NUMERIC", &format!(r#"["?","1","{cell}"]"#), options).unwrap_err();
            let place = "1 cell cannot be read (rows count from 0): column mb20/d1, row 2";
            let start = format!("{place}: expected a number, found {cell:?}{hint}");
            assert!(error.to_string().starts_with(&start), "{error}");
        }
    }
    let error = column("NUMERIC", &format!(r#"["{}"]"#, "é".repeat(99)), strict()).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with(&format!("{:?}", "é".repeat(32))),
        "{error}"
    );
}

#[test]
fn v4_white_space_around_numbers_is_trimmed_only_on_request() {
    let cells = r#"[" 7 ","8\t","","  ","\n? ","9"]"#;
    let options = FrameOptions::default().with_spaces(Spaces::Trim);
    let frame = column("NUMERIC", cells, options.clone().with_strict(true)).unwrap();
    assert_eq!(texts(&frame, 0), ["7.0", "8.0", "~", "~", "~", "9.0"]);
    let trimmed = frame.report().columns()[0].trimmed();
    let first = trimmed.first().unwrap();
    assert_eq!((trimmed.count(), first.row(), first.text()), (4, 0, " 7 "));
    let infer = options.with_numbers(Numbers::Infer);
    let frame = column("NUMERIC", cells, infer.clone()).unwrap();
    assert_eq!(texts(&frame, 0), ["7", "8", "~", "~", "~", "9"]);
    let frame = column("NUMERIC", r#"[" 7 "," 1.5 "," nan "]"#, infer.clone()).unwrap();
    assert_eq!(texts(&frame, 0), ["7.0", "1.5", "~"]);
    assert_eq!(
        frame.report().columns()[0].trimmed().count(),
        3,
        "each once"
    );
    // A null token was trimmed too.
    let message = "3 cells surrounding white space removed; the first in row 0: \" 7 \"";
    assert!(
        frame.report().to_string().contains(message),
        "{}",
        frame.report()
    );
    // White space inside, and white space that is not ASCII, is not trimmed.
    for cell in ["1 000", "\u{a0}7", "7\u{2009}"] {
        let error = column("NUMERIC", &format!("[\"{cell}\"]"), infer.clone()).unwrap_err();
        assert_eq!(first_bad_row(&error), Some(0), "{error}");
    }
    // Labels are not trimmed.
    assert_eq!(
        texts(&column("DISCRETE", "[\" A \"]", infer).unwrap(), 0),
        [" A "]
    );
}

#[test]
fn v6_integers_beyond_64_bits_are_floats_and_counted() {
    let cells = r#"["99999999999999999999999","1"]"#;
    assert_eq!(floats(cells), [Some(1e23), Some(1.0)]);
    let frame = infer(cells);
    assert_eq!(texts(&frame, 0), ["1e23", "1.0"]);
    assert_eq!(frame.report().inexact(), 1);
    let error = column("NUMERIC", cells, strict()).unwrap_err();
    assert!(
        error.to_string().contains("a 64-bit float can hold"),
        "{error}"
    );
}

#[test]
fn v7_numeric_is_float_and_inferred_only_on_request() {
    for (cells, is_integer) in [
        (r#"["1","2"]"#, true),
        (r#"["1","?","nan",null]"#, true),
        (r#"["+1","-0","007"]"#, true),
        (r#"["1","2.0"]"#, false),
        (r#"["1","1e3"]"#, false),
        (r#"["1","inf"]"#, false),
        (r#"["1",2.0]"#, false),
        (r#"["9223372036854775808"]"#, false),
        (r#"["?"]"#, false),
        ("[]", false),
    ] {
        let frame = infer(cells);
        let inferred = frame.batch().column(0).data_type();
        assert_eq!(inferred == &DataType::Int64, is_integer, "{cells}");
        let frame = column("NUMERIC", cells, FrameOptions::default()).unwrap();
        assert_eq!(frame.batch().column(0).data_type(), &DataType::Float64);
    }
}

#[test]
fn v7_integers_that_become_floats_equal_directly_parsed_floats() {
    let spelled = r#"["1","+0151559285949993521","9223372036854775807","-9007199254740994","0.5"]"#;
    let bare = "[1,9007199254740993,0.5]";
    for (cells, inexact) in [
        (
            r#"["1","-0","?","9007199254740993","-9223372036854775808",false,"0.5"]"#,
            1,
        ),
        (spelled, 2),
        (bare, 1),
    ] {
        let inferred = infer(cells);
        let read = column("NUMERIC", cells, FrameOptions::default()).unwrap();
        let bits = |frame: &Frame| -> Vec<Option<u64>> {
            let values = frame.batch().column(0).as_primitive::<Float64Type>();
            values.iter().map(|value| value.map(f64::to_bits)).collect()
        };
        assert_eq!(bits(&inferred), bits(&read));
        let counted = |frame: &Frame| frame.report().columns()[0].clone();
        assert_eq!(counted(&inferred), counted(&read));
        assert_eq!(read.report().inexact(), inexact);
    }
    // The example is the text that the service sent.
    let first = infer(spelled).report().columns()[0]
        .inexact()
        .first()
        .cloned();
    assert_eq!(first.unwrap().text(), "+0151559285949993521");
    let options = strict().with_numbers(Numbers::Infer);
    let error = column("NUMERIC", spelled, options).unwrap_err();
    assert!(
        error.to_string().contains("found \"+0151559285949993521\""),
        "{error}"
    );
    // As integers they are exact, and nothing is reported.
    let exact = infer(r#"["+0151559285949993521","?"]"#);
    assert_eq!(texts(&exact, 0), ["151559285949993521", "~"]);
    assert_eq!(exact.report().inexact(), 0);
}

#[test]
fn v8_integers_above_2_to_the_53_are_counted_and_exact_on_request() {
    let cells = r#"["9007199254740993","9007199254740992"]"#;
    let frame = column("NUMERIC", cells, FrameOptions::default()).unwrap();
    let inexact = frame.report().columns()[0].inexact();
    assert_eq!(
        (inexact.count(), inexact.first().unwrap().text()),
        (1, "9007199254740993")
    );
    let frame = infer(cells);
    assert_eq!(texts(&frame, 0), ["9007199254740993", "9007199254740992"]);
    assert_eq!(frame.report().inexact(), 0);
}

#[test]
fn v8_numbers_that_a_float_cannot_hold_are_counted_and_rejected_in_strict_mode() {
    for (cell, value) in [
        ("9007199254740993", 9_007_199_254_740_992.0),
        ("9007199254740993.0", 9_007_199_254_740_992.0),
        ("-99999999999999999999999.", -1e23),
        ("1e-400", 0.0),
        ("1e400", f64::INFINITY),
    ] {
        for numbers in [Numbers::Float64, Numbers::Infer] {
            let options = FrameOptions::default().with_numbers(numbers);
            let cells = format!("[\"0.5\",\"{cell}\"]");
            let frame = column("NUMERIC", &cells, options.clone()).unwrap();
            let values = frame.batch().column(0).as_primitive::<Float64Type>();
            assert_eq!(values.value(1), value, "{cell}");
            let inexact = frame.report().columns()[0].inexact();
            let first = inexact.first().unwrap();
            assert_eq!((inexact.count(), first.row(), first.text()), (1, 1, cell));
            let error = column("NUMERIC", &cells, options.with_strict(true)).unwrap_err();
            assert_eq!(first_bad_row(&error), Some(1), "{error}");
        }
    }
    // Rounded decimals are not counted.
    let cells = r#"["0.1","3.141592653589793238","0","-0.0","0e9","4.9e-324","1e22"]"#;
    assert_eq!(
        column("NUMERIC", cells, strict())
            .unwrap()
            .report()
            .inexact(),
        0
    );
}

#[test]
fn v9_numbers_are_parsed_like_in_python() {
    let cells = r#"["1e3","+1","1.",".5","-0","1E-2"]"#;
    let expected = [1000.0, 1.0, 1.0, 0.5, -0.0, 0.01];
    assert_eq!(floats(cells), expected.map(Some));
}

fn dates(cells: &str) -> (Vec<Option<i64>>, Frame) {
    let frame = column("DATETIME", cells, FrameOptions::default()).unwrap();
    let values = frame
        .batch()
        .column(0)
        .as_primitive::<TimestampMillisecondType>();
    (values.iter().collect(), frame.clone())
}

#[test]
fn v10_invalid_dates_are_null_and_counted() {
    let cells = r#"["20200229_000000","20190229_000000","20201301_000000","20200101_240000",20200101,true,"null","?","",null]"#;
    let (values, frame) = dates(cells);
    assert_eq!(values[0], Some(1_582_934_400_000));
    assert!(values[1..].iter().all(Option::is_none));
    let report = &frame.report().columns()[0];
    assert_eq!((report.nulls().token, report.nulls().unparsable), (4, 5));
    let first = report.unparsable().first().unwrap();
    assert_eq!((first.row(), first.text()), (1, "20190229_000000"));
    let error = column("DATETIME", cells, strict()).unwrap_err();
    assert_eq!(first_bad_row(&error), Some(1), "{error}");
}

#[test]
fn v10_a_leap_second_becomes_the_second_before_and_is_counted() {
    let (values, frame) = dates(r#"["20161231_235960"]"#);
    assert_eq!(values, [Some(1_483_228_799_000)]);
    assert_eq!(coercions(&frame), 1);
    assert!(column("DATETIME", r#"["20161231_235960"]"#, strict()).is_err());
}

#[test]
fn v11_years_outside_the_range_of_nanoseconds_are_decoded() {
    let (_, frame) = dates(r#"["00010101_000000","16000101_000000","99991231_235959"]"#);
    let expected = [
        "0001-01-01T00:00:00",
        "1600-01-01T00:00:00",
        "9999-12-31T23:59:59",
    ];
    assert_eq!(texts(&frame, 0), expected);
}

#[test]
fn v12_dates_can_stay_text() {
    let cells = r#"["20201127_124000","20190229_000000","null","?",null,""]"#;
    let options = FrameOptions::default().with_dates(Dates::Text);
    let frame = column("DATETIME", cells, options).unwrap();
    assert_eq!(frame.batch().column(0).data_type(), &DataType::Utf8);
    assert_eq!(
        texts(&frame, 0),
        ["20201127_124000", "20190229_000000", "~", "~", "~", ""]
    );
}

#[test]
fn v13_a_modality_is_stored_once() {
    let cells = r#"["A","B","A",null,"A"]"#;
    let frame = column("DISCRETE", cells, FrameOptions::default()).unwrap();
    let array = frame.batch().column(0).as_dictionary::<Int32Type>();
    assert_eq!(array.values().len(), 2);
    assert_eq!(texts(&frame, 0), ["A", "B", "A", "~", "A"]);
    let options = FrameOptions::default().with_discrete(Discrete::Utf8);
    let frame = column("DISCRET", cells, options).unwrap();
    assert_eq!(frame.batch().column(0).data_type(), &DataType::Utf8);
    assert_eq!(texts(&frame, 0), ["A", "B", "A", "~", "A"]);
}

#[test]
fn v13_a_column_can_have_many_modalities() {
    let cells: Vec<_> = (0..1_000_000)
        .map(|label| format!("\"label {label}\""))
        .collect();
    let cells = format!("[{}]", cells.join(","));
    let frame = column("DISCRETE", &cells, FrameOptions::default()).unwrap();
    let array = frame.batch().column(0).as_dictionary::<Int32Type>();
    let labels = array.values().as_string::<i32>();
    assert_eq!(labels.len(), 1_000_000);
    assert_eq!(array.keys().value(999_999), 999_999);
    assert_eq!(labels.value(999_999), "label 999999");
}

#[test]
fn v15_words_are_labels_and_only_the_question_mark_is_null() {
    for kind in ["DISCRETE", "DISCRET", "TEXT", "NUMERICAL"] {
        let frame = column(kind, r#"["null","NaN","","?",null,"nan"]"#, strict()).unwrap();
        assert_eq!(texts(&frame, 0), ["null", "NaN", "", "~", "~", "nan"]);
        assert_eq!(frame.report().columns()[0].nulls().token, 2);
        // Which texts are null is an option.
        let options = strict().with_nulls(["null", "NaN"]);
        let frame = column(kind, r#"["null","NaN","","?",null,"nan"]"#, options).unwrap();
        assert_eq!(texts(&frame, 0), ["~", "~", "", "~", "~", "nan"]);
        assert_eq!(frame.report().columns()[0].nulls().token, 4);
    }
}
