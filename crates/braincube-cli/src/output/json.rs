//! A batch as a JSON array of objects: nulls as `null`, dates in ISO 8601 without a zone.

use std::io::Write;

use arrow::array::AsArray as _;
use arrow::datatypes::Float64Type;
use arrow::json::WriterBuilder;
use arrow::json::writer::JsonArray;
use braincube::arrow_array::RecordBatch;

use super::DATE_FORMAT;
use crate::failure::Failure;

/// Writes the batch as an array with one object a row; a null is `null`, never left out.
///
/// JSON has no infinities and no NaN: they become `null` too, and a warning says how many did.
pub(super) fn write(batch: &RecordBatch, mut out: impl Write) -> Result<(), Failure> {
    let lost = not_finite(batch);
    if lost > 0 {
        tracing::warn!("JSON has no infinities and no NaN: {lost} such values are written as null");
    }
    let mut writer = WriterBuilder::new()
        .with_explicit_nulls(true)
        .with_timestamp_format(DATE_FORMAT.into())
        .build::<_, JsonArray>(&mut out);
    writer.write(batch)?;
    writer.finish()?;
    Ok(writeln!(out)?)
}

/// How many numbers of a batch JSON cannot say.
fn not_finite(batch: &RecordBatch) -> usize {
    let floats = batch
        .columns()
        .iter()
        .filter_map(|column| column.as_primitive_opt::<Float64Type>());
    floats
        .flat_map(|column| column.iter().flatten())
        .filter(|value| !value.is_finite())
        .count()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Float64Array, RecordBatch};

    use super::{not_finite, write};

    #[test]
    fn v3_what_json_cannot_say_is_counted() {
        let values = Float64Array::from(vec![Some(1.5), None, Some(f64::INFINITY), Some(f64::NAN)]);
        let batch = RecordBatch::try_from_iter([("1", Arc::new(values) as ArrayRef)]).unwrap();
        assert_eq!(not_finite(&batch), 2);
        let mut out = Vec::new();
        write(&batch, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(
            text.trim(),
            r#"[{"1":1.5},{"1":null},{"1":null},{"1":null}]"#
        );
    }
}
