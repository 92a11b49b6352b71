//! Numbers outside quotes that no float can hold, such as `1e400`, at all positions where JSON allows a number.

use std::fmt::Write as _;

use braincube_frame::{Error, ExpectedColumn, Frame, FrameDecoder, FrameOptions};
use braincube_model::LongId;

/// A response with `number` at all positions where its value does not matter, and some cells of all columns replaced by
/// `cell`. The type precedes the cells in every other column.
fn body(rows: usize, number: &str, cell: &str) -> String {
    let mut body =
        format!(r#"{{"took":{number},"stages":[{number},{{"a":[{number}]}}],"datadefs":["#);
    for (at, kind) in ["NUMERIC", "DISCRETE", "TEXT", "DATETIME"]
        .iter()
        .cycle()
        .take(12)
        .enumerate()
    {
        let comma = if at == 0 { "" } else { "," };
        let _ = write!(body, r#"{comma}{{"most":{number},"id":"mb1/d{at}","#);
        if at % 2 == 0 {
            let _ = write!(body, r#""type":"{kind}","#);
        }
        let cells: Vec<_> = (0..rows)
            .map(|row| match row % 900 {
                7 => cell.to_owned(),
                8 => r#""\u0031""#.to_owned(),
                _ => format!("\"{}\"", row % 37),
            })
            .collect();
        let _ = write!(
            body,
            r#""data":[{}],"least":{{"of":{number}}}"#,
            cells.join(",")
        );
        if at % 2 == 1 {
            let _ = write!(body, r#","type":"{kind}""#);
        }
        body.push('}');
    }
    let _ = write!(
        body,
        r#"],"least":-{number},"resultLength":{rows},"more":[{number} ]}}"#
    );
    body
}

fn run(body: &str, requested: &[u64], options: FrameOptions, part: usize) -> Result<Frame, Error> {
    let requested = requested
        .iter()
        .map(|at| ExpectedColumn::new(LongId::variable(1, *at), at.to_string()));
    let mut decoder = FrameDecoder::new(requested.collect(), options);
    for part in body.as_bytes().chunks(part) {
        decoder.push(part)?;
    }
    decoder.finish()
}

#[test]
fn v6_a_number_beyond_the_range_is_accepted_at_all_positions() {
    let options = FrameOptions::default;
    #[cfg(feature = "parallel")]
    let all = [
        options(),
        options().with_parallel(true),
        options().with_nulls(["-9"]),
    ];
    #[cfg(not(feature = "parallel"))]
    let all = [options(), options().with_nulls(["-9"])];
    // The second response has so many rows that columns are cut into chunks, and most are decoded by several threads.
    for (rows, parts) in [
        (20, [1, 7, usize::MAX]),
        (30_000, [1_000, 40_000, usize::MAX]),
    ] {
        let beyond = body(rows, "1e400", "1e400");
        let same = body(rows, "7", "\"1e400\"");
        assert!(rows < 100 || same.len() > 1_500_000);
        // All columns are requested, some, and none: their cells are only checked.
        for requested in [&[][..], &[0, 5], &[40]] {
            let same = run(&same, requested, options(), usize::MAX).unwrap();
            for options in &all {
                for part in parts {
                    let frame = run(&beyond, requested, options.clone(), part).unwrap();
                    // A number outside quotes is counted if it becomes text; the cells are the same.
                    assert_eq!(frame.batch(), same.batch(), "{part}");
                    assert_eq!(frame.report().unrequested(), same.report().unrequested());
                    assert_eq!(frame.report().inexact(), same.report().inexact());
                }
            }
        }
    }
}

#[test]
fn v6_invalid_json_beside_a_number_beyond_the_range_is_located() {
    for (wrong, right) in [
        ("nul", "7"),
        ("1e400.", "7"),
        ("01e400", "7"),
        ("\"\\x\"", "7"),
    ] {
        for place in ["took", "most", "cells"] {
            let fill = |filling| match place {
                "took" => format!(r#"{{"a":1e400,"took":{filling},"datadefs":[]}}"#),
                "most" => {
                    format!(r#"{{"datadefs":[{{"id":"mb1/d1","a":1e400,"most":{filling}}}]}}"#)
                }
                _ => format!(r#"{{"datadefs":[{{"id":"mb1/d1","data":[1e400,{filling}]}}]}}"#),
            };
            let body = fill(wrong);
            assert!(run(&fill(right), &[], FrameOptions::default(), 64).is_ok());
            let error = run(&body, &[], FrameOptions::default(), 64).expect_err(&body);
            let Error::Syntax { offset, .. } = error else {
                panic!("{error}")
            };
            let at = body.find(wrong).unwrap() as u64;
            assert!(
                (at..=at + wrong.len() as u64).contains(&offset),
                "{offset}: {body}"
            );
        }
    }
}
