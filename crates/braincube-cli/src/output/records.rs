//! [`Records`]: a list of entities or settings.

use std::io::Write;

use serde::{Serialize, Serializer};

use super::Format;
use super::table::Table;
use super::text;
use crate::exit::Failure;

/// A list: rows of optional texts.
pub(crate) struct Records {
    keys: &'static [&'static str],
    rows: Vec<Vec<Option<String>>>,
}

impl Records {
    /// An empty list with these columns.
    pub(crate) fn new(keys: &'static [&'static str]) -> Self {
        Self {
            keys,
            rows: Vec::new(),
        }
    }

    /// Adds a row with one cell for each column.
    pub(crate) fn push(&mut self, row: impl IntoIterator<Item = Option<String>>) {
        self.rows.push(row.into_iter().collect());
    }

    /// Writes the list. A table is cut to a width, if one is given.
    ///
    /// A missing value is an empty cell, an empty field of CSV, or `null` in JSON.
    pub(super) fn write(
        &self,
        out: &mut dyn Write,
        format: Format,
        width: Option<usize>,
    ) -> Result<(), Failure> {
        match format {
            Format::Table => Table::list(self.keys, &self.rows).write(out, width),
            Format::Csv => self.write_csv(out),
            Format::Json => self.write_json(out),
            Format::Parquet | Format::Arrow => Err(format.not_for_lists()),
        }
    }

    fn write_csv(&self, mut out: impl Write) -> Result<(), Failure> {
        text::write_row(&mut out, self.keys.iter().map(Some))?;
        for row in &self.rows {
            text::write_row(&mut out, row.iter().map(Option::as_deref))?;
        }
        Ok(())
    }

    fn write_json(&self, mut out: impl Write) -> Result<(), Failure> {
        let objects: Vec<_> = self
            .rows
            .iter()
            .map(|cells| Object {
                keys: self.keys,
                cells,
            })
            .collect();
        serde_json::to_writer_pretty(&mut out, &objects)?;
        Ok(writeln!(out)?)
    }
}

/// A row as a JSON object with the keys in the order of the columns.
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
    fn v20_csv_quotes_an_empty_text_and_leaves_a_missing_one_empty() {
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
