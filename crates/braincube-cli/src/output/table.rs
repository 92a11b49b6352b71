//! [`Table`]: aligned columns, cut to the width of the terminal.

use std::borrow::Cow;
use std::io::Write;
use std::iter;

use braincube::arrow_array::RecordBatch;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::text::Cells;
use crate::escape_control::escape_control;
use crate::exit::Failure;

/// The number of rows of data in a preview.
const PREVIEW_ROWS: usize = 20;

/// The space between two columns.
const GAP: usize = 2;

/// The minimum width of a cell of data: that of a date or a number.
const MIN_DATA_CELL: usize = 24;

/// The minimum width of a cell of a list: enough to recognize a name.
const MIN_NAME: usize = 12;

/// A table of cells, with control characters escaped.
pub(super) struct Table {
    /// The header is the first row.
    rows: Vec<Vec<String>>,
    min_cell: usize,
}

impl Table {
    /// A list.
    pub(super) fn list(keys: &[&str], rows: &[Vec<Option<String>>]) -> Self {
        let header = keys.iter().copied().map(shown).collect();
        let cells = |row: &Vec<Option<String>>| {
            let cells = row.iter().map(|cell| cell.as_deref().unwrap_or_default());
            cells.map(shown).collect()
        };
        Self {
            rows: iter::once(header).chain(rows.iter().map(cells)).collect(),
            min_cell: MIN_NAME,
        }
    }

    /// The first rows of a batch.
    fn preview(batch: &RecordBatch) -> Result<Self, Failure> {
        let schema = batch.schema();
        let fields = schema.fields().iter();
        let mut rows = vec![fields.map(|field| shown(field.name())).collect()];
        let columns = Cells::of(batch)?;
        let mut buffer = String::new();
        for row in 0..batch.num_rows().min(PREVIEW_ROWS) {
            let cells = columns.iter().map(|column| {
                let text = column.text(row, &mut buffer)?;
                Ok(shown(text.unwrap_or_default()))
            });
            rows.push(cells.collect::<Result<_, Failure>>()?);
        }
        Ok(Self {
            rows,
            min_cell: MIN_DATA_CELL,
        })
    }

    /// Writes the table, and the number of cells that are cut and of columns that are left out.
    ///
    /// Without a width, the table is complete.
    pub(super) fn write(&self, mut out: impl Write, width: Option<usize>) -> Result<(), Failure> {
        let widths = self.widths();
        let (columns, limit) = layout(&widths, self.min_cell, width);
        let mut cut = 0;
        for row in &self.rows {
            let mut line = String::new();
            for (cell, &width) in row.iter().zip(&widths[..columns]) {
                let text = truncated(cell, limit);
                cut += usize::from(text != *cell);
                let space = width.min(limit) + GAP - text.width();
                line.push_str(&text);
                line.extend(iter::repeat_n(' ', space));
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        if columns < widths.len() {
            writeln!(
                out,
                "{} of {} columns are not shown; --format csv writes all",
                widths.len() - columns,
                widths.len()
            )?;
        }
        if cut > 0 {
            writeln!(
                out,
                "{cut} cells are cut off; --format csv writes all of them"
            )?;
        }
        Ok(())
    }

    /// The width of the widest cell of each column.
    fn widths(&self) -> Vec<usize> {
        let mut widths = vec![0; self.rows[0].len()];
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.width().max(*width);
            }
        }
        widths
    }
}

/// Writes the first rows of a batch, and the number of all rows.
pub(super) fn write_preview(
    batch: &RecordBatch,
    mut out: impl Write,
    width: Option<usize>,
) -> Result<(), Failure> {
    Table::preview(batch)?.write(&mut out, width)?;
    let all = batch.num_rows();
    if all > PREVIEW_ROWS {
        writeln!(
            out,
            "{PREVIEW_ROWS} of {all} rows; -o FILE or --format csv writes all"
        )?;
    }
    Ok(())
}

fn shown(text: &str) -> String {
    escape_control(text, &[]).into_owned()
}

/// Returns the number of columns that fit, and the width to which cells are cut.
///
/// Shows as many columns as fit with cells of the minimum width, and then makes the cells as wide as possible.
fn layout(widths: &[usize], min_cell: usize, available: Option<usize>) -> (usize, usize) {
    let Some(available) = available else {
        return (widths.len(), usize::MAX);
    };
    let needed = |columns: usize, limit: usize| -> usize {
        let widths = widths[..columns].iter();
        widths.map(|width| width.min(&limit) + GAP).sum()
    };
    // There is no gap after the last column.
    let fits = |columns, limit| needed(columns, limit) <= available + GAP;
    let columns = (1..=widths.len().min(available))
        .rev()
        .find(|columns| fits(*columns, min_cell))
        .unwrap_or(1);
    let limit = (1..=available).rev().find(|limit| fits(columns, *limit));
    (columns, limit.unwrap_or(1))
}

/// Cuts a text to a number of terminal columns, including the ellipsis.
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
    fn f15_a_table_without_a_terminal_is_complete() {
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
2 cells are cut off; --format csv writes all of them
";
        assert_eq!(list(Some(36)), expected);
        let expected = "\
bcId     name
2000034  Agitator po…
2000002  日本日本日…
1 of 3 columns are not shown; --format csv writes all
2 cells are cut off; --format csv writes all of them
";
        assert_eq!(list(Some(21)), expected);
    }

    #[test]
    fn f15_a_table_fits_a_terminal_of_any_width() {
        for width in 1..60 {
            let text = list(Some(width));
            let widest = text.lines().take(3).map(UnicodeWidthStr::width).max();
            assert!(widest.unwrap() <= width, "{width}: {text}");
        }
    }
}
