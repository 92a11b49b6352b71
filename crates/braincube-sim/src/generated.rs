//! Memory bases of computed data.

use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::civil::{DateTime, datetime};

use crate::column::Column;
use crate::date_time;
use crate::memory_base::{MemoryBase, Variable, VariableType};

/// Number of different numeric columns. Further variables repeat them.
const PATTERNS: usize = 61;

/// Number of rows after which the cells of a numeric column repeat.
const PERIOD: usize = 1_000;

const FIRST_ROW: DateTime = datetime(2020, 1, 1, 0, 0, 0, 0);

/// Creates a memory base with this number of variables. The first one has a date per second.
pub(crate) fn memory_base(bc_id: u64, variables: usize, rows: usize) -> MemoryBase {
    let dates: Vec<String> = (0_i64..)
        .take(rows)
        .map(|row| date_time::to_wire(FIRST_ROW.saturating_add(row.seconds())))
        .collect();
    let patterns: Vec<_> = (0..PATTERNS)
        .map(|pattern| numbers(pattern, rows))
        .collect();
    let mut content = vec![(
        variable(bc_id, 1, VariableType::Datetime),
        Arc::new(Column::datetime(dates.iter().map(String::as_str))),
    )];
    let numeric = (2..).take(variables.saturating_sub(1));
    content.extend(numeric.zip(patterns.iter().cycle()).map(|(number, cells)| {
        (
            variable(bc_id, number, VariableType::Numeric),
            Arc::clone(cells),
        )
    }));
    MemoryBase::new(bc_id, format!("Generated {bc_id}"), content, 0)
}

fn numbers(pattern: usize, rows: usize) -> Arc<Column> {
    let cell = |row: usize| {
        let tenths = (row * 31 + pattern * 17) % PERIOD;
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    let cells: Vec<String> = (0..PERIOD.min(rows)).map(cell).collect();
    Arc::new(Column::numeric(cells.iter().map(String::as_str)).repeated(rows))
}

fn variable(bc_id: u64, number: u64, variable_type: VariableType) -> Variable {
    Variable {
        bc_id: bc_id * 100_000 + number,
        variable_type,
        standard: format!("Sensor {number}"),
        tag: format!("GEN.{number:05}.PV"),
        local: format!("Capteur {number}"),
        unit: None,
        is_broken: false,
    }
}
