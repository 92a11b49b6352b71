//! Filters that are evaluated on extracted rows select the rows that the service selects.

use std::fmt::Write as _;

use braincube::frame::EvaluateFilter as _;
use braincube::{Filter, MemoryBaseHandle};
use braincube_sim::Simulator;
use proptest::prelude::*;
use proptest::sample::select;

use crate::site::site;

const ROW: u64 = 2_100_001;
const ALL: [u64; 4] = [ROW, 2_100_002, 2_100_003, 2_100_004];

/// Rows of a date, a number, a label and a second number, in which all but the date may be missing.
fn csv() -> String {
    let numbers = ["-3", "-0.0", "0", "", "1.5", "10", "?"];
    let labels = ["A", "B", "", "b 1", "10"];
    let mut csv = "when,speed,grade,power\n".to_owned();
    for row in 0..59_usize {
        let (number, label) = (numbers[row % numbers.len()], labels[row % labels.len()]);
        let other = numbers[(row / 3) % numbers.len()];
        writeln!(csv, "20231028_2100{row:02},{number},{label},{other}").unwrap();
    }
    csv
}

fn comparison() -> impl Strategy<Value = String> {
    let number = select(vec!["-3", "-0.0", "0", "0.0", "1.5", "7", "1e1"]);
    let date = select(vec![
        "20231028_210000",
        "20231028_210030",
        "20231029_000000",
    ]);
    let label = select(vec!["\"A\"", "\"B\"", "\"none\"", "\"10\""]);
    let order = || select(vec!["<", "<=", ">", ">=", "=", "!="]);
    let variable = || select(vec!["mb21/d2100002", "mb21/d2100004"]);
    prop_oneof![
        (variable(), order(), number.clone()).prop_map(|(v, o, n)| format!("{v} {o} {n}")),
        variable().prop_map(|v| format!("{v} between -0.0 and 1.5")),
        (order(), date).prop_map(|(o, d)| format!("mb21/d2100001 {o} {d}")),
        (select(vec!["=", "!="]), label).prop_map(|(o, l)| format!("mb21/d2100003 {o} {l}")),
        Just("mb21/d2100003 in [\"A\", \"b 1\"]".to_owned()),
    ]
}

fn filter() -> impl Strategy<Value = String> {
    comparison().prop_recursive(4, 12, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|one| format!("not ({one})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) and ({b})")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("({a}) or ({b})")),
        ]
    })
}

/// The dates of the rows that the service selects.
async fn selected(base: &MemoryBaseHandle, filter: &str) -> Vec<i64> {
    let frame = base.data([ROW]).filter(filter).fetch().await.unwrap();
    dates(frame.batch())
}

fn dates(batch: &braincube::arrow_array::RecordBatch) -> Vec<i64> {
    use braincube::arrow_array::cast::AsArray as _;
    use braincube::arrow_array::types::TimestampMillisecondType;
    let dates = batch.column(0).as_primitive::<TimestampMillisecondType>();
    dates.iter().flatten().collect()
}

#[test]
fn an_evaluated_filter_selects_the_rows_that_the_service_selects() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plant.csv");
    std::fs::write(&file, csv()).unwrap();
    let (client, _simulator) = runtime.block_on(site(Simulator::builder().csv(file)));
    let base = client.braincube("demo").memory_base(21);
    let all = runtime.block_on(base.data(ALL).fetch()).unwrap();
    let rows = dates(all.batch());
    assert_eq!(rows.len(), 59);
    proptest!(ProptestConfig::with_cases(100), |(text in filter())| {
        let filter = Filter::parse(&text).unwrap();
        let mask = filter.evaluate(all.batch()).unwrap();
        let kept = rows.iter().zip(mask.iter());
        let kept: Vec<i64> = kept.filter(|(_, kept)| *kept == Some(true)).map(|(row, _)| *row).collect();
        prop_assert_eq!(kept, runtime.block_on(selected(&base, &text)), "{}", text);
    });
}

#[tokio::test]
async fn what_cannot_be_evaluated_is_an_error_that_names_the_column() {
    let (client, _simulator) = site(Simulator::builder()).await;
    let base = client.braincube("demo").memory_base(20);
    let frame = base.data([2_000_001, 2_000_002, 2_000_034_u64]);
    let frame = frame.fetch().await.unwrap();
    for (filter, expected) in [
        (
            "mb20/d7 > 1",
            "no column mb20/d7 in the record batch; request it with the data",
        ),
        (
            "mb20/d2000034 = \"fast\"",
            "cannot compare column mb20/d2000034 of type Float64 with [\"fast\"]; expected a number",
        ),
        (
            "mb20/d2000001 > 5",
            "cannot compare column mb20/d2000001 of type Timestamp(ms) with 5; expected a date in the service's form, such as 20231028_210000",
        ),
        (
            "mb20/d2000002 > \"B01\"",
            "cannot compare column mb20/d2000002 of type Dictionary(Int32, Utf8) with \"B01\"; expected an equality: labels have no order",
        ),
    ] {
        let filter = Filter::parse(filter).unwrap();
        let error = filter.evaluate(frame.batch()).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}
