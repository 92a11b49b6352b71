//! Compares the fast paths of the decoder with the slow ones: the result is the same.

use std::fmt::Write as _;

use braincube_frame::arrow_array::RecordBatch;
use braincube_frame::{
    ColumnReport, Dates, Discrete, Error, ErrorKind, ExpectedColumn, Frame, FrameDecoder,
    FrameOptions, Nan, Numbers, OnBadCell, decode,
};
use braincube_model::LongId;
use proptest::prelude::*;

use super::fixtures;
use super::spaced::spaced;

/// The comparable parts of two results with different offsets.
fn result(result: Result<Frame, Error>) -> Result<(RecordBatch, Vec<ColumnReport>), String> {
    match result {
        Ok(frame) => {
            let (batch, report) = frame.into_parts();
            Ok((batch, report.columns().to_vec()))
        }
        Err(error @ (Error::BadCells { .. } | Error::ColumnLength { .. })) => {
            Err(error.to_string())
        }
        Err(error) => Err(format!("{:?}", error.kind())),
    }
}

fn all_options() -> [FrameOptions; 4] {
    let other = FrameOptions::default()
        .with_numbers(Numbers::Infer)
        .with_dates(Dates::Text)
        .with_discrete(Discrete::Utf8)
        .with_nan(Nan::Keep);
    let strict = FrameOptions::default().with_strict(true);
    let lenient = FrameOptions::default().with_on_bad_cell(OnBadCell::Null);
    [FrameOptions::default(), other, strict, lenient]
}

#[track_caller]
pub(super) fn check(body: &[u8]) {
    let slow = spaced(body);
    for options in all_options() {
        let fast = result(decode(body, vec![], options.clone()));
        let slow = result(decode(&slow, vec![], options));
        assert_eq!(fast, slow, "{}", String::from_utf8_lossy(body));
    }
}

/// The replacements for a byte: all in fast code, else one of each class.
fn replacements() -> Vec<u8> {
    if cfg!(debug_assertions) {
        b"\"\\,[ ]}:9-.?eu\n\x00\x7f\x80\xc3\xff".to_vec()
    } else {
        (0..=u8::MAX).collect()
    }
}

#[test]
fn one_wrong_byte_has_the_same_result_on_both_paths() {
    for (_, body) in fixtures() {
        check(&body);
        for at in 0..body.len() {
            let mut mutated = body.clone();
            mutated.remove(at);
            check(&mutated);
            for byte in replacements() {
                mutated.clone_from(&body);
                mutated[at] = byte;
                check(&mutated);
            }
        }
    }
}

proptest! {
    #[test]
    fn any_cells_have_the_same_result_on_both_paths(
        kind in prop::sample::select(vec!["NUMERIC", "DATETIME", "DISCRETE", "TEXT"]),
        cells in prop::collection::vec(prop_oneof![
            8 => "-?[0-9]{1,9}(\\.[0-9]{0,9})?",
            2 => "[A-Za-z ]{0,20}",
            2 => "2020(02|13)(29|30)_[0-2][0-9]5959",
            1 => "\\?|nan|null|inf|1e400|9007199254740993|-0|é+|\u{7f}",
            1 => "[^\"\\\\\\x00-\\x1f]{0,20}",
        ], 0..80),
    ) {
        let cells = if kind == "NUMERIC" {
            // Removes most cells that are not numbers, so that columns are decoded to their end.
            cells.into_iter().filter(|cell| cell.parse::<f64>().is_ok() || cell == "?").collect()
        } else {
            cells
        };
        let cells: Vec<_> = cells.iter().map(|cell| format!("\"{cell}\"")).collect();
        check(super::response(kind, &format!("[{}]", cells.join(","))).as_bytes());
    }
}

proptest! {
    #[test]
    fn labels_with_escapes_have_the_same_result_on_both_paths(
        kind in prop::sample::select(vec!["DISCRETE", "TEXT", "NUMERIC"]),
        cells in prop::collection::vec(prop_oneof![
            8 => r#"(a|\\\\|\\"|\\n|\\u00[e0]9|\\ud83d\\ude00|é){0,4}"#,
            2 => r"\?|\\u003[f0]|\\u003[f0]x{20}",
            1 => r#"(x{0,70}\\["\\bu]){0,2}"#,
        ], 0..80),
        wrong in proptest::option::weighted(0.2, r"\\x|\\u12|\\ud83d|\\udc00\\ud83d"),
    ) {
        let cells: Vec<_> = cells.into_iter().chain(wrong).map(|cell| format!("\"{cell}\"")).collect();
        check(super::response(kind, &format!("[{}]", cells.join(","))).as_bytes());
    }
}

const ASKED: LongId = LongId::variable(1, 1);

/// Columns of many chunks, and whether their types precede their cells.
fn long(rows: usize, type_first: bool, cell: impl Fn(usize) -> String) -> String {
    let mut body = String::from(r#"{"datadefs":["#);
    for (number, kind) in ["NUMERIC", "DISCRETE"].into_iter().enumerate() {
        let cells: Vec<_> = (0..rows).map(&cell).collect();
        let cells = cells.join(",");
        let (comma, number) = (if number == 0 { "" } else { "," }, number + 1);
        let _ = if type_first {
            write!(
                body,
                r#"{comma}{{"type":"{kind}","data":[{cells}],"id":"mb1/d{number}"}}"#
            )
        } else {
            write!(
                body,
                r#"{comma}{{"data":[{cells}],"id":"mb1/d{number}","type":"{kind}"}}"#
            )
        };
    }
    write!(body, r#"],"resultLength":{rows}}}"#).unwrap();
    body
}

/// The results with the type first and last, for a frame of all columns and of the first.
fn both_orders(cell: impl Fn(usize) -> String) -> [[Result<Frame, Error>; 2]; 2] {
    let early = long(30_000, true, &cell);
    let late = long(30_000, false, &cell);
    assert_eq!(early.len(), late.len());
    let one = || vec![ExpectedColumn::new(ASKED, "1")];
    [
        [
            decode(early.as_bytes(), vec![], FrameOptions::default()),
            decode(late.as_bytes(), vec![], FrameOptions::default()),
        ],
        [
            decode(early.as_bytes(), one(), FrameOptions::default()),
            decode(late.as_bytes(), one(), FrameOptions::default()),
        ],
    ]
}

#[test]
fn a_column_is_the_same_when_decoded_in_chunks_and_at_once() {
    for [early, late] in both_orders(|row| match row % 7_000 {
        6_000 => "null".to_owned(),
        6_001 => "1.5".to_owned(),
        6_002 => "\"nan\"".to_owned(),
        6_003 => "true".to_owned(),
        6_004 => r#""\u0031""#.to_owned(),
        _ => format!("\"{}.25\"", row % 321),
    }) {
        let (early, late) = (early.unwrap(), late.unwrap());
        assert_eq!(early, late);
        assert_eq!(early.batch().num_rows(), 30_000);
    }
}

#[test]
fn a_nested_cell_is_an_error_only_in_a_requested_column() {
    let cell = |row| {
        if row == 20_000 {
            "\"x\"".to_owned()
        } else {
            format!("\"{row}\"")
        }
    };
    for [early, late] in both_orders(cell) {
        for error in [early.expect_err("x"), late.expect_err("x")] {
            let Error::BadCells { columns } = error else {
                panic!("{error}");
            };
            let [(ASKED, cells)] = &columns[..] else {
                panic!("{columns:?}");
            };
            assert_eq!((cells.count(), cells.examples()[0].row()), (1, 20_000));
        }
    }
    let other = vec![ExpectedColumn::new(LongId::variable(1, 2), "2")];
    for type_first in [true, false] {
        let body = long(30_000, type_first, cell);
        let frame = decode(body.as_bytes(), other.clone(), FrameOptions::default()).unwrap();
        assert_eq!(frame.report().unrequested(), [ASKED]);
        assert_eq!(frame.batch().num_rows(), 30_000);
    }
}

#[test]
fn invalid_json_deep_in_a_column_is_located() {
    for wrong in ["\"1\"\"1\"", "", "\"\u{1}\"", "nul", "\"\\x\"", "{", "]"] {
        let cell = |row| {
            if row == 20_000 {
                wrong.to_owned()
            } else {
                format!("\"{row}\"")
            }
        };
        for [early, late] in both_orders(cell) {
            let (early, late) = (early.expect_err(wrong), late.expect_err(wrong));
            assert_eq!(early.kind(), ErrorKind::Decode, "{early}");
            let offset = |error: &Error| match error {
                Error::Syntax { offset, .. } => Some(*offset),
                _ => None,
            };
            // The type precedes the cells in one response and follows them in the other. Mismatched brackets are found at the
            // end of the column, unless it is decoded in chunks.
            if !matches!(wrong, "{" | "]")
                && let (Some(early), Some(late)) = (offset(&early), offset(&late))
            {
                assert_eq!(early - late, r#""type":"NUMERIC","#.len() as u64, "{wrong}");
            }
        }
    }
}

#[test]
fn long_columns_are_the_same_in_parts() {
    let body = long(10_000, true, |row| format!("\"{}\"", row * 37 % 1000));
    let whole = decode(body.as_bytes(), vec![], FrameOptions::default()).unwrap();
    for part in [7, 64, 1_000, 33_000] {
        let mut decoder = FrameDecoder::new(vec![], FrameOptions::default());
        for part in body.as_bytes().chunks(part) {
            decoder.push(part).unwrap();
        }
        assert_eq!(decoder.finish().unwrap(), whole, "{part}");
    }
}

#[test]
fn the_size_limit_includes_decoded_cells() {
    let body = long(30_000, true, |row| format!("\"{row}\""));
    let options = FrameOptions::default().with_size_limit(100_000);
    let error = decode(body.as_bytes(), vec![], options).expect_err("too large");
    assert!(
        matches!(error, Error::TooLarge { limit: 100_000, .. }),
        "{error}"
    );
}
