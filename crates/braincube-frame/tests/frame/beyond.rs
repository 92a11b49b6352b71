//! Numbers outside quotes that no float holds, such as `1e400`, wherever JSON allows a number.

use std::fmt::Write as _;

use braincube_frame::{Error, ExpectedColumn, Frame, FrameDecoder, FrameOptions};
use braincube_model::LongId;

/// An answer with `number` in every place where its value does not matter, and `cell` now and then among the cells of
/// columns of all types; the type stands in front of the cells in every other column.
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

fn run(body: &str, asked: &[u64], options: FrameOptions, piece: usize) -> Result<Frame, Error> {
    let asked = asked
        .iter()
        .map(|at| ExpectedColumn::new(LongId::variable(1, *at), at.to_string()));
    let mut decoder = FrameDecoder::new(asked.collect(), options);
    for piece in body.as_bytes().chunks(piece) {
        decoder.push(piece)?;
    }
    decoder.finish()
}

#[test]
fn v6_a_number_beyond_the_range_refuses_no_answer_wherever_it_stands() {
    let options = FrameOptions::default;
    #[cfg(feature = "parallel")]
    let all = [
        options(),
        options().with_parallel(true),
        options().with_nulls(["-9"]),
    ];
    #[cfg(not(feature = "parallel"))]
    let all = [options(), options().with_nulls(["-9"])];
    // The second is of so many rows that columns are cut into chunks, and most of them decoded by several threads.
    for (rows, pieces) in [
        (20, [1, 7, usize::MAX]),
        (30_000, [1_000, 40_000, usize::MAX]),
    ] {
        let beyond = body(rows, "1e400", "1e400");
        let same = body(rows, "7", "\"1e400\"");
        assert!(rows < 100 || same.len() > 1_500_000);
        // All columns, some, and none of those that come: their cells are only checked.
        for asked in [&[][..], &[0, 5], &[40]] {
            let same = run(&same, asked, options(), usize::MAX).unwrap();
            for options in &all {
                for piece in pieces {
                    let frame = run(&beyond, asked, options.clone(), piece).unwrap();
                    // A number outside quotes is told where it becomes text; the cells are the same.
                    assert_eq!(frame.batch(), same.batch(), "{piece}");
                    assert_eq!(frame.report().unasked(), same.report().unasked());
                    assert_eq!(frame.report().inexact(), same.report().inexact());
                }
            }
        }
    }
}

#[test]
fn v6_what_is_no_json_beside_a_number_beyond_the_range_is_found_at_its_place() {
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
