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
    mut columns: Columns,
    declared_rows: Option<u64>,
    time_zone: Option<String>,
    wire_bytes: u64,
) -> Result<Frame, Error> {
    let arrived = std::mem::take(&mut columns.arrived);
    let wanted = wanted(std::mem::take(&mut columns.expected), arrived);
    let options = columns.options();
    let rows = row_count(columns.rows, declared_rows, wanted.len())?;
    if options.strict
        && let Some((expected, _)) = wanted.iter().find(|(_, data)| data.is_none())
    {
        return Err(Error::MissingColumn {
            column: expected.id,
        });
    }

    let mut fields = Vec::with_capacity(wanted.len());
    let mut arrays = Vec::with_capacity(wanted.len());
    let mut reports = Vec::with_capacity(wanted.len());
    for (expected, data) in wanted {
        let is_missing = data.is_none();
        let (array, observed) =
            data.unwrap_or_else(|| (null_array(&expected, options, rows), Observed::default()));
        fields.push(field(&expected, &array));
        arrays.push(array);
        reports.push(report(expected, observed, is_missing.then_some(rows)));
    }
    let zone = time_zone.map(|zone| ("braincube:timezone".to_owned(), zone));
    let schema = Schema::new(fields).with_metadata(zone.into_iter().collect());
    let batch_options = RecordBatchOptions::new().with_row_count(Some(rows));
    let batch = RecordBatch::try_new_with_options(Arc::new(schema), arrays, &batch_options)
        .expect("fields are made from the arrays, and their lengths have been compared");
    let report = Report {
        rows,
        wire_bytes,
        spent: Spent::default(),
        columns: reports,
        unasked: columns.unasked,
    };
    Ok(Frame::new(batch, report))
}

type Data = Option<(ArrayRef, Observed)>;

/// The columns asked for, each with its data; all that came if nothing is known of what was asked.
fn wanted(expected: Vec<ExpectedColumn>, arrived: Vec<Arrived>) -> Vec<(ExpectedColumn, Data)> {
    if expected.is_empty() {
        return told_nothing(arrived);
    }
    let mut by_id: HashMap<LongId, Arrived> = arrived
        .into_iter()
        .map(|column| (column.id, column))
        .collect();
    expected
        .into_iter()
        .map(|mut expected| match by_id.remove(&expected.id) {
            None => (expected, None),
            Some(Arrived { declared, data, .. }) => {
                expected.declared = declared;
                (expected, data)
            }
        })
        .collect()
}

/// Labels columns by the bare number of the variable; by the long id where two memory bases have
/// the same number.
fn told_nothing(arrived: Vec<Arrived>) -> Vec<(ExpectedColumn, Data)> {
    let mut uses: HashMap<Option<u64>, usize> = HashMap::new();
    for column in &arrived {
        *uses.entry(column.id.variable_id()).or_default() += 1;
    }
    let label = |id: LongId| match id.variable_id() {
        Some(number) if uses.get(&Some(number)) == Some(&1) => number.to_string(),
        _ => id.to_string(),
    };
    arrived
        .into_iter()
        .map(|Arrived { id, declared, data }| {
            let mut column = ExpectedColumn::new(id, label(id));
            column.declared = declared;
            (column, data)
        })
        .collect()
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
        },
        unparsable: observed.unparsable,
        coercions: observed.coercions,
        inexact: observed.inexact,
        trimmed: observed.trimmed,
    }
}
