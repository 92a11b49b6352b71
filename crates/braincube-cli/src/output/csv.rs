//! Comma-separated values with a header. An empty text is written as `""`, a null as nothing.

use std::io::{self, Write};

use braincube::arrow_array::RecordBatch;

use super::cells::Cells;
use crate::failure::Failure;

/// Writes a batch.
///
/// A null in the only column is an empty line, which some readers skip. A warning gives the number of such lines.
pub(super) fn write(batch: &RecordBatch, mut out: impl Write) -> Result<(), Failure> {
    let schema = batch.schema();
    let names = schema.fields().iter().map(|field| Some(field.name()));
    write_row(&mut out, names)?;
    let columns = Cells::of(batch)?;
    let mut buffer = String::new();
    for row in 0..batch.num_rows() {
        for (place, column) in columns.iter().enumerate() {
            write_cell(&mut out, place, column.text(row, &mut buffer)?)?;
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

/// Writes one row of texts and ends its line.
pub(super) fn write_row<T: AsRef<str>>(
    out: &mut impl Write,
    cells: impl IntoIterator<Item = Option<T>>,
) -> io::Result<()> {
    for (place, cell) in cells.into_iter().enumerate() {
        write_cell(out, place, cell.as_ref().map(T::as_ref))?;
    }
    out.write_all(b"\n")
}

/// Writes one cell, behind a comma unless it is the first. Quotes are written only where they are needed.
fn write_cell(out: &mut impl Write, place: usize, cell: Option<&str>) -> io::Result<()> {
    if place > 0 {
        out.write_all(b",")?;
    }
    match cell {
        None => Ok(()),
        Some(text) if needs_quotes(text) => write!(out, "\"{}\"", text.replace('"', "\"\"")),
        Some(text) => out.write_all(text.as_bytes()),
    }
}

fn needs_quotes(text: &str) -> bool {
    text.is_empty() || text.contains([',', '"', '\n', '\r'])
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{
        ArrayRef, DictionaryArray, Float64Array, RecordBatch, StringArray,
        TimestampMillisecondArray,
    };
    use arrow::datatypes::Int32Type;

    use super::write;

    fn text(columns: Vec<(&str, ArrayRef)>) -> String {
        let batch = RecordBatch::try_from_iter_with_nullable(
            columns.into_iter().map(|(name, array)| (name, array, true)),
        );
        let mut out = Vec::new();
        write(&batch.unwrap(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn v20_an_empty_text_is_quoted_and_a_null_is_nothing() {
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
}
