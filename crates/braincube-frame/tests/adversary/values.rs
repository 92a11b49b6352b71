//! The expected cells of a column.

use std::borrow::Cow;

use braincube_frame::{Nan, Numbers, OnBadCell};
use jiff::civil::{DateTime, date};

use crate::json::Json;
use crate::query::Query;
use crate::table::{Cell, Counts, Kind};

pub(crate) struct Outcome {
    pub(crate) kind: Kind,
    pub(crate) cells: Vec<Cell>,
    pub(crate) counts: Counts,
}

/// The cells of a column, or an error if one is not allowed.
pub(crate) fn column(
    kind: Kind,
    is_date: bool,
    cells: &[Json],
    query: &Query,
) -> Result<Outcome, ()> {
    let cells: Vec<_> = cells.iter().map(|cell| seen(cell, kind, query)).collect();
    let is_integer = kind == Kind::Float
        && query.numbers == Numbers::Infer
        && cells.iter().any(|cell| integer(cell).is_some())
        && cells
            .iter()
            .all(|cell| integer(cell).is_some() || is_null_number(cell, query) || is_bad(cell));
    let kind = if is_integer { Kind::Integer } else { kind };
    let mut counts = Counts::default();
    let mut became = Vec::new();
    for (row, cell) in cells.iter().map(|cell| &**cell).enumerate() {
        became.push(match kind {
            Kind::Integer => as_integer(cell, row, query, &mut counts),
            Kind::Float => as_float(cell, row, query, &mut counts)?,
            Kind::Date => as_date(cell, row, &mut counts)?,
            Kind::Dictionary | Kind::Text => as_text(cell, row, is_date, &mut counts)?,
        });
    }
    if counts.bad.0 > 0 && query.on_bad_cell == OnBadCell::Error {
        return Err(());
    }
    let message = [
        &counts.bad,
        &counts.unparsable,
        &counts.coercions,
        &counts.inexact,
        &counts.infinite,
    ];
    let is_told = message.iter().any(|count| count.0 > 0);
    if query.strict && is_told {
        return Err(());
    }
    Ok(Outcome {
        kind,
        cells: became,
        counts,
    })
}

/// A cell after the options have been applied.
fn seen<'j>(cell: &'j Json, kind: Kind, query: &Query) -> Cow<'j, Json> {
    let is_null = |text: &str| query.nulls.iter().any(|null| null.trim() == trim(text));
    match cell {
        _ if spelling(cell).is_some_and(is_null) => Cow::Owned(Json::Null),
        Json::Text(text) if kind == Kind::Float && query.trims => {
            Cow::Owned(Json::Text(trim(text).to_owned()))
        }
        _ => Cow::Borrowed(cell),
    }
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\n', '\r', '\u{c}'])
}

/// The text of a cell, if it has one.
fn spelling(cell: &Json) -> Option<&str> {
    match cell {
        Json::Text(text) | Json::Number(text) => Some(text),
        Json::Boolean(true) => Some("true"),
        Json::Boolean(false) => Some("false"),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

fn integer(cell: &Json) -> Option<i64> {
    match cell {
        Json::Text(text) | Json::Number(text) => text.parse().ok(),
        Json::Boolean(truth) => Some(i64::from(*truth)),
        _ => None,
    }
}

fn is_null_number(cell: &Json, query: &Query) -> bool {
    match cell {
        Json::Null => true,
        Json::Text(text) if trim(text).parse().is_ok_and(f64::is_nan) => query.nan == Nan::Null,
        Json::Text(text) => ["?", "", "null", "NULL"].contains(&trim(text)),
        _ => false,
    }
}

/// Whether a cell is neither a number nor null. White space is allowed only around `nan`.
fn is_bad(cell: &Json) -> bool {
    match cell {
        Json::Text(text) if ["?", "", "null", "NULL"].contains(&trim(text)) => false,
        Json::Text(text) if trim(text).parse().is_ok_and(f64::is_nan) => false,
        Json::Text(text) => text.parse::<f64>().is_err(),
        _ => false,
    }
}

fn as_integer(cell: &Json, row: usize, query: &Query, counts: &mut Counts) -> Cell {
    let Some(value) = integer(cell) else {
        if !is_null_number(cell, query) {
            counts.bad.add(row, spelling(cell).unwrap());
            return Cell::Null;
        }
        counts.null_tokens += 1;
        return Cell::Null;
    };
    if let Json::Boolean(_) = cell {
        counts.coercions.add(row, spelling(cell).unwrap());
    }
    Cell::Integer(value)
}

fn as_float(cell: &Json, row: usize, query: &Query, counts: &mut Counts) -> Result<Cell, ()> {
    if is_null_number(cell, query) {
        counts.null_tokens += 1;
        return Ok(Cell::Null);
    }
    let text = spelling(cell).ok_or(())?;
    if let Json::Boolean(truth) = cell {
        counts.coercions.add(row, text);
        return Ok(Cell::Float(f64::from(u8::from(*truth)).to_bits()));
    }
    if is_bad(cell) {
        counts.bad.add(row, text);
        return Ok(Cell::Null);
    }
    let value: f64 = trim(text).parse().unwrap();
    if value.is_nan() {
        return Ok(Cell::Float(f64::NAN.to_bits()));
    }
    let has_digits = text.contains(|char: char| char.is_ascii_digit());
    if value.is_infinite() && !has_digits {
        counts.infinite.add(row, text);
    } else if is_inexact(value, text) {
        counts.inexact.add(row, text);
    }
    Ok(Cell::Float(value.to_bits()))
}

/// Whether a finite number is outside the range of a float, or an integer with more digits
/// than a float has.
fn is_inexact(value: f64, text: &str) -> bool {
    let digits = text.trim_start_matches(['+', '-']).to_ascii_lowercase();
    if value.is_infinite() {
        return true;
    }
    let mantissa = digits.split('e').next().unwrap();
    if value == 0.0 {
        return mantissa.contains(|char: char| ('1'..='9').contains(&char));
    }
    let integer = match digits.split_once('.') {
        None => digits.as_str(),
        Some((integer, decimals)) if decimals.chars().all(|char| char == '0') => integer,
        Some(_) => return false,
    };
    if integer.contains('e') {
        return false;
    }
    // Floats above 2 to the power of 127 are not written with all digits in these tests.
    let Ok(exact) = integer.parse::<u128>() else {
        return true;
    };
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number that fits"
    )]
    let held = value.abs() as u128;
    held != exact
}

fn as_date(cell: &Json, row: usize, counts: &mut Counts) -> Result<Cell, ()> {
    let is_null = match cell {
        Json::Null => true,
        Json::Text(text) => ["?", "", "null"].contains(&trim(text)),
        _ => false,
    };
    if is_null {
        counts.null_tokens += 1;
        return Ok(Cell::Null);
    }
    let text = spelling(cell).ok_or(())?;
    let Some((time, is_leap)) = parse_date(text) else {
        counts.unparsable.add(row, text);
        return Ok(Cell::Null);
    };
    if is_leap {
        counts.coercions.add(row, text);
    }
    let since = time.duration_since(date(1970, 1, 1).at(0, 0, 0, 0));
    Ok(Cell::Millis(since.as_secs() * 1000))
}

/// A date and time of day, and whether second 60 became second 59.
fn parse_date(text: &str) -> Option<(DateTime, bool)> {
    let (day, time) = text.split_once('_')?;
    let is_number = |text: &str, len| text.len() == len && text.bytes().all(|b| b.is_ascii_digit());
    if !is_number(day, 8) || !is_number(time, 6) {
        return None;
    }
    let is_leap = &time[4..] == "60";
    let second = if is_leap { 59 } else { time[4..].parse().ok()? };
    let time = DateTime::new(
        day[..4].parse().ok().filter(|year| *year > 0)?,
        day[4..6].parse().ok()?,
        day[6..].parse().ok()?,
        time[..2].parse().ok()?,
        time[2..4].parse().ok()?,
        second,
        0,
    );
    Some((time.ok()?, is_leap))
}

fn as_text(cell: &Json, row: usize, is_date: bool, counts: &mut Counts) -> Result<Cell, ()> {
    let is_null = match cell {
        Json::Null => true,
        Json::Text(text) => trim(text) == "?" || (is_date && trim(text) == "null"),
        _ => false,
    };
    if is_null {
        counts.null_tokens += 1;
        return Ok(Cell::Null);
    }
    let text = spelling(cell).ok_or(())?;
    if !matches!(cell, Json::Text(_)) {
        counts.coercions.add(row, text);
    }
    Ok(Cell::Text(text.to_owned()))
}
