//! Compares decoding several columns at once with one at a time: the frame or the error is the same.

use std::fmt::Write as _;
use std::sync::{Arc, Barrier};

use braincube_frame::{Error, ExpectedColumn, Frame, FrameDecoder, FrameOptions, decode};
use braincube_model::LongId;

use super::fixtures;
use super::spaced::behind_a_megabyte;

const ROWS: usize = 20_000;
const COLUMNS: usize = 12;

/// A response of several megabytes, of which most is decoded by several threads. The type of every third column
/// follows its cells.
fn large(change: impl Fn(usize, usize) -> Option<&'static str>) -> String {
    let mut body = String::from(r#"{"datadefs":["#);
    for column in 0..COLUMNS {
        let kind = ["NUMERIC", "DISCRETE", "DATETIME", "TEXT"][column % 4];
        let is_first = column % 3 != 2;
        let comma = if column == 0 { "" } else { "," };
        let declared = if is_first {
            format!(r#""type":"{kind}","#)
        } else {
            String::new()
        };
        let _ = write!(body, "{comma}{{{declared}\"data\":[");
        for row in 0..ROWS {
            let comma = if row == 0 { "" } else { "," };
            let _ = match (change(column, row), kind) {
                (Some(cell), _) => write!(body, "{comma}{cell}"),
                (None, "NUMERIC") => write!(body, "{comma}\"{}.5\"", row % 991),
                (None, "DATETIME") => write!(body, "{comma}\"20201127_1240{:02}\"", row % 60),
                (None, _) => write!(body, "{comma}\"label \\\"{}\\\"\"", row % 77),
            };
        }
        let declared = if is_first {
            String::new()
        } else {
            format!(r#","type":"{kind}""#)
        };
        let _ = write!(body, "],\"id\":\"mb1/d{column}\"{declared}}}");
    }
    let _ = write!(body, r#"],"resultLength":{ROWS}}}"#);
    body
}

fn run(
    body: &[u8],
    expected: &[ExpectedColumn],
    options: FrameOptions,
    part: usize,
) -> Result<Frame, Error> {
    let mut decoder = FrameDecoder::new(expected.to_vec(), options);
    for part in body.chunks(part) {
        decoder.push(part)?;
    }
    decoder.finish()
}

#[track_caller]
fn check(body: &[u8], expected: &[ExpectedColumn], options: &FrameOptions) -> Result<(), String> {
    let one = run(body, expected, options.clone(), usize::MAX);
    let parallel = || options.clone().with_parallel(true);
    let in_parts = run(body, expected, parallel(), 50_000);
    let as_a_whole = decode(body, expected.to_vec(), parallel());
    for several in [in_parts, as_a_whole] {
        match (&one, several) {
            (Ok(one), Ok(several)) => assert_eq!(*one, several),
            (one, several) => {
                let one = one.as_ref().expect_err("several fail");
                let several = several.expect_err("one fails");
                assert_eq!(one.to_string(), several.to_string());
            }
        }
    }
    one.map(drop).map_err(|error| error.to_string())
}

#[test]
fn a_frame_is_identical() {
    for (_, body) in fixtures() {
        let _ = check(&body, &[], &FrameOptions::default());
    }
    let body = large(|column, row| match (column, row % 1_000) {
        (_, 7) => Some("null"),
        (0, 8) => Some("\"nan\""),
        (1, 9) => Some("true"),
        _ => None,
    });
    assert!(body.len() > 3_000_000);
    check(body.as_bytes(), &[], &FrameOptions::default()).unwrap();
    let some: Vec<_> = [7, 2, 40]
        .map(|number| ExpectedColumn::new(LongId::variable(1, number), number.to_string()))
        .to_vec();
    check(body.as_bytes(), &some, &FrameOptions::default()).unwrap();
}

/// The threads of the pool wait for the decoding thread, like those that hold what it needs.
#[test]
fn x6_a_complete_response_does_not_wait_for_other_work_of_the_pool() {
    let body = large(|_, _| None);
    let threads = rayon::current_num_threads();
    let busy = Arc::new(Barrier::new(threads + 1));
    for _ in 0..threads {
        let busy = Arc::clone(&busy);
        rayon::spawn(move || {
            busy.wait();
        });
    }
    let parallel = FrameOptions::default().with_parallel(true);
    let frame = decode(body.as_bytes(), vec![], parallel).unwrap();
    busy.wait();
    assert_eq!(frame.batch().num_rows(), ROWS);
}

/// The bytes after a chunk are read with it; here they end at any position.
#[test]
fn a_chunk_may_end_anywhere_before_the_end() {
    for rows in 37_430..37_470 {
        let cells = vec!["\"1.25\""; rows].join(",");
        let columns: Vec<_> = (0..5)
            .map(|id| format!(r#"{{"id":"mb1/d{id}","type":"NUMERIC","data":[{cells}]}}"#))
            .collect();
        let body = format!(r#"{{"datadefs":[{}]}}"#, columns.join(","));
        assert!(body.len() > 1 << 20);
        let one = decode(body.as_bytes(), vec![], FrameOptions::default()).unwrap();
        let parallel = FrameOptions::default().with_parallel(true);
        let several = decode(body.as_bytes(), vec![], parallel).unwrap();
        assert_eq!(one, several);
        assert_eq!(one.batch().num_rows(), rows);
    }
}

#[test]
fn the_first_error_of_the_response_is_returned() {
    let options = FrameOptions::default();
    let wrong = |cells: &'static [(usize, usize, &'static str)]| {
        large(move |column, row| {
            let found = cells.iter().find(|(c, r, _)| (*c, *r) == (column, row));
            found.map(|(_, _, cell)| *cell)
        })
    };
    for cells in [
        // Not a number, in the first column that other threads decode and in the last.
        &[(0, 5, "\"x\"")][..],
        &[(4, 19_000, "\"x\"")],
        &[(8, 3_000, "\"x\"")],
        // Invalid JSON.
        &[(3, 13_000, "\"\\x\"")],
        &[(5, 13_000, "nul")],
        &[(6, 14_000, "{")],
        // Both, in either order.
        &[(4, 19_999, "\"x\""), (7, 3, "nul")],
        &[(7, 17_000, "nul"), (8, 3, "\"x\"")],
        &[(8, 19_999, "\"x\""), (8, 3, "\"\\ud800\"")],
        // One cell more than in the other columns.
        &[(9, 100, "\"a\",\"b\"")],
        &[(9, 100, "\"a\",\"b\""), (10, 19_999, "\"x\"")],
        &[(9, 100, "\"a\",\"b\""), (10, 2, "nul")],
    ] {
        let body = wrong(cells);
        check(body.as_bytes(), &[], &options).expect_err("wrong");
    }
    let body = large(|_, _| None);
    for len in [body.len() / 3, body.len() - 40, body.len() - 1] {
        check(&body.as_bytes()[..len], &[], &options).expect_err("cut");
    }
    let twice = body.replace("mb1/d9\"", "mb1/d3\"");
    check(twice.as_bytes(), &[], &options).expect_err("twice");
    let some = [ExpectedColumn::new(LongId::variable(1, 4), "4")];
    check(body.as_bytes(), &some, &options.with_strict(true)).expect_err("unasked");
}

#[test]
fn one_wrong_byte_has_the_same_result_with_several_threads() {
    let stride = if cfg!(debug_assertions) { 23 } else { 1 };
    let wrong = b"\"\\,[ ]}{:9-.?eu\n\x00\x80\xc3";
    for (_, body) in fixtures() {
        for at in (0..body.len()).step_by(stride) {
            let mut mutated = body.clone();
            mutated[at] = wrong[at / stride % wrong.len()];
            let mutated = behind_a_megabyte(&mutated);
            let _ = check(&mutated, &[], &FrameOptions::default());
            // A truncated response, too.
            let cut = mutated.len() - body.len() + at;
            let _ = check(&mutated[..cut], &[], &FrameOptions::default());
        }
    }
}

#[test]
fn a_dropped_decoder_releases_its_threads() {
    let body = large(|_, _| None);
    for len in [1_500_000, 2_000_000, 2_999_999] {
        let options = FrameOptions::default().with_parallel(true);
        let mut decoder = FrameDecoder::new(vec![], options);
        decoder.push(&body.as_bytes()[..len]).unwrap();
        drop(decoder);
    }
}
