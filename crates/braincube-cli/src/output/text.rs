//! Writes data as CSV and JSON.

use std::io::{self, Write};

use arrow::array::{Array, AsArray as _};
use arrow::buffer::NullBuffer;
use arrow::datatypes::Float64Type;
use arrow::json::WriterBuilder;
use arrow::json::writer::JsonArray;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use braincube::arrow_array::RecordBatch;

use crate::exit::Failure;

/// ISO 8601 without fractions and time zone, which the dates of the service do not have.
const DATE_FORMAT: &str = "%Y-%m-%dT%H:%M:%S";

/// The cells of a column as text.
pub(super) struct Cells<'a> {
    formatter: ArrayFormatter<'a>,
    nulls: Option<NullBuffer>,
}

impl<'a> Cells<'a> {
    /// Returns the columns of a batch.
    ///
    /// # Errors
    ///
    /// If Arrow cannot format a column of that type.
    pub(super) fn of(batch: &'a RecordBatch) -> Result<Vec<Self>, Failure> {
        let options = FormatOptions::new().with_timestamp_format(Some(DATE_FORMAT));
        let columns = batch.columns().iter();
        columns
            .map(|column| {
                Ok(Self {
                    formatter: ArrayFormatter::try_new(column.as_ref(), &options)?,
                    nulls: column.logical_nulls(),
                })
            })
            .collect()
    }

    /// Writes the text of a cell into the buffer. Returns `None` for a null.
    ///
    /// # Errors
    ///
    /// If Arrow cannot format the value, for example a date out of range.
    pub(super) fn text<'b>(
        &self,
        row: usize,
        buffer: &'b mut String,
    ) -> Result<Option<&'b str>, Failure> {
        if self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            return Ok(None);
        }
        buffer.clear();
        self.formatter.value(row).write(buffer)?;
        Ok(Some(buffer))
    }

    fn null_count(&self) -> usize {
        self.nulls.as_ref().map_or(0, NullBuffer::null_count)
    }
}

/// Writes a batch as CSV with a header. A null is an empty field; an empty text is `""`.
///
/// A null of the only column is an empty line, which some readers skip: a warning gives the number of these lines.
pub(super) fn write_csv(batch: &RecordBatch, mut out: impl Write) -> Result<(), Failure> {
    let schema = batch.schema();
    let names = schema.fields().iter().map(|field| Some(field.name()));
    write_row(&mut out, names)?;
    let columns = Cells::of(batch)?;
    let mut buffer = String::new();
    for row in 0..batch.num_rows() {
        for (index, column) in columns.iter().enumerate() {
            write_field(&mut out, index, column.text(row, &mut buffer)?)?;
        }
        out.write_all(b"\n")?;
    }
    if let [column] = &columns[..] {
        warn_of_empty_lines(column.null_count());
    }
    Ok(())
}

fn warn_of_empty_lines(count: usize) {
    let what = match count {
        0 => return,
        1 => "1 null of the only column is written as an empty line".to_owned(),
        _ => format!("{count} nulls of the only column are written as empty lines"),
    };
    tracing::warn!("{what}, which pandas and pyarrow skip by default");
}

/// Writes one line of CSV.
pub(super) fn write_row<T: AsRef<str>>(
    out: &mut impl Write,
    fields: impl IntoIterator<Item = Option<T>>,
) -> io::Result<()> {
    for (index, field) in fields.into_iter().enumerate() {
        write_field(out, index, field.as_ref().map(T::as_ref))?;
    }
    out.write_all(b"\n")
}

/// Writes one field, with quotes only if they are needed, and a comma before it unless it is the first.
fn write_field(out: &mut impl Write, index: usize, field: Option<&str>) -> io::Result<()> {
    if index > 0 {
        out.write_all(b",")?;
    }
    match field {
        None => Ok(()),
        Some(text) if needs_quotes(text) => write!(out, "\"{}\"", text.replace('"', "\"\"")),
        Some(text) => out.write_all(text.as_bytes()),
    }
}

fn needs_quotes(text: &str) -> bool {
    text.is_empty() || text.contains([',', '"', '\n', '\r'])
}

/// Writes a batch as a JSON array with one object per row. A null is `null`.
///
/// JSON has no infinities and no NaN: they are written as `null`, and a warning gives their number.
pub(super) fn write_json(batch: &RecordBatch, mut out: impl Write) -> Result<(), Failure> {
    let lost = count_not_finite(batch);
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

fn count_not_finite(batch: &RecordBatch) -> usize {
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

    use arrow::array::{
        ArrayRef, DictionaryArray, Float64Array, RecordBatch, StringArray,
        TimestampMillisecondArray,
    };
    use arrow::datatypes::Int32Type;

    use super::{count_not_finite, write_csv, write_json};

    fn text(columns: Vec<(&str, ArrayRef)>) -> String {
        let batch = RecordBatch::try_from_iter_with_nullable(
            columns.into_iter().map(|(name, array)| (name, array, true)),
        );
        let mut out = Vec::new();
        write_csv(&batch.unwrap(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn v20_an_empty_text_is_quoted_and_a_null_is_empty() {
        let labels: DictionaryArray<Int32Type> = [Some(""), None, Some("a,\"b\""), Some("c\r\nd")]
            .into_iter()
            .collect();
        let texts = StringArray::from(vec![None, Some(""), Some(" e "), Some("#")]);
        let numbers = Float64Array::from(vec![Some(1.5), None, Some(f64::INFINITY), Some(-0.0)]);
        let dates = TimestampMillisecondArray::from(vec![Some(0), None, Some(1000), None]);
        let written = text(vec![
            ("label", Arc::new(labels)),
            ("", Arc::new(texts)),
            ("number", Arc::new(numbers)),
            ("date", Arc::new(dates)),
        ]);
        let expected = "label,\"\",number,date\n\
            \"\",,1.5,1970-01-01T00:00:00\n\
            ,\"\",,\n\
            \"a,\"\"b\"\"\", e ,inf,1970-01-01T00:00:01\n\
            \"c\r\nd\",#,-0.0,\n";
        assert_eq!(written, expected);
    }

    #[test]
    fn v21_a_null_of_the_only_column_is_an_empty_line() {
        let texts = StringArray::from(vec![Some("a"), Some(""), None, Some("b")]);
        assert_eq!(text(vec![("x", Arc::new(texts))]), "x\na\n\"\"\n\nb\n");
    }

    #[test]
    fn v3_values_that_json_cannot_represent_are_counted() {
        let values = Float64Array::from(vec![Some(1.5), None, Some(f64::INFINITY), Some(f64::NAN)]);
        let batch = RecordBatch::try_from_iter([("1", Arc::new(values) as ArrayRef)]).unwrap();
        assert_eq!(count_not_finite(&batch), 2);
        let mut out = Vec::new();
        write_json(&batch, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(
            text.trim(),
            r#"[{"1":1.5},{"1":null},{"1":null},{"1":null}]"#
        );
    }
}
