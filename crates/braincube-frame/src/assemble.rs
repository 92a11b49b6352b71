//! Assembles the frame from the decoded columns.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions, new_null_array};
use arrow_schema::{Field, Schema};
use braincube_model::{LongId, VariableType};

use crate::array::data_type;
use crate::columns::{Columns, DecodedColumn};
use crate::error::Error;
use crate::expected::ExpectedColumn;
use crate::frame::Frame;
use crate::report::{ColumnReport, Observed, Report, Spent};

/// The maximum number of null cells for a response that declares rows and has no data. It is enough for any plant, and a
/// single number in a response cannot exhaust the memory.
const MAX_CLAIMED_CELLS: u64 = 1 << 28;

/// Assembles the frame: the columns in the requested order, those without data as nulls.
pub(crate) fn assemble(
    columns: &mut Columns,
    declared_rows: Option<u64>,
    time_zone: Option<String>,
    json_bytes: u64,
) -> Result<Frame, Error> {
    let expected = std::mem::take(&mut columns.expected);
    if expected.is_empty() {
        label_by_number(&mut columns.decoded);
    } else {
        columns.decoded = in_expected_order(expected, &mut columns.decoded);
    }
    let count = columns.decoded.len();
    let rows = row_count(columns.rows, declared_rows, count)?;
    let missing = columns.decoded.iter().find(|one| one.data.is_none());
    if columns.options.strict
        && let Some(DecodedColumn { column, .. }) = missing
    {
        return Err(Error::MissingColumn { column: column.id });
    }

    let mut fields = Vec::with_capacity(count);
    let mut arrays = Vec::with_capacity(count);
    let mut reports = Vec::with_capacity(count);
    // Drained and not consumed, so that the buffer can be reused.
    let mut decoded = std::mem::take(&mut columns.decoded);
    for DecodedColumn { column, data } in decoded.drain(..) {
        let is_missing = data.is_none();
        let kind = data_type(column.declared.as_ref(), &columns.options);
        let (array, observed) =
            data.unwrap_or_else(|| (new_null_array(&kind, rows), Observed::default()));
        fields.push(field(&column, &array));
        arrays.push(array);
        reports.push(ColumnReport {
            label: column.label,
            id: column.id,
            declared: column.declared,
            is_missing,
            rows,
            observed,
        });
    }
    columns.decoded = decoded;
    let zone = time_zone.map(|zone| ("braincube:timezone".to_owned(), zone));
    let schema = Schema::new(fields).with_metadata(zone.into_iter().collect());
    let batch_options = RecordBatchOptions::new().with_row_count(Some(rows));
    let batch = RecordBatch::try_new_with_options(Arc::new(schema), arrays, &batch_options)
        .expect("the fields have the types of the arrays, which have the same length");
    let report = Report {
        rows,
        json_bytes,
        spent: Spent::default(),
        columns: reports,
        unrequested: std::mem::take(&mut columns.unrequested),
    };
    Ok(Frame::new(batch, report))
}

/// The expected columns, each with its data.
fn in_expected_order(
    expected: Vec<ExpectedColumn>,
    decoded: &mut Vec<DecodedColumn>,
) -> Vec<DecodedColumn> {
    let mut by_id: HashMap<LongId, DecodedColumn> = decoded
        .drain(..)
        .map(|decoded| (decoded.column.id, decoded))
        .collect();
    let with_data = |mut column: ExpectedColumn| {
        let decoded = by_id.remove(&column.id);
        let data = decoded.and_then(|decoded| {
            column.declared = decoded.column.declared;
            decoded.data
        });
        DecodedColumn { column, data }
    };
    expected.into_iter().map(with_data).collect()
}

/// Labels columns by the number of the variable, or by the long id if two memory bases have the same number.
fn label_by_number(decoded: &mut [DecodedColumn]) {
    let first = decoded
        .first()
        .map(|first| first.column.id.memory_base_id());
    let mut ids = decoded.iter().map(|decoded| decoded.column.id);
    let mut uses: HashMap<Option<u64>, usize> = HashMap::new();
    // Ids are distinct, so within one memory base numbers are too.
    if ids.any(|id| Some(id.memory_base_id()) != first) {
        for DecodedColumn { column, .. } in &*decoded {
            *uses.entry(column.id.variable_id()).or_default() += 1;
        }
    }
    for DecodedColumn { column, .. } in decoded {
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
    received: Option<(LongId, usize)>,
    declared: Option<u64>,
    columns: usize,
) -> Result<usize, Error> {
    match (received, declared) {
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
                    what: "a response without data".into(),
                    limit,
                    unit: "rows",
                })
        }
    }
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
