//! Memory base 20, "Batch dryer": 71 batches of a real dryer, one row a minute.
//!
//! Where the record comes from, and what of the variables is added to it, stands in `data/README.md`.

mod study;

use jiff::ToSpan;
use jiff::civil::{DateTime, datetime};

use crate::column::{Column, Texts};
use crate::date_time;
use crate::memory_base::MemoryBase;
use crate::variable::{Variable, VariableType};

/// The bcId of the memory base "Batch dryer", which every simulator holds unless it was built without.
///
/// | variable | type | |
/// |---|---|---|
/// | 2000001 | DATETIME | date; orders the rows |
/// | 2000002 | DISCRETE | batch, `B01` to `B71` |
/// | 2000003 | DISCRETE | drying phase: `DRYING`, `HOLDING` or `COOLING` |
/// | 2000031 to 2000040 | NUMERIC | measured and controlled: levels, pressures, agitator, temperatures |
/// | 2000041 | NUMERIC | whole minutes since the batch began |
///
/// It comes with a study: data groups 10 to 13, events 100 to 111, jobs 573 to 577, and rules 200 to 202.
pub const BATCH_DRYER: u64 = 20;

const RECORD: &str = include_str!("../data/dryer.csv");

const COLUMNS: usize = 12;

/// The number, standard name, tag, local name and unit of the columns of the record behind the first.
const MEASURED: [(u64, &str, &str, &str, &str); COLUMNS - 1] = [
    (
        2_000_031,
        "Collector tank level",
        "DRY1.LT.201.PV",
        "Niveau du bac collecteur",
        "%",
    ),
    (
        2_000_032,
        "Differential pressure",
        "DRY1.PDT.102.PV",
        "Pression différentielle",
        "kPa",
    ),
    (
        2_000_033,
        "Dryer pressure",
        "DRY1.PT.101.PV",
        "Pression du sécheur",
        "Torr",
    ),
    (
        2_000_034,
        "Agitator power",
        "DRY1.JT.110.PV",
        "Puissance de l'agitateur",
        "kW",
    ),
    (
        2_000_035,
        "Agitator torque",
        "DRY1.WT.110.PV",
        "Couple de l'agitateur",
        "N·m",
    ),
    (
        2_000_036,
        "Agitator speed",
        "DRY1.ST.110.PV",
        "Vitesse de l'agitateur",
        "rpm",
    ),
    (
        2_000_037,
        "Jacket temperature set point",
        "DRY1.TIC.103.SP",
        "Consigne de double enveloppe",
        "°C",
    ),
    (
        2_000_038,
        "Jacket temperature",
        "DRY1.TT.103.PV",
        "Température de la double enveloppe",
        "°C",
    ),
    (
        2_000_039,
        "Dryer temperature set point",
        "DRY1.TIC.101.SP",
        "Consigne du sécheur",
        "°C",
    ),
    (
        2_000_040,
        "Dryer temperature",
        "DRY1.TT.101.PV",
        "Température du sécheur",
        "°C",
    ),
    (
        2_000_041,
        "Clock time",
        "DRY1.KT.001.PV",
        "Temps écoulé",
        "min",
    ),
];

// Columns of the record that others are made from.
const BATCH: usize = 0;
const DRYER_PRESSURE: usize = 3;
const JACKET_SET_POINT: usize = 7;
const CLOCK_TIME: usize = 11;

const FIRST_BATCH: DateTime = datetime(2023, 10, 2, 6, 0, 0, 0);
const HOURS_BETWEEN_BATCHES: i64 = 6;

/// Makes the memory base from the record.
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

    let described = |bc_id, variable_type, [standard, tag, local]: [&str; 3], unit| Variable {
        bc_id,
        variable_type,
        standard: standard.into(),
        tag: tag.into(),
        local: local.into(),
        unit,
        broken: false,
    };
    let mut content = vec![
        (
            described(
                2_000_001,
                VariableType::Datetime,
                ["Date", "DRY1.DATE", "Date"],
                None,
            ),
            Column::datetime(dates.iter().map(String::as_str)),
        ),
        (
            described(
                2_000_002,
                VariableType::Discrete,
                ["Batch", "DRY1.BATCH.ID", "Lot"],
                None,
            ),
            Column::discrete(batches.iter().map(|batch| Some(batch.as_str()))),
        ),
        (
            described(
                2_000_003,
                VariableType::Discrete,
                ["Drying phase", "DRY1.BATCH.PHASE", "Phase de séchage"],
                None,
            ),
            Column::discrete(phases(&record).map(Some)),
        ),
    ];
    content.extend(MEASURED.iter().zip(&record[1..]).map(
        |(&(bc_id, standard, tag, local, unit), texts)| {
            let names = [standard, tag, local];
            let variable = described(bc_id, VariableType::Numeric, names, Some(unit));
            (variable, Column::numeric(texts.iter()))
        },
    ));
    MemoryBase::new(BATCH_DRYER, "Batch dryer", content, 0).with_study(study::study())
}

/// The date of each row: when its batch began, plus its minutes.
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

/// The drying phase of each row, by what the jacket is asked to do and whether there is a vacuum.
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
    fn the_record_is_whole() {
        let dryer = memory_base();
        assert_eq!((dryer.rows(), dryer.variables().len()), (9_220, 14));
        let mut last_row = Vec::new();
        for place in 0..dryer.variables().len() {
            dryer.column(place).write_cells(9_219..9_220, &mut last_row);
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
