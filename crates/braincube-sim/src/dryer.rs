//! Memory base 20, "Batch dryer": 71 batches of a real dryer, one row a minute.
//!
//! `data/README.md` describes the origin of the record and what is added to it.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::{DateTime, datetime};
use serde_json::{Map, Value};

use crate::column::{Column, Texts};
use crate::date_time;
use crate::memory_base::{MemoryBase, Variable, VariableType};
use crate::study::{Kind, Study};

/// The bcId of the memory base "Batch dryer", which a simulator has by default.
///
/// | variable | type | |
/// |---|---|---|
/// | 2000001 | DATETIME | date; the order variable |
/// | 2000002 | DISCRETE | batch, `B01` to `B71` |
/// | 2000003 | DISCRETE | drying phase: `DRYING`, `HOLDING` or `COOLING` |
/// | 2000031 to 2000040 | NUMERIC | measured and controlled: levels, pressures, agitator, temperatures |
/// | 2000041 | NUMERIC | whole minutes since the start of the batch |
///
/// The memory base has data groups 10 to 13, events 100 to 111, jobs 573 to 577, and rules 200 to 202.
pub const BATCH_DRYER: u64 = 20;

const RECORD: &str = include_str!("../data/dryer.csv");
const VARIABLES: &str = include_str!("../data/variables.csv");
const STUDY: &str = include_str!("../data/study.json");

/// The number of columns of the record.
const COLUMNS: usize = 12;

// Columns of the record from which others are derived.
const BATCH: usize = 0;
const DRYER_PRESSURE: usize = 3;
const JACKET_SET_POINT: usize = 7;
const CLOCK_TIME: usize = 11;

const FIRST_BATCH: DateTime = datetime(2023, 10, 2, 6, 0, 0, 0);
const HOURS_BETWEEN_BATCHES: i64 = 6;

/// Builds the memory base.
pub(crate) fn memory_base() -> MemoryBase {
    let mut record: [Texts; COLUMNS] = Default::default();
    for line in RECORD.lines().skip(1) {
        for (column, cell) in record.iter_mut().zip(line.split(',')) {
            column.push(cell);
        }
    }
    let dates = batch_dates(&record);
    let batches: Vec<String> = record[BATCH]
        .iter()
        .map(|batch| format!("B{batch:0>2}"))
        .collect();
    let added = [
        Column::datetime(dates.iter().map(String::as_str)),
        Column::discrete(batches.iter().map(|batch| Some(batch.as_str()))),
        Column::discrete(phases(&record).map(Some)),
    ];
    let measured = record[1..]
        .iter()
        .map(|texts| Column::numeric(texts.iter()));
    let columns = added.into_iter().chain(measured);
    let content = variables().zip(columns).collect();
    let mut base = MemoryBase::new(BATCH_DRYER, "Batch dryer", content, 0);
    base.study = study();
    base
}

/// The variables, in the order of their columns.
fn variables() -> impl Iterator<Item = Variable> {
    VARIABLES.lines().skip(1).map(|line| {
        let mut fields = line.split(',');
        let mut field = || fields.next().unwrap_or_default();
        Variable {
            bc_id: field().parse().expect("the ids are numbers"),
            variable_type: match field() {
                "DATETIME" => VariableType::Datetime,
                "DISCRETE" => VariableType::Discrete,
                _ => VariableType::Numeric,
            },
            standard: field().into(),
            tag: field().into(),
            local: field().into(),
            unit: Some(field()).filter(|unit| !unit.is_empty()),
            is_broken: false,
        }
    })
}

/// The data groups, events, jobs and rules.
fn study() -> Study {
    let lists: BTreeMap<String, Vec<Map<String, Value>>> =
        serde_json::from_str(STUDY).expect("the study is valid JSON");
    let mut study = Study::default();
    for kind in Kind::ALL {
        for entity in lists.get(kind.as_str()).into_iter().flatten() {
            let bc_id = entity.get("bcId").and_then(Value::as_u64);
            study.add(kind, bc_id.expect("the ids are numbers"), entity.clone());
        }
    }
    study
}

/// The date of each row: the start of its batch plus its minutes.
fn batch_dates(record: &[Texts; COLUMNS]) -> Vec<String> {
    let rows = record[BATCH].iter().zip(record[CLOCK_TIME].iter());
    rows.map(|(batch, minutes)| {
        let whole = |text: &str| {
            text.parse::<i64>()
                .expect("the record has whole batches and minutes")
        };
        let begin = ((whole(batch) - 1) * HOURS_BETWEEN_BATCHES).hours();
        date_time::to_wire(FIRST_BATCH + begin + whole(minutes).minutes())
    })
    .collect()
}

/// The drying phase of each row, derived from the set point of the jacket and the pressure.
fn phases(record: &[Texts; COLUMNS]) -> impl Iterator<Item = &'static str> {
    let rows = record[JACKET_SET_POINT]
        .iter()
        .zip(record[DRYER_PRESSURE].iter());
    rows.map(|(set_point, pressure)| {
        let number = |text: &str| text.parse::<f64>().expect("the record has numbers only");
        match (number(set_point) < 30.0, number(pressure) < 400.0) {
            (true, _) => "COOLING",
            (false, true) => "DRYING",
            (false, false) => "HOLDING",
        }
    })
}

#[cfg(test)]
mod tests {
    use super::memory_base;

    #[test]
    fn the_record_is_complete() {
        let dryer = memory_base();
        assert_eq!((dryer.rows(), dryer.variables().len()), (9_220, 14));
        let mut last_row = Vec::new();
        for column in 0..dryer.variables().len() {
            dryer
                .column(column)
                .write_cells(9_219..9_220, &mut last_row);
        }
        let last_row = String::from_utf8(last_row).unwrap();
        assert_eq!(
            last_row.matches("\"?\"").count() + last_row.matches("\"nan\"").count(),
            0
        );
        assert!(
            last_row.starts_with(r#""20231019_194300""B71""#),
            "{last_row}"
        );
    }

    #[test]
    fn rows_are_in_the_order_of_their_dates() {
        let dryer = memory_base();
        let dates = dryer.column(0);
        assert!((1..dryer.rows()).all(|row| dates.compare_rows(row - 1, row).is_lt()));
    }
}
