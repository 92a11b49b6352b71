//! The schema, the cells and the report of each fixture, as snapshots.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;

use arrow::util::display::FormatOptions;
use arrow::util::pretty::pretty_format_batches_with_options;
use braincube_frame::{Dates, Discrete, FrameOptions, Nan, Numbers, decode};

fn show(body: &[u8], options: FrameOptions) -> String {
    let (batch, report) = decode(body, vec![], options).unwrap().into_parts();
    let mut text = String::new();
    for field in batch.schema().fields() {
        let mut metadata: Vec<_> = field.metadata().iter().collect();
        metadata.sort();
        writeln!(text, "{}: {} {metadata:?}", field.name(), field.data_type()).unwrap();
    }
    let table =
        pretty_format_batches_with_options(&[batch], &FormatOptions::new().with_null("~")).unwrap();
    write!(text, "\n{table}\n\n{report}").unwrap();
    text
}

#[test]
fn by_default() {
    insta::glob!("fixtures/*.json", |path| {
        let body = std::fs::read(path).unwrap();
        insta::assert_snapshot!(show(&body, FrameOptions::default()));
    });
}

#[test]
fn by_the_other_options() {
    let options = FrameOptions::default()
        .with_numbers(Numbers::Infer)
        .with_dates(Dates::Text)
        .with_discrete(Discrete::Utf8)
        .with_nan(Nan::Keep);
    insta::glob!("fixtures/*.json", |path| {
        let body = std::fs::read(path).unwrap();
        insta::assert_snapshot!(show(&body, options.clone()));
    });
}
