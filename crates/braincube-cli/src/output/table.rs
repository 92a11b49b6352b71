//! [`Table`]: columns for a person, cut to the width of the terminal.

use std::borrow::Cow;
use std::io::Write;

use braincube::arrow_array::RecordBatch;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::cells::Cells;
use crate::escape_control::escape_control;
use crate::failure::Failure;

/// The number of rows of data that are shown.
const PREVIEW_ROWS: usize = 20;

/// The space between two columns.
const GAP: usize = 2;

/// Cells of data are not cut to fewer columns than a date or a number needs.
const MIN_DATA_CELL: usize = 24;

/// Names in a list can be recognised by this much of them.
const MIN_NAME: usize = 12;

/// A table for a person. Control characters are escaped.
pub(super) struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    min_cell: usize,
}

impl Table {
    /// A list. Its cells are cut before its columns are left out.
    pub(super) fn list(keys: &[&str], rows: &[Vec<Option<String>>]) -> Self {
        let row = |row: &Vec<Option<String>>| {
            let cells = row.iter().map(|cell| cell.as_deref().unwrap_or_default());
            cells.map(shown).collect()
        };
        Self {
            header: keys.iter().copied().map(shown).collect(),
            rows: rows.iter().map(row).collect(),
            min_cell: MIN_NAME,
        }
    }

    /// The first rows of data.
    fn preview(batch: &RecordBatch) -> Result<Self, Failure> {
        let schema = batch.schema();
        let batch = batch.slice(0, batch.num_rows().min(PREVIEW_ROWS));
        let columns = Cells::of(&batch)?;
        let mut buffer = String::new();
        let rows = (0..batch.num_rows()).map(|row| {
            let cells = columns.iter().map(|column| {
                let text = column.text(row, &mut buffer)?;
                Ok(shown(text.unwrap_or_default()))
            });
            cells.collect()
        });
        Ok(Self {
            rows: rows.collect::<Result<_, Failure>>()?,
            header: schema
                .fields()
                .iter()
                .map(|field| shown(field.name()))
                .collect(),
            min_cell: MIN_DATA_CELL,
        })
    }

    /// Writes the table, and how many columns and cells the width has cost. Without a width, it costs none.
    pub(super) fn write(&self, out: &mut impl Write, width: Option<usize>) -> Result<(), Failure> {
        let widths = self.widths();
        let (columns, limit) = layout(&widths, self.min_cell, width);
        let mut cut = 0;
        for row in std::iter::once(&self.header).chain(&self.rows) {
            let mut line = String::new();
            for (cell, &width) in row.iter().zip(&widths[..columns]) {
                let text = truncated(cell, limit);
                cut += usize::from(text != *cell);
                let space = width.min(limit) + GAP - text.width();
                line.push_str(&text);
                line.extend(std::iter::repeat_n(' ', space));
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        if columns < widths.len() {
            writeln!(
                out,
                "{} of {} columns are not shown; --format csv gives all",
                widths.len() - columns,
                widths.len()
            )?;
        }
        if cut > 0 {
            writeln!(
                out,
                "{cut} cells are cut off; --format csv gives all of them"
            )?;
        }
        Ok(())
    }

    /// The width of the widest cell of each column.
    fn widths(&self) -> Vec<usize> {
        let mut widths = vec![0; self.header.len()];
        for row in std::iter::once(&self.header).chain(&self.rows) {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.width().max(*width);
            }
        }
        widths
    }
}

/// Writes the first rows of data, and how many there are.
pub(super) fn write_preview(
    batch: &RecordBatch,
    mut out: impl Write,
    width: Option<usize>,
) -> Result<(), Failure> {
    let table = Table::preview(batch)?;
    table.write(&mut out, width)?;
    let (shown, all) = (table.rows.len(), batch.num_rows());
    if shown < all {
        writeln!(
            out,
            "{shown} of {all} rows; -o FILE or --format csv gives all"
        )?;
    }
    Ok(())
}

fn shown(text: &str) -> String {
    escape_control(text, &[]).into_owned()
}

/// How many columns fit, and the width that their cells are cut to. As many columns as fit at the least width are shown, and
/// then their cells as wide as possible.
fn layout(widths: &[usize], min_cell: usize, available: Option<usize>) -> (usize, usize) {
    let Some(available) = available else {
        return (widths.len(), usize::MAX);
    };
    let needed = |columns: usize, limit: usize| -> usize {
        let widths = widths[..columns].iter();
        widths.map(|width| width.min(&limit) + GAP).sum()
    };
    // The gap behind the last column is not written.
    let fits = |columns, limit| needed(columns, limit) <= available + GAP;
    let columns = (1..=widths.len().min(available))
        .rev()
        .find(|columns| fits(*columns, min_cell))
        .unwrap_or(1);
    let limit = (1..=available).rev().find(|limit| fits(columns, *limit));
    (columns, limit.unwrap_or(1))
}

/// The text, or as much of it as a number of terminal columns shows, with an ellipsis.
fn truncated(text: &str, limit: usize) -> Cow<'_, str> {
    if text.width() <= limit {
        return Cow::Borrowed(text);
    }
    let mut width = 1;
    let mut kept: String = text
        .chars()
        .take_while(|character| {
            width += character.width().unwrap_or(0);
            width <= limit
        })
        .collect();
    kept.push('…');
    Cow::Owned(kept)
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::Table;

    fn list(width: Option<usize>) -> String {
        let keys = ["bcId", "name", "type"];
        let row = |cells: [&str; 3]| cells.map(|cell| Some(cell.to_owned())).to_vec();
        let rows = [
            row(["2000034", "Agitator power of the dryer", "NUMERIC"]),
            row(["2000002", "日本日本日本日本日本日本", "\u{1b}[2J"]),
        ];
        let mut out = Vec::new();
        Table::list(&keys, &rows).write(&mut out, width).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn f15_a_table_is_as_wide_as_it_needs_to_be_without_a_terminal() {
        let expected = "\
bcId     name                         type
2000034  Agitator power of the dryer  NUMERIC
2000002  日本日本日本日本日本日本     \\u001b[2J
";
        assert_eq!(list(None), expected);
        assert_eq!(list(Some(47)), expected);
    }

    #[test]
    fn f15_cells_are_cut_before_columns_are_left_out() {
        let expected = "\
bcId     name              type
2000034  Agitator power …  NUMERIC
2000002  日本日本日本日…   \\u001b[2J
2 cells are cut off; --format csv gives all of them
";
        assert_eq!(list(Some(36)), expected);
        let expected = "\
bcId     name
2000034  Agitator po…
2000002  日本日本日…
1 of 3 columns are not shown; --format csv gives all
2 cells are cut off; --format csv gives all of them
";
        assert_eq!(list(Some(21)), expected);
    }

    #[test]
    fn f15_a_terminal_of_any_width_is_enough() {
        for width in 1..60 {
            let text = list(Some(width));
            let widest = text.lines().take(3).map(UnicodeWidthStr::width).max();
            assert!(widest.unwrap() <= width, "{width}: {text}");
        }
    }
}
