//! [`Records`]: the rows of a list, each a text or nothing under a fixed set of keys.

use std::io::Write;

use serde::{Serialize, Serializer};

use super::csv;
use super::table::Table;
use crate::failure::Failure;

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

    /// Writes columns for a person, cut to a width; a missing value is empty.
    pub(crate) fn write_table(
        &self,
        out: &mut impl Write,
        width: Option<usize>,
    ) -> Result<(), Failure> {
        Table::list(self.keys, &self.rows).write(out, width)
    }

    /// Writes comma-separated values with a header. A missing value is nothing, an empty text `""`.
    pub(crate) fn write_csv(&self, out: &mut impl Write) -> Result<(), Failure> {
        csv::write_row(out, self.keys.iter().map(Some))?;
        for row in &self.rows {
            csv::write_row(out, row.iter().map(Option::as_deref))?;
        }
        Ok(())
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

    fn three() -> Records {
        let mut records = Records::new(&["bcId", "name"]);
        records.push([Some("20".into()), Some("Batch, \"dryer\"".into())]);
        records.push([Some("21".into()), None]);
        records.push([Some("22".into()), Some(String::new())]);
        records
    }

    #[test]
    fn v20_csv_quotes_an_empty_text_and_writes_nothing_for_a_missing_one() {
        let mut out = Vec::new();
        three().write_csv(&mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "bcId,name\n20,\"Batch, \"\"dryer\"\"\"\n21,\n22,\"\"\n"
        );
    }

    #[test]
    fn json_is_an_array_of_objects_with_ids_as_text() {
        let mut out = Vec::new();
        three().write_json(&mut out).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
        let expected = serde_json::json!([
            {"bcId": "20", "name": "Batch, \"dryer\""},
            {"bcId": "21", "name": null},
            {"bcId": "22", "name": ""},
        ]);
        assert_eq!(value, expected);
    }
}
