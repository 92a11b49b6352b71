//! [`Records`]: the rows of a list, each a text or nothing under a fixed set of keys.

use std::io::Write;

use comfy_table::Table;
use serde::{Serialize, Serializer};

use crate::failure::Failure;
use crate::visible::visible;

/// The rows of a list.
pub(crate) struct Records {
    keys: &'static [&'static str],
    rows: Vec<Vec<Option<String>>>,
}

impl Records {
    /// A list without rows, under these keys.
    pub(crate) fn new(keys: &'static [&'static str]) -> Self {
        Self {
            keys,
            rows: Vec::new(),
        }
    }

    /// Adds a row: one cell a key, in their order.
    pub(crate) fn push(&mut self, row: impl IntoIterator<Item = Option<String>>) {
        self.rows.push(row.into_iter().collect());
    }

    /// Columns for the eye; what is missing is empty.
    pub(crate) fn write_table(&self, out: &mut impl Write) -> Result<(), Failure> {
        let mut table = Table::new();
        table
            .load_preset(comfy_table::presets::NOTHING)
            .set_header(self.keys);
        for row in &self.rows {
            table.add_row(
                row.iter()
                    .map(|cell| visible(cell.as_deref().unwrap_or_default())),
            );
        }
        for line in table.lines() {
            writeln!(out, "{}", line.trim())?;
        }
        Ok(())
    }

    /// Comma-separated values with a header; what is missing is empty.
    pub(crate) fn write_csv(&self, out: &mut impl Write) -> Result<(), Failure> {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(self.keys)?;
        for row in &self.rows {
            writer.write_record(row.iter().map(|cell| cell.as_deref().unwrap_or_default()))?;
        }
        Ok(writer.flush()?)
    }

    /// An array of objects; what is missing is `null`.
    pub(crate) fn write_json(&self, out: &mut impl Write) -> Result<(), Failure> {
        let objects: Vec<_> = self
            .rows
            .iter()
            .map(|cells| Object {
                keys: self.keys,
                cells,
            })
            .collect();
        serde_json::to_writer_pretty(&mut *out, &objects)?;
        Ok(writeln!(out)?)
    }
}

/// One row as a JSON object whose keys stand in the order of the columns.
struct Object<'a> {
    keys: &'a [&'static str],
    cells: &'a [Option<String>],
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.keys.iter().zip(self.cells))
    }
}

#[cfg(test)]
mod tests {
    use super::Records;

    fn two() -> Records {
        let mut records = Records::new(&["bcId", "name"]);
        records.push([Some("20".into()), Some("Batch, \"dryer\"".into())]);
        records.push([Some("21".into()), None]);
        records
    }

    #[test]
    fn csv_quotes_what_needs_quotes_and_leaves_the_missing_empty() {
        let mut out = Vec::new();
        two().write_csv(&mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "bcId,name\n20,\"Batch, \"\"dryer\"\"\"\n21,\n"
        );
    }

    #[test]
    fn json_is_an_array_of_objects_with_ids_as_text() {
        let mut out = Vec::new();
        two().write_json(&mut out).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
        let expected = serde_json::json!([
            {"bcId": "20", "name": "Batch, \"dryer\""},
            {"bcId": "21", "name": null},
        ]);
        assert_eq!(value, expected);
    }

    #[test]
    fn a_table_has_a_header_and_a_line_a_row() {
        let mut out = Vec::new();
        two().write_table(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.lines().count(), 3, "{text}");
    }
}
