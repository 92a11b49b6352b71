//! The expected result of a response, computed in the simplest way, in memory and without regard to speed.

use std::collections::HashMap;

use braincube_frame::{Dates, Discrete, ErrorKind};
use braincube_model::{LongId, VariableType};

use crate::json::Json;
use crate::query::{Query, Requested};
use crate::table::{Cell, Column, Counts, Kind, Table};
use crate::values::{self, Outcome};

/// The maximum depth of nested arrays and objects.
const MAX_DEPTH: usize = 64;

#[derive(Debug)]
pub(crate) enum Expected {
    Frame(Table),
    /// The kinds of errors that are allowed; any kind if it is empty.
    Rejected(Vec<ErrorKind>),
}

pub(crate) fn expect(body: &[u8], query: &Query) -> Expected {
    let body = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
    let Ok(text) = std::str::from_utf8(body) else {
        return Expected::Rejected(Vec::new());
    };
    let document = match Json::parse(text) {
        Ok(document @ Json::Object(_)) => document,
        Ok(_) => return Expected::Rejected(vec![ErrorKind::NotJson]),
        Err(_) => return Expected::Rejected(Vec::new()),
    };
    let mut wrong = Vec::new();
    if document.depth() > MAX_DEPTH {
        wrong.push(ErrorKind::Decode);
    }
    let columns = match document.all("datadefs")[..] {
        [Json::Array(columns)] => columns.as_slice(),
        // The columns may contain errors too.
        [_, _, ..] => return Expected::Rejected(Vec::new()),
        _ => return Expected::Rejected(vec![ErrorKind::Decode]),
    };
    let errors = ["error", "errors", "Errors"].map(|key| document.all(key));
    if errors.iter().flatten().any(|error| !is_empty(error)) {
        wrong.push(ErrorKind::Decode);
    }
    let received = columns.iter().map(|column| received(column, &mut wrong));
    let received: Vec<_> = received.flatten().collect();
    let table = table(&document, &received, query, &mut wrong);
    if wrong.is_empty() {
        Expected::Frame(table)
    } else {
        Expected::Rejected(wrong)
    }
}

/// Whether the value of `error` means that there is no error.
fn is_empty(value: &Json) -> bool {
    match value {
        Json::Null | Json::Boolean(false) => true,
        Json::Text(text) => text.trim_ascii().is_empty(),
        Json::Array(elements) => elements.is_empty(),
        Json::Object(entries) => entries.is_empty(),
        Json::Number(number) => matches!(&**number, "0" | "-0"),
        Json::Boolean(true) => false,
    }
}

struct Received<'j> {
    id: LongId,
    declared: Option<VariableType>,
    data: Option<&'j [Json]>,
}

/// An element of `datadefs`.
fn received<'j>(column: &'j Json, wrong: &mut Vec<ErrorKind>) -> Option<Received<'j>> {
    let [ids, types, data] = ["id", "type", "data"].map(|key| column.all(key));
    let is_twice = [&ids, &types, &data].iter().any(|found| found.len() > 1);
    let id = match ids[..] {
        [Json::Text(id)] => id.parse().ok(),
        _ => None,
    };
    let data = match data[..] {
        [Json::Array(cells)] => Some(Some(cells.as_slice())),
        [] | [Json::Null] => Some(None),
        _ => None,
    };
    let declared = match types[..] {
        [Json::Text(name)] => Some(VariableType::from(name.as_str())),
        _ => None,
    };
    let id = id.filter(|id: &LongId| id.variable_id().is_some() && !is_twice);
    match (id, data) {
        (Some(id), Some(data)) => Some(Received { id, declared, data }),
        _ => {
            wrong.push(ErrorKind::Decode);
            None
        }
    }
}

fn table(
    document: &Json,
    received: &[Received<'_>],
    query: &Query,
    wrong: &mut Vec<ErrorKind>,
) -> Table {
    let ids: std::collections::HashSet<_> = received.iter().map(|column| column.id).collect();
    if ids.len() < received.len() {
        wrong.push(ErrorKind::Decode);
    }
    let lengths = received
        .iter()
        .filter_map(|column| Some(column.data?.len()));
    let mut lengths: Vec<_> = lengths.collect();
    // If other columns have cells, columns without cells have no data.
    let has_rows = lengths.iter().any(|length| *length > 0);
    lengths.retain(|length| *length > 0 || !has_rows);
    let without_data = |column: &Received<'_>| has_rows && column.data.is_some_and(<[_]>::is_empty);
    let requested = if query.requested.is_empty() {
        all_columns(received)
    } else {
        query.requested.clone()
    };
    let rows = match result_length(document) {
        Err(()) => {
            wrong.push(ErrorKind::Decode);
            0
        }
        Ok(None) => lengths.first().copied().unwrap_or(0),
        // Cells that the response only declares are not created.
        Ok(Some(rows))
            if lengths.is_empty() && rows > (1 << 28) / requested.len().max(1) as u64 =>
        {
            wrong.push(ErrorKind::TooLarge);
            0
        }
        Ok(Some(rows)) => {
            if lengths.first().is_some_and(|first| *first as u64 != rows) {
                wrong.push(ErrorKind::Integrity);
            }
            usize::try_from(rows).unwrap()
        }
    };
    if lengths.iter().any(|length| *length != lengths[0]) {
        wrong.push(ErrorKind::Integrity);
    }
    let is_asked = |id| requested.iter().any(|column| column.id == id);
    let unasked = received.iter().map(|column| column.id);
    let unasked: Vec<_> = unasked.filter(|id| !is_asked(*id)).collect();
    if query.strict && !unasked.is_empty() {
        wrong.push(ErrorKind::Partial);
    }
    // Invalid values must not create huge tables.
    let rows = if wrong.is_empty() { rows } else { 0 };
    let received: Vec<_> = received
        .iter()
        .map(|column| Received {
            id: column.id,
            declared: column.declared.clone(),
            data: column.data.filter(|_| !without_data(column)),
        })
        .collect();
    let column = |requested| column(requested, &received, rows, query, wrong);
    let columns = requested.iter().map(column).collect();
    Table {
        rows,
        columns,
        unasked,
    }
}

/// The declared number of rows, or an error if it is invalid.
fn result_length(document: &Json) -> Result<Option<u64>, ()> {
    let digits = match document.all("resultLength")[..] {
        [] | [Json::Null] => return Ok(None),
        [Json::Number(digits) | Json::Text(digits)] => digits,
        _ => return Err(()),
    };
    if let Ok(rows) = digits.parse() {
        return Ok(Some(rows));
    }
    let rows: f64 = digits.parse().map_err(|_| ())?;
    if rows.fract() != 0.0 || !(0.0..2f64.powi(53)).contains(&rows) {
        return Err(());
    }
    format!("{}", rows.abs()).parse().map(Some).map_err(|_| ())
}

/// All columns of the response, labelled by the number of the variable, which is unique here.
fn all_columns(received: &[Received<'_>]) -> Vec<Requested> {
    let mut uses = HashMap::<_, usize>::new();
    for column in received {
        *uses.entry(column.id.variable_id()).or_default() += 1;
    }
    let requested = |column: &Received<'_>| Requested {
        id: column.id,
        label: match column.id.variable_id() {
            Some(number) if uses[&Some(number)] == 1 => number.to_string(),
            _ => column.id.to_string(),
        },
        declared: None,
    };
    received.iter().map(requested).collect()
}

fn column(
    requested: &Requested,
    received: &[Received<'_>],
    rows: usize,
    query: &Query,
    wrong: &mut Vec<ErrorKind>,
) -> Column {
    let found = received.iter().find(|column| column.id == requested.id);
    let declared = found.and_then(|column| column.declared.clone());
    let declared = declared.or_else(|| requested.declared.clone());
    let kind = kind(declared.as_ref(), query);
    let cells = found.and_then(|column| column.data);
    if cells.is_none() && query.strict {
        wrong.push(ErrorKind::Partial);
    }
    let outcome = cells.map_or_else(
        || Outcome {
            kind,
            cells: vec![Cell::Null; rows],
            counts: Counts::default(),
        },
        |cells| {
            let is_date = declared == Some(VariableType::DateTime);
            values::column(kind, is_date, cells, query).unwrap_or_else(|()| {
                wrong.push(ErrorKind::Decode);
                Outcome {
                    kind,
                    cells: Vec::new(),
                    counts: Counts::default(),
                }
            })
        },
    );
    Column {
        label: requested.label.clone(),
        id: requested.id,
        declared: declared.map(|kind| kind.as_str().to_owned()),
        is_missing: cells.is_none(),
        kind: outcome.kind,
        cells: outcome.cells,
        counts: outcome.counts,
    }
}

fn kind(declared: Option<&VariableType>, query: &Query) -> Kind {
    match declared.map(VariableType::as_str) {
        Some("NUMERIC") => Kind::Float,
        Some("DATETIME") if query.dates == Dates::Timestamp => Kind::Date,
        Some("DISCRETE" | "DISCRET") if query.discrete == Discrete::Dictionary => Kind::Dictionary,
        _ => Kind::Text,
    }
}
