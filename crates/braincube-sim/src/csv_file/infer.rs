//! Which type a column of a CSV file has, and which cell decides that it is DISCRETE.

use super::day_first::{self, DayFirst};
use super::description::CsvCell;
use crate::column::{Column, Texts, parse_number};
use crate::date_time;
use crate::variable::VariableType;

/// A column, and what is known of its cells.
pub(super) struct Inferred {
    pub(super) variable_type: VariableType,
    pub(super) column: Column,
    /// How the values are written, where that is not the usual way.
    pub(super) notation: Option<&'static str>,
    /// Why it is DISCRETE.
    pub(super) decided_by: Option<CsvCell>,
}

/// The type that all cells agree on: NUMERIC, else DATETIME, else DISCRETE. A column without any value is NUMERIC.
///
/// `decimal_commas` says that `1,5` may be a number: in a file that another character separates.
pub(super) fn infer(cells: &Texts, decimal_commas: bool) -> Inferred {
    let all = |test: &dyn Fn(&str) -> bool| present(cells).all(|(_, cell)| test(cell));
    let inferred = |variable_type, column, notation| Inferred {
        variable_type,
        column,
        notation,
        decided_by: None,
    };
    if all(&|cell| parse_number(cell).is_some()) {
        return inferred(VariableType::Numeric, Column::numeric(cells.iter()), None);
    }
    if decimal_commas && all(&|cell| with_point(cell).is_some()) {
        let points = converted(cells, with_point);
        let column = Column::numeric(points.iter());
        return inferred(VariableType::Numeric, column, Some("decimal comma"));
    }
    if all(&|cell| date_time::parse_any(cell).is_some()) {
        return inferred(VariableType::Datetime, Column::datetime(cells.iter()), None);
    }
    let decided_by = match all_day_first(cells) {
        Ok(()) => {
            let dates = converted(cells, |cell| {
                Some(date_time::to_wire(day_first::date(cell)?))
            });
            let column = Column::datetime(dates.iter());
            return inferred(VariableType::Datetime, column, Some(day_first::NOTATION));
        }
        Err(cell) => cell,
    };
    let labels = cells
        .iter()
        .map(|cell| Some(cell).filter(|cell| !is_missing(cell)));
    Inferred {
        decided_by: decided_by.or_else(|| deciding(cells, decimal_commas)),
        ..inferred(VariableType::Discrete, Column::discrete(labels), None)
    }
}

/// The cells that have a value, each with its row, counted from 1.
fn present(cells: &Texts) -> impl Iterator<Item = (usize, &str)> + Clone {
    (1..)
        .zip(cells.iter())
        .filter(|(_, cell)| !is_missing(cell))
}

/// The cells in another notation; those that have none there stay as they are.
fn converted(cells: &Texts, convert: impl Fn(&str) -> Option<String>) -> Texts {
    let mut all = Texts::default();
    for cell in cells.iter() {
        match convert(cell) {
            Some(text) => all.push(&text),
            None => all.push(cell),
        }
    }
    all
}

/// A number with a decimal comma, or without decimals, written with a point.
fn with_point(cell: &str) -> Option<String> {
    let text = cell.replacen(',', ".", 1);
    let has_no_point = !cell.contains('.');
    (has_no_point && parse_number(&text).is_some()).then_some(text)
}

/// Whether all cells are dates that begin with the day. Where all are written so, the error is the cell that speaks against
/// it.
fn all_day_first(cells: &Texts) -> Result<(), Option<CsvCell>> {
    fn read((row, cell): (usize, &str)) -> Option<(usize, &str, DayFirst)> {
        Some((row, cell, DayFirst::parse(cell)?))
    }
    if present(cells).any(|cell| read(cell).is_none()) {
        return Err(None);
    }
    day_first::dates(present(cells).filter_map(read)).map_err(Some)
}

/// The first cell that is not what the first of all is; that one, where it is neither a number nor a date.
fn deciding(cells: &Texts, decimal_commas: bool) -> Option<CsvCell> {
    let has_point = |cell: &str| parse_number(cell).is_some();
    let has_comma = |cell: &str| decimal_commas && with_point(cell).is_some();
    let is_number = |cell: &str| has_point(cell) || has_comma(cell);
    let is_date =
        |cell: &str| date_time::parse_any(cell).is_some() || DayFirst::parse(cell).is_some();
    let first = present(cells).next()?;
    let other = |is_like: &dyn Fn(&str) -> bool| present(cells).find(|(_, cell)| !is_like(cell));
    let found = if is_number(first.1) {
        // Where all are numbers, some have a comma and some a point.
        other(&is_number)
            .map(|cell| (cell, "is not a number"))
            .or_else(|| {
                let point = other(&has_comma)?;
                let comma = other(&has_point)?;
                Some((point.max(comma), "mixes decimal commas and decimal points"))
            })
    } else if is_date(first.1) {
        other(&is_date)
            .map(|cell| (cell, "is not a date"))
            .or(Some((first, "is a date in another notation than others")))
    } else {
        Some((first, "is neither a number nor a date"))
    };
    found.map(|((row, text), reason)| CsvCell::new(row, text, reason))
}

fn is_missing(cell: &str) -> bool {
    matches!(cell, "" | "NA" | "NaN" | "nan" | "null" | "?")
}

#[cfg(test)]
mod tests {
    use super::{Inferred, infer};
    use crate::column::Texts;
    use crate::variable::VariableType;

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
            let Inferred {
                variable_type,
                column,
                ..
            } = infer(&texts, false);
            let mut json = Vec::new();
            for row in 0..cells.len() {
                column.write_cells(row..row + 1, &mut json);
            }
            assert_eq!(variable_type.as_str(), name, "{cells:?}");
            assert_eq!(String::from_utf8(json).unwrap(), sent, "{cells:?}");
        }
    }

    fn of(cells: &[&str]) -> Inferred {
        let mut texts = Texts::default();
        cells.iter().for_each(|cell| texts.push(cell));
        infer(&texts, true)
    }

    #[test]
    fn d3_dates_that_begin_with_the_day_are_read_where_there_is_no_doubt() {
        for (cells, sent) in [
            (
                vec!["28/10/2023", "1/2/2023"],
                r#""20231028_000000""20230201_000000""#,
            ),
            (vec!["28.10.2023 22:00", "?"], r#""20231028_220000""null""#),
            (vec!["28/10/2023 2:05:07.5"], r#""20231028_020507""#),
            (vec!["28/10/2023T22:00:59"], r#""20231028_220059""#),
        ] {
            let inferred = of(&cells);
            assert_eq!(inferred.variable_type, VariableType::Datetime, "{cells:?}");
            assert_eq!(inferred.notation, Some("DD/MM/YYYY"));
            let mut json = Vec::new();
            for row in 0..cells.len() {
                inferred.column.write_cells(row..row + 1, &mut json);
            }
            assert_eq!(String::from_utf8(json).unwrap(), sent, "{cells:?}");
        }
    }

    #[test]
    fn d3_dates_that_could_begin_with_the_month_stay_text() {
        for (cells, row, reason) in [
            (
                vec!["", "03/04/2023", "05/06/2023"],
                2,
                "may be day/month/year or month/day/year",
            ),
            (vec!["03/04/2023", "05/28/2023"], 2, "a month above 12"),
            (vec!["28/10/2023", "10/28/2023"], 2, "a month above 12"),
            (vec!["28/10/2023", "31/02/2023"], 2, "is not a date"),
            (vec!["28/10/2023", "28/10/23"], 2, "is not a date"),
            (vec!["28/10/2023", "2023-10-28"], 1, "in another notation"),
            (vec!["28/10/2023 25:00"], 1, "is not a date"),
        ] {
            let inferred = of(&cells);
            assert_eq!(inferred.variable_type, VariableType::Discrete, "{cells:?}");
            let cell = inferred.decided_by.unwrap();
            assert_eq!(cell.row, row, "{cells:?}");
            assert!(cell.reason.contains(reason), "{cells:?}: {}", cell.reason);
        }
    }

    #[test]
    fn d4_a_discrete_column_names_the_cell_that_decided() {
        for (cells, row, text, reason) in [
            (
                vec!["1", "", "2,5", "Bad Input", "x"],
                4,
                "Bad Input",
                "is not a number",
            ),
            (
                vec!["?", "A", "1"],
                2,
                "A",
                "is neither a number nor a date",
            ),
            (vec!["2023-10-28", "soon"], 2, "soon", "is not a date"),
            (
                vec!["1.5", "2", "2,5"],
                3,
                "2,5",
                "mixes decimal commas and decimal points",
            ),
            (
                vec!["1,5", "2.5"],
                2,
                "2.5",
                "mixes decimal commas and decimal points",
            ),
        ] {
            let cell = of(&cells).decided_by.unwrap();
            assert_eq!(
                (cell.row, &*cell.text, cell.reason),
                (row, text, reason),
                "{cells:?}"
            );
        }
        assert!(of(&["1", "2"]).decided_by.is_none());
    }
}
