//! [`DayFirst`]: dates such as `28/10/2023 22:00`, which are read only where the column leaves no doubt.

use jiff::civil::DateTime;

use super::description::CsvCell;

/// What the column is called that has such dates.
pub(super) const NOTATION: &str = "DD/MM/YYYY";

/// A text of the form `D/M/YYYY`, with or without a time of day.
#[derive(Clone, Copy)]
pub(super) struct DayFirst {
    day: i8,
    month: i8,
    date: Option<DateTime>,
}

impl DayFirst {
    /// Reads the form; the numbers need not make a date.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, "0:00"));
        let mut numbers = date.split(['/', '.']);
        let [day, month, year] = [2, 2, 4].map(|most| number(numbers.next()?, most));
        let (day, month, year) = (day?, month?, year.filter(|year| *year > 999)?);
        let mut numbers = time.trim().split(':');
        let [hour, minute] = [2, 2].map(|most| number(numbers.next()?, most));
        let second = numbers.next().unwrap_or("0");
        // A fraction of a second is cut off, as in all other dates.
        let second = second.split_once('.').map_or(second, |(second, _)| second);
        let (hour, minute, second) = (hour?, minute?, number(second, 2)?);
        let small = |number: i16| i8::try_from(number).ok();
        let (day, month) = (small(day)?, small(month)?);
        let made = DateTime::new(
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
            date: made.ok(),
        })
    }
}

fn number(text: &str, most_digits: usize) -> Option<i16> {
    let is_number =
        (1..=most_digits).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// The dates of a column all of whose cells have this form, the missing ones aside: if a day above 12 occurs and no month
/// would be above 12. Otherwise the cell that speaks against it.
pub(super) fn dates<'c>(
    cells: impl Iterator<Item = (usize, &'c str, DayFirst)> + Clone,
) -> Result<(), CsvCell> {
    let against = |reason| move |(row, text, _)| CsvCell::new(row, text, reason);
    let mut months = cells.clone();
    if let Some(cell) = months.find(|(_, _, cell)| cell.month > 12) {
        return Err(against(
            "has a month above 12 if it is read as day/month/year",
        )(cell));
    }
    let mut invalid = cells.clone();
    if let Some(cell) = invalid.find(|(_, _, cell)| cell.date.is_none()) {
        return Err(against("is not a date")(cell));
    }
    let mut days = cells.clone();
    let is_clear = days.any(|(_, _, cell)| cell.day > 12);
    let mut cells = cells;
    match cells.next().filter(|_| !is_clear) {
        Some(cell) => Err(against(
            "may be day/month/year or month/day/year: no cell of the column tells which",
        )(cell)),
        None => Ok(()),
    }
}

/// The date of a cell, where it is one.
pub(super) fn date(text: &str) -> Option<DateTime> {
    DayFirst::parse(text)?.date
}
