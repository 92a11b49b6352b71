//! Which type a column of a CSV file has.

use crate::column::{Column, Texts, parse_number};
use crate::date_time;
use crate::variable::VariableType;

/// The type that all cells agree on: NUMERIC, else DATETIME, else DISCRETE. A column without any value is NUMERIC.
pub(super) fn infer(cells: &Texts) -> (VariableType, Column) {
    let all = |test: fn(&str) -> bool| cells.iter().all(|cell| is_missing(cell) || test(cell));
    if all(|cell| parse_number(cell).is_some()) {
        (VariableType::Numeric, Column::numeric(cells.iter()))
    } else if all(|cell| date_time::parse_any(cell).is_some()) {
        (VariableType::Datetime, Column::datetime(cells.iter()))
    } else {
        let labels = cells
            .iter()
            .map(|cell| Some(cell).filter(|cell| !is_missing(cell)));
        (VariableType::Discrete, Column::discrete(labels))
    }
}

fn is_missing(cell: &str) -> bool {
    matches!(cell, "" | "NA" | "NaN" | "nan" | "null" | "?")
}

#[cfg(test)]
mod tests {
    use super::infer;
    use crate::column::Texts;

    #[test]
    fn cells_decide_the_type() {
        for (cells, name, sent) in [
            (vec!["1", "-2.50", "3e4"], "NUMERIC", r#""1""-2.50""3e4""#),
            (
                vec!["NA", "?", "7", "null"],
                "NUMERIC",
                r#""nan""?""7""nan""#,
            ),
            (vec!["", ""], "NUMERIC", r#""nan""nan""#),
            (vec!["1", "inf"], "DISCRETE", r#""1""inf""#),
            (vec!["1", "2023-10-28"], "DISCRETE", r#""1""2023-10-28""#),
            (
                vec!["2023-10-28", "NaN"],
                "DATETIME",
                r#""20231028_000000""null""#,
            ),
            (vec!["20231028_220000"], "DATETIME", r#""20231028_220000""#),
            (vec!["A", "nan", "None"], "DISCRETE", r#""A""?""None""#),
        ] {
            let mut texts = Texts::default();
            cells.iter().for_each(|cell| texts.push(cell));
            let (variable_type, column) = infer(&texts);
            let mut json = Vec::new();
            for row in 0..cells.len() {
                column.write_cells(row..row + 1, &mut json);
            }
            assert_eq!(variable_type.as_str(), name, "{cells:?}");
            assert_eq!(String::from_utf8(json).unwrap(), sent, "{cells:?}");
        }
    }
}
