//! From the columns that came to the frame that was asked for.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions, new_null_array};
use arrow_schema::{Field, Schema};
use braincube_model::{LongId, VariableType};

use super::Frame;
use crate::array::{Observed, data_type};
use crate::columns::{Arrived, Columns};
use crate::error::Error;
use crate::expected::ExpectedColumn;
use crate::options::FrameOptions;
use crate::report::{ColumnReport, Nulls, Report, Spent};

/// How many null cells a frame may get because the answer claims rows and sends none: enough for
/// any plant, and too few to exhaust the memory by one number in an answer.
const MAX_CLAIMED_CELLS: u64 = 1 << 28;

/// Builds the frame: the columns in the order asked, those without data as nulls.
pub(crate) fn assemble(
    columns: &mut Columns,
    declared_rows: Option<u64>,
    time_zone: Option<String>,
    json_bytes: u64,
) -> Result<Frame, Error> {
    let expected = std::mem::take(&mut columns.expected);
    if expected.is_empty() {
        label_by_number(&mut columns.arrived);
    } else {
        columns.arrived = wanted(expected, &mut columns.arrived);
    }
    let wanted = &columns.arrived;
    let rows = row_count(columns.rows, declared_rows, wanted.len())?;
    if columns.options().strict
        && let Some(Arrived { column, .. }) = wanted.iter().find(|wanted| wanted.data.is_none())
    {
        return Err(Error::MissingColumn { column: column.id });
    }

    let mut fields = Vec::with_capacity(wanted.len());
    let mut arrays = Vec::with_capacity(wanted.len());
    let mut reports = Vec::with_capacity(wanted.len());
    // Emptied and not consumed: the next decoder gets the memory.
    let mut wanted = std::mem::take(&mut columns.arrived);
    for Arrived { column, data } in wanted.drain(..) {
        let is_missing = data.is_none();
        let nulls = || null_array(&column, columns.options(), rows);
        let (array, observed) = data.unwrap_or_else(|| (nulls(), Observed::default()));
        fields.push(field(&column, &array));
        arrays.push(array);
        reports.push(report(column, observed, is_missing.then_some(rows)));
    }
    columns.arrived = wanted;
    let zone = time_zone.map(|zone| ("braincube:timezone".to_owned(), zone));
    let schema = Schema::new(fields).with_metadata(zone.into_iter().collect());
    let batch_options = RecordBatchOptions::new().with_row_count(Some(rows));
    let batch = RecordBatch::try_new_with_options(Arc::new(schema), arrays, &batch_options)
        .expect("fields are made from the arrays, and their lengths have been compared");
    let report = Report {
        rows,
        json_bytes,
        spent: Spent::default(),
        columns: reports,
        unasked: std::mem::take(&mut columns.unasked),
    };
    Ok(Frame::new(batch, report))
}

/// The columns asked for, each with its data.
fn wanted(expected: Vec<ExpectedColumn>, arrived: &mut Vec<Arrived>) -> Vec<Arrived> {
    let mut by_id: HashMap<LongId, Arrived> = arrived
        .drain(..)
        .map(|arrived| (arrived.column.id, arrived))
        .collect();
    expected
        .into_iter()
        .map(|mut column| match by_id.remove(&column.id) {
            None => Arrived { column, data: None },
            Some(arrived) => {
                column.declared = arrived.column.declared;
                let data = arrived.data;
                Arrived { column, data }
            }
        })
        .collect()
}

/// Labels columns by the bare number of the variable; by the long id where two memory bases have
/// the same number.
fn label_by_number(arrived: &mut [Arrived]) {
    let first = arrived
        .first()
        .map(|first| first.column.id.memory_base_id());
    let mut ids = arrived.iter().map(|arrived| arrived.column.id);
    let mut uses: HashMap<Option<u64>, usize> = HashMap::new();
    // No id comes twice, so within one memory base no number does.
    if ids.any(|id| Some(id.memory_base_id()) != first) {
        for Arrived { column, .. } in &*arrived {
            *uses.entry(column.id.variable_id()).or_default() += 1;
        }
    }
    for Arrived { column, .. } in arrived {
        let number = column.id.variable_id();
        column.label = match number {
            Some(number_alone) if uses.get(&number).is_none_or(|uses| *uses == 1) => {
                number_alone.to_string()
            }
            _ => column.id.to_string(),
        };
    }
}

fn row_count(
    came: Option<(LongId, usize)>,
    declared: Option<u64>,
    columns: usize,
) -> Result<usize, Error> {
    match (came, declared) {
        (Some((_, rows)), Some(declared)) if declared != rows as u64 => {
            Err(Error::ResultLength { declared, rows })
        }
        (Some((_, rows)), _) => Ok(rows),
        (None, None) => Ok(0),
        (None, Some(declared)) => {
            let limit = MAX_CLAIMED_CELLS / (columns.max(1) as u64);
            let rows = usize::try_from(declared).ok();
            rows.filter(|_| declared <= limit)
                .ok_or_else(|| Error::TooLarge {
                    what: "an answer without data".into(),
                    limit,
                    unit: "rows",
                })
        }
    }
}

fn null_array(expected: &ExpectedColumn, options: &FrameOptions, rows: usize) -> ArrayRef {
    new_null_array(&data_type(expected.declared.as_ref(), options), rows)
}

fn field(expected: &ExpectedColumn, array: &ArrayRef) -> Field {
    let declared = expected.declared.as_ref().map(VariableType::as_str);
    let names = expected
        .names
        .iter()
        .map(|(key, name)| (key.as_str(), name.clone()));
    let metadata = [("id", expected.id.to_string())]
        .into_iter()
        .chain(declared.map(|declared| ("type", declared.to_owned())))
        .chain(names)
        .map(|(key, value)| (format!("braincube:{key}"), value))
        .collect();
    Field::new(&expected.label, array.data_type().clone(), true).with_metadata(metadata)
}

fn report(
    expected: ExpectedColumn,
    observed: Observed,
    missing_rows: Option<usize>,
) -> ColumnReport {
    ColumnReport {
        label: expected.label,
        id: expected.id,
        declared: expected.declared,
        is_missing: missing_rows.is_some(),
        nulls: Nulls {
            token: observed.null_tokens,
            missing_column: missing_rows.unwrap_or_default(),
            unparsable: observed.unparsable.count(),
            bad: observed.bad.count(),
        },
        unparsable: observed.unparsable,
        coercions: observed.coercions,
        inexact: observed.inexact,
        infinite: observed.infinite,
        trimmed: observed.trimmed,
        bad: observed.bad,
    }
}
