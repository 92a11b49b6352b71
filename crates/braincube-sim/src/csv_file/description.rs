//! [`CsvFile`]: describes a mounted CSV file.

use std::fmt;
use std::path::PathBuf;

/// Maximum length of the text of a cell, in characters.
const MAX_TEXT_LEN: usize = 32;

/// A mounted CSV file, from [`Simulator::csv_files`](crate::Simulator::csv_files).
///
/// `Display` writes a line for the file and one for each column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CsvFile {
    /// The file.
    pub path: PathBuf,
    /// The bcId of its memory base.
    pub memory_base: u64,
    /// The encoding of its text: `UTF-8`, `UTF-16LE`, `UTF-16BE` or `windows-1252`.
    pub encoding: &'static str,
    /// The separator of its cells.
    pub separator: char,
    /// The number of rows, without the line of names.
    pub rows: usize,
    /// The bcId of the order variable: the first DATETIME column, or an additional variable "Row" with the row numbers.
    pub order: u64,
    /// The columns of the file, in the same order.
    pub columns: Vec<CsvColumn>,
}

/// A column of a mounted CSV file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CsvColumn {
    /// The bcId of the variable.
    pub bc_id: u64,
    /// The name in the first line, or `Column` and its number.
    pub name: String,
    /// `NUMERIC`, `DATETIME` or `DISCRETE`.
    pub variable_type: &'static str,
    /// The notation of the values, if it is unusual: `decimal comma` or `DD/MM/YYYY`.
    pub notation: Option<&'static str>,
    /// The cell that made the column DISCRETE.
    pub decided_by: Option<CsvCell>,
}

/// A cell that made its column DISCRETE.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CsvCell {
    /// The row, from 1, without the line of names.
    pub row: usize,
    /// The first 32 characters of the cell.
    pub text: String,
    /// The reason, such as `is not a number`.
    pub reason: &'static str,
}

impl CsvCell {
    pub(super) fn new(row: usize, text: &str, reason: &'static str) -> Self {
        let text = text.chars().take(MAX_TEXT_LEN).collect();
        Self { row, text, reason }
    }
}

impl fmt::Display for CsvFile {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let (path, base) = (self.path.display(), self.memory_base);
        let (rows, columns) = (self.rows, self.columns.len());
        write!(
            f,
            "{path} is memory base {base}: {rows} rows, {columns} columns, {}, separated by {:?}, ",
            self.encoding, self.separator
        )?;
        let order = self.columns.iter().find(|one| one.bc_id == self.order);
        match order {
            Some(CsvColumn { name, bc_id, .. }) => write!(f, "ordered by {bc_id} {name:?}")?,
            None => write!(
                f,
                "ordered by {} \"Row\", the row number, because no column is DATETIME",
                self.order
            )?,
        }
        for column in &self.columns {
            write!(f, "\n  {column}")?;
        }
        Ok(())
    }
}

impl fmt::Display for CsvColumn {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} {:?}: {}", self.bc_id, self.name, self.variable_type)?;
        if let Some(notation) = self.notation {
            write!(f, " ({notation})")?;
        }
        match &self.decided_by {
            Some(CsvCell { row, text, reason }) => {
                write!(f, ", because row {row}, {text:?}, {reason}")
            }
            None => Ok(()),
        }
    }
}
