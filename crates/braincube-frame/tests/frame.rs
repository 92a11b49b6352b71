//! Tests of the decoder through its public API, on responses written in the tests.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

#[path = "frame/bad_cells.rs"]
mod bad_cells;
#[path = "frame/beyond.rs"]
mod beyond;
#[path = "frame/cells.rs"]
mod cells;
#[path = "frame/columns.rs"]
mod columns;
#[path = "frame/document.rs"]
mod document;
#[path = "frame/json.rs"]
mod json;
#[path = "frame/large.rs"]
mod large;
#[cfg(feature = "parallel")]
#[path = "frame/parallel.rs"]
mod parallel;
#[path = "frame/paths.rs"]
mod paths;
#[path = "frame/robustness.rs"]
mod robustness;
#[path = "common/spaced.rs"]
mod spaced;
#[path = "frame/twins.rs"]
mod twins;

use arrow::util::display::{ArrayFormatter, FormatOptions};
use braincube_frame::{Error, Frame, FrameOptions, decode};

/// A response with one column, `mb20/d1`.
fn response(kind: &str, cells: &str) -> String {
    format!(r#"{{"datadefs":[{{"id":"mb20/d1","type":"{kind}","data":{cells}}}]}}"#)
}

fn decode_all(body: &str) -> Result<Frame, Error> {
    decode(body.as_bytes(), Vec::new(), FrameOptions::default())
}

fn reject(body: &str) -> Error {
    decode_all(body).expect_err(body)
}

/// The cells of a column as text, with `~` for null.
fn texts(frame: &Frame, column: usize) -> Vec<String> {
    let options = FormatOptions::default().with_null("~");
    let array = frame.batch().column(column);
    let cells = ArrayFormatter::try_new(array, &options).unwrap();
    (0..array.len())
        .map(|row| cells.value(row).to_string())
        .collect()
}

/// The fixtures that decode, with their names.
fn fixtures() -> Vec<(String, Vec<u8>)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
    let mut fixtures: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .map(|path| (path.display().to_string(), std::fs::read(path).unwrap()))
        .collect();
    fixtures.sort();
    assert_eq!(
        fixtures.len(),
        9,
        "a fixture is missing, or not counted here"
    );
    fixtures
}
