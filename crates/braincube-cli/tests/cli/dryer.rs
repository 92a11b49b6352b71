//! The data of the dryer, read from the CSV file without code of the simulator.

use jiff::ToSpan as _;
use jiff::civil::{DateTime, date};

/// A row of the file.
pub(crate) struct Row {
    pub(crate) batch: i64,
    /// The measured and controlled variables as text: variables 2000031 to 2000040.
    pub(crate) measured: Vec<String>,
    /// Minutes since the start of the batch: variable 2000041.
    pub(crate) minutes: i64,
}

impl Row {
    /// The time of the measurement: variable 2000001.
    pub(crate) fn date(&self) -> DateTime {
        let start = date(2023, 10, 2).at(6, 0, 0, 0);
        start
            .checked_add(((self.batch - 1) * 6).hours().minutes(self.minutes))
            .unwrap()
    }

    /// The label of the batch: variable 2000002.
    pub(crate) fn label(&self) -> String {
        format!("B{:02}", self.batch)
    }

    /// The power of the agitator: variable 2000034.
    pub(crate) fn agitator_power(&self) -> f64 {
        self.measured[3].parse().unwrap()
    }
}

/// All rows in the order of time.
pub(crate) fn rows() -> Vec<Row> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../braincube-sim/data/dryer.csv"
    );
    let mut reader = csv::Reader::from_path(path).unwrap();
    let row = |record: csv::StringRecord| Row {
        batch: record[0].parse().unwrap(),
        measured: (1..=10).map(|column| record[column].to_owned()).collect(),
        minutes: record[11].parse().unwrap(),
    };
    let mut rows: Vec<_> = reader
        .records()
        .map(|record| row(record.unwrap()))
        .collect();
    rows.sort_by_key(|row| (row.batch, row.minutes));
    rows
}

/// The rows with an agitator power from 20 to 40, including both.
pub(crate) fn rows_between_20_and_40() -> Vec<Row> {
    let kept = |row: &Row| (20.0..=40.0).contains(&row.agitator_power());
    let rows: Vec<_> = rows().into_iter().filter(kept).collect();
    assert!(!rows.is_empty(), "the filter keeps rows");
    rows
}
