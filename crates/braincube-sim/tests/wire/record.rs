//! The record of the dryer, read from the CSV file without code of the simulator.

/// A row of the CSV file.
pub(crate) struct Row {
    pub(crate) cells: Vec<&'static str>,
}

pub(crate) const DATE: u64 = 2_000_001;
pub(crate) const BATCH: u64 = 2_000_002;
pub(crate) const PHASE: u64 = 2_000_003;
pub(crate) const TANK_LEVEL: u64 = 2_000_031;
pub(crate) const DIFFERENTIAL_PRESSURE: u64 = 2_000_032;
pub(crate) const DRYER_TEMPERATURE: u64 = 2_000_040;
pub(crate) const CLOCK_TIME: u64 = 2_000_041;

pub(crate) fn rows() -> Vec<Row> {
    let lines = include_str!("../../data/dryer.csv").lines().skip(1);
    lines
        .map(|line| Row {
            cells: line.split(',').collect(),
        })
        .collect()
}

impl Row {
    /// The text of a cell as the simulator must send it.
    pub(crate) fn text(&self, variable: u64) -> String {
        match variable {
            DATE => self.date(),
            BATCH => format!("B{:02}", self.whole(0)),
            PHASE if self.number(7) < 30.0 => "COOLING".into(),
            PHASE if self.number(3) < 400.0 => "DRYING".into(),
            PHASE => "HOLDING".into(),
            TANK_LEVEL..=CLOCK_TIME => {
                self.cells[usize::try_from(variable - TANK_LEVEL).unwrap() + 1].into()
            }
            _ => panic!("no variable {variable}"),
        }
    }

    /// The value of a NUMERIC variable.
    pub(crate) fn value(&self, variable: u64) -> f64 {
        self.text(variable).parse().unwrap()
    }

    /// The record is from 2 to 19 October 2023, so a day and a time are sufficient.
    fn date(&self) -> String {
        let minutes = 6 * 60 + (self.whole(0) - 1) * 6 * 60 + self.whole(11);
        let (day, minute) = (2 + minutes / 1440, minutes % 1440);
        format!("202310{day:02}_{:02}{:02}00", minute / 60, minute % 60)
    }

    fn whole(&self, cell: usize) -> u32 {
        self.cells[cell].parse().unwrap()
    }

    fn number(&self, cell: usize) -> f64 {
        self.cells[cell].parse().unwrap()
    }
}
