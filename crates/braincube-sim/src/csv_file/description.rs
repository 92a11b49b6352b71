//! [`CsvFile`]: what a CSV file has become, for people and programs.

use std::fmt;
use std::path::PathBuf;

/// How many characters of a cell are kept.
const EXCERPT_CHARS: usize = 32;

/// What a CSV file has become, from [`Simulator::csv_files`](crate::Simulator::csv_files).
///
/// `Display` writes one line for the file and one for each column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CsvFile {
    /// The file.
    pub path: PathBuf,
    /// The bcId of its memory base.
    pub memory_base: u64,
    /// The encoding of its text: `UTF-8`, `UTF-16LE`, `UTF-16BE` or `windows-1252`.
    pub encoding: &'static str,
    /// What separates its cells.
    pub separator: char,
    /// How many rows it has below the line that names the columns.
    pub rows: usize,
    /// The bcId of the variable that orders the rows: the first DATETIME column, or behind the last column a variable "Row"
    /// that counts them.
    pub order: u64,
    /// The columns of the file, in their order.
    pub columns: Vec<CsvColumn>,
}

/// What a column of a CSV file has become.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CsvColumn {
    /// The bcId of the variable.
    pub bc_id: u64,
    /// The name in the first line, or `Column` and its number.
    pub name: String,
    /// `NUMERIC`, `DATETIME` or `DISCRETE`.
    pub variable_type: &'static str,
    /// How its values are written, where that is not the usual way: `decimal comma` or `DD/MM/YYYY`.
    pub notation: Option<&'static str>,
    /// Of a DISCRETE column, the cell that made it one.
    pub decided_by: Option<CsvCell>,
}

/// A cell that decided that its column is DISCRETE.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CsvCell {
    /// The row, counted from 1 below the line that names the columns.
    pub row: usize,
    /// The text of the cell, up to its 32nd character.
    pub text: String,
    /// What is the matter with it, such as `is not a number`.
    pub reason: &'static str,
}

impl CsvCell {
    pub(super) fn new(row: usize, text: &str, reason: &'static str) -> Self {
        let text = text.chars().take(EXCERPT_CHARS).collect();
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
                "ordered by {} \"Row\", which counts the rows because no column is DATETIME",
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
