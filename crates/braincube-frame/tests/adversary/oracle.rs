//! What an answer should become, said plainly: no speed, no streaming, everything in memory.

use std::collections::HashMap;

use braincube_frame::{Dates, Discrete, ErrorKind};
use braincube_model::{LongId, VariableType};

use crate::json::Json;
use crate::question::{Asked, Question};
use crate::table::{Cell, Column, Counts, Kind, Table};
use crate::values::{self, Outcome};

/// How many arrays and objects may be nested.
const MAX_DEPTH: usize = 64;

#[derive(Debug)]
pub(crate) enum Verdict {
    Frame(Table),
    /// What is wrong: an error may be of any of these kinds, of any at all if there is none.
    Refused(Vec<ErrorKind>),
}

pub(crate) fn judge(body: &[u8], question: &Question) -> Verdict {
    let body = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
    let Ok(text) = std::str::from_utf8(body) else {
        return Verdict::Refused(Vec::new());
    };
    let document = match Json::parse(text) {
        Ok(document @ Json::Object(_)) => document,
        Ok(_) => return Verdict::Refused(vec![ErrorKind::NotJson]),
        Err(_) => return Verdict::Refused(Vec::new()),
    };
    let mut wrong = Vec::new();
    if document.depth() > MAX_DEPTH {
        wrong.push(ErrorKind::Decode);
    }
    let columns = match document.all("datadefs")[..] {
        [Json::Array(columns)] => columns.as_slice(),
        // The columns of the first may be wrong besides.
        [_, _, ..] => return Verdict::Refused(Vec::new()),
        _ => return Verdict::Refused(vec![ErrorKind::Decode]),
    };
    let errors = ["error", "errors", "Errors"].map(|key| document.all(key));
    if errors.iter().flatten().any(|error| !is_empty(error)) {
        wrong.push(ErrorKind::Decode);
    }
    let arrived = columns.iter().map(|column| arrived(column, &mut wrong));
    let arrived: Vec<_> = arrived.flatten().collect();
    let table = table(&document, &arrived, question, &mut wrong);
    if wrong.is_empty() {
        Verdict::Frame(table)
    } else {
        Verdict::Refused(wrong)
    }
}

/// Whether a value under `error` says that there is none.
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

struct Arrived<'j> {
    id: LongId,
    declared: Option<VariableType>,
    data: Option<&'j [Json]>,
}

/// One element of `datadefs`.
fn arrived<'j>(column: &'j Json, wrong: &mut Vec<ErrorKind>) -> Option<Arrived<'j>> {
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
        (Some(id), Some(data)) => Some(Arrived { id, declared, data }),
        _ => {
            wrong.push(ErrorKind::Decode);
            None
        }
    }
}

fn table(
    document: &Json,
    arrived: &[Arrived<'_>],
    question: &Question,
    wrong: &mut Vec<ErrorKind>,
) -> Table {
    let ids: std::collections::HashSet<_> = arrived.iter().map(|column| column.id).collect();
    if ids.len() < arrived.len() {
        wrong.push(ErrorKind::Decode);
    }
    let lengths = arrived.iter().filter_map(|column| Some(column.data?.len()));
    let mut lengths: Vec<_> = lengths.collect();
    // Columns without cells have no data where others have some.
    let has_rows = lengths.iter().any(|length| *length > 0);
    lengths.retain(|length| *length > 0 || !has_rows);
    let without_data = |column: &Arrived<'_>| has_rows && column.data.is_some_and(<[_]>::is_empty);
    let asked = if question.asked.is_empty() {
        told_nothing(arrived)
    } else {
        question.asked.clone()
    };
    let rows = match result_length(document) {
        Err(()) => {
            wrong.push(ErrorKind::Decode);
            0
        }
        Ok(None) => lengths.first().copied().unwrap_or(0),
        // So many cells as the answer only claims are not made.
        Ok(Some(rows)) if lengths.is_empty() && rows > (1 << 28) / asked.len().max(1) as u64 => {
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
    let is_asked = |id| asked.iter().any(|column| column.id == id);
    let unasked = arrived.iter().map(|column| column.id);
    let unasked: Vec<_> = unasked.filter(|id| !is_asked(*id)).collect();
    if question.strict && !unasked.is_empty() {
        wrong.push(ErrorKind::Partial);
    }
    // What is wrong so far must not make tables of absurd size.
    let rows = if wrong.is_empty() { rows } else { 0 };
    let arrived: Vec<_> = arrived
        .iter()
        .map(|column| Arrived {
            id: column.id,
            declared: column.declared.clone(),
            data: column.data.filter(|_| !without_data(column)),
        })
        .collect();
    let column = |asked| column(asked, &arrived, rows, question, wrong);
    let columns = asked.iter().map(column).collect();
    Table {
        rows,
        columns,
        unasked,
    }
}

/// The number of rows, if it is said; an error if what stands there is none.
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

/// All columns that came, labelled by the number of the variable, which is unique here.
fn told_nothing(arrived: &[Arrived<'_>]) -> Vec<Asked> {
    let mut uses = HashMap::<_, usize>::new();
    for column in arrived {
        *uses.entry(column.id.variable_id()).or_default() += 1;
    }
    let asked = |column: &Arrived<'_>| Asked {
        id: column.id,
        label: match column.id.variable_id() {
            Some(number) if uses[&Some(number)] == 1 => number.to_string(),
            _ => column.id.to_string(),
        },
        declared: None,
    };
    arrived.iter().map(asked).collect()
}

fn column(
    asked: &Asked,
    arrived: &[Arrived<'_>],
    rows: usize,
    question: &Question,
    wrong: &mut Vec<ErrorKind>,
) -> Column {
    let found = arrived.iter().find(|column| column.id == asked.id);
    let declared = found.and_then(|column| column.declared.clone());
    let declared = declared.or_else(|| asked.declared.clone());
    let kind = kind(declared.as_ref(), question);
    let cells = found.and_then(|column| column.data);
    if cells.is_none() && question.strict {
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
            values::column(kind, is_date, cells, question).unwrap_or_else(|()| {
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
        label: asked.label.clone(),
        id: asked.id,
        declared: declared.map(|kind| kind.as_str().to_owned()),
        is_missing: cells.is_none(),
        kind: outcome.kind,
        cells: outcome.cells,
        counts: outcome.counts,
    }
}

fn kind(declared: Option<&VariableType>, question: &Question) -> Kind {
    match declared.map(VariableType::as_str) {
        Some("NUMERIC") => Kind::Float,
        Some("DATETIME") if question.dates == Dates::Timestamp => Kind::Date,
        Some("DISCRETE" | "DISCRET") if question.discrete == Discrete::Dictionary => {
            Kind::Dictionary
        }
        _ => Kind::Text,
    }
}
