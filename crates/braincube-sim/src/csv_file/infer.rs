//! Infers the type of a column of a CSV file, and finds the cell that made it DISCRETE.

use jiff::civil::DateTime;

use super::description::CsvCell;
use crate::column::{Column, Texts, parse_number};
use crate::date_time;
use crate::memory_base::VariableType;

/// A column with its inferred type.
pub(super) struct Inferred {
    pub(super) variable_type: VariableType,
    pub(super) column: Column,
    /// The notation of the values, if it is unusual.
    pub(super) notation: Option<&'static str>,
    /// The cell that made it DISCRETE.
    pub(super) decided_by: Option<CsvCell>,
}

/// Infers the type that fits all cells: NUMERIC, otherwise DATETIME, otherwise DISCRETE. A column without values is NUMERIC.
///
/// `decimal_commas` allows numbers such as `1,5`, in a file with another separator.
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
                Some(date_time::to_wire(day_first_date(cell)?))
            });
            let column = Column::datetime(dates.iter());
            return inferred(VariableType::Datetime, column, Some(DAY_FIRST));
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

/// The cells with a value, each with its row from 1.
fn present(cells: &Texts) -> impl Iterator<Item = (usize, &str)> + Clone {
    (1..)
        .zip(cells.iter())
        .filter(|(_, cell)| !is_missing(cell))
}

/// Converts the cells; those that cannot be converted are unchanged.
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

/// Replaces a decimal comma by a point. `None` if the cell is not such a number.
fn with_point(cell: &str) -> Option<String> {
    let text = cell.replacen(',', ".", 1);
    let has_no_point = !cell.contains('.');
    (has_no_point && parse_number(&text).is_some()).then_some(text)
}

/// Checks that all cells are dates that start with the day. If all have that form, the error is the deciding cell.
fn all_day_first(cells: &Texts) -> Result<(), Option<CsvCell>> {
    fn read((row, cell): (usize, &str)) -> Option<(usize, &str, DayFirst)> {
        Some((row, cell, DayFirst::parse(cell)?))
    }
    if present(cells).any(|cell| read(cell).is_none()) {
        return Err(None);
    }
    check_day_first(present(cells).filter_map(read)).map_err(Some)
}

/// The first cell of another type than the first one; or the first one, if it is neither a number nor a date.
fn deciding(cells: &Texts, decimal_commas: bool) -> Option<CsvCell> {
    let has_point = |cell: &str| parse_number(cell).is_some();
    let has_comma = |cell: &str| decimal_commas && with_point(cell).is_some();
    let is_number = |cell: &str| has_point(cell) || has_comma(cell);
    let is_date =
        |cell: &str| date_time::parse_any(cell).is_some() || DayFirst::parse(cell).is_some();
    let first = present(cells).next()?;
    let other = |is_like: &dyn Fn(&str) -> bool| present(cells).find(|(_, cell)| !is_like(cell));
    let found = if is_number(first.1) {
        // If all are numbers, some have a decimal comma and some a point.
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

/// The notation of a column with such dates.
const DAY_FIRST: &str = "DD/MM/YYYY";

/// A text of the form `D/M/YYYY`, with an optional time of day. Such dates are read only if they are unambiguous.
#[derive(Clone, Copy)]
struct DayFirst {
    day: i8,
    month: i8,
    date: Option<DateTime>,
}

impl DayFirst {
    /// Parses the form. The numbers need not be a valid date.
    fn parse(text: &str) -> Option<Self> {
        let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, "0:00"));
        let mut numbers = date.split(['/', '.']);
        let [day, month, year] = [2, 2, 4].map(|max| number(numbers.next()?, max));
        let (day, month, year) = (day?, month?, year.filter(|year| *year > 999)?);
        let mut numbers = time.trim().split(':');
        let [hour, minute] = [2, 2].map(|max| number(numbers.next()?, max));
        let second = numbers.next().unwrap_or("0");
        // Fractions of a second are removed, as in all other dates.
        let second = second.split_once('.').map_or(second, |(second, _)| second);
        let (hour, minute, second) = (hour?, minute?, number(second, 2)?);
        let small = |number: i16| i8::try_from(number).ok();
        let (day, month) = (small(day)?, small(month)?);
        let date = DateTime::new(
            year,
            month,
            day,
            small(hour)?,
            small(minute)?,
            small(second)?,
            0,
        );
        Some(Self {
            day,
            month,
            date: date.ok(),
        })
    }
}

fn number(text: &str, max_digits: usize) -> Option<i16> {
    let is_number =
        (1..=max_digits).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// Checks that a column is unambiguous: a day above 12 occurs, and no month is above 12. Otherwise returns the deciding cell.
fn check_day_first<'c>(
    cells: impl Iterator<Item = (usize, &'c str, DayFirst)> + Clone,
) -> Result<(), CsvCell> {
    let cell = |reason| move |(row, text, _)| CsvCell::new(row, text, reason);
    let mut months = cells.clone();
    if let Some(found) = months.find(|(_, _, cell)| cell.month > 12) {
        return Err(cell("has a month above 12 if it is read as day/month/year")(found));
    }
    let mut invalid = cells.clone();
    if let Some(found) = invalid.find(|(_, _, cell)| cell.date.is_none()) {
        return Err(cell("is not a date")(found));
    }
    let mut days = cells.clone();
    let is_unambiguous = days.any(|(_, _, cell)| cell.day > 12);
    let mut cells = cells;
    match cells.next().filter(|_| !is_unambiguous) {
        Some(found) => Err(cell(
            "may be day/month/year or month/day/year, which the column does not determine",
        )(found)),
        None => Ok(()),
    }
}

/// Parses a date that starts with the day.
fn day_first_date(text: &str) -> Option<DateTime> {
    DayFirst::parse(text)?.date
}

#[cfg(test)]
mod tests {
    use super::{Inferred, infer};
    use crate::column::Texts;
    use crate::memory_base::VariableType;

    #[test]
    fn the_type_fits_all_cells() {
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
    fn d3_dates_that_start_with_the_day_are_read_if_they_are_unambiguous() {
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
    fn d3_ambiguous_dates_stay_text() {
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
    fn d4_the_cell_that_made_a_column_discrete_is_returned() {
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
