//! The answer of an extraction, written piece by piece, so that a large one never stands in memory as a whole.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;

use crate::memory_base::MemoryBase;

/// A piece is sent when it has grown to this many bytes.
const PIECE: usize = 64 * 1024;

/// So many cells are written at once, where their rows follow each other.
const RUN: usize = 64;

/// How a column without data is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum EmptyColumn {
    /// Without the key `data`, as the service writes a column in error.
    #[default]
    NoData,
    /// `"data":null`
    NullData,
    /// `"data":[]`
    EmptyData,
    /// Not at all.
    LeftOut,
}

/// The answer of an extraction: an iterator over the pieces of its JSON.
#[derive(Debug)]
pub(crate) struct Answer {
    base: Arc<MemoryBase>,
    /// The columns, by their place in the memory base.
    places: Vec<usize>,
    rows: Vec<usize>,
    /// Whether the columns say of which type they are.
    typed: bool,
    /// The long ids of columns that the memory base does not have, answered behind the others.
    unknown: Vec<String>,
    empty: EmptyColumn,
    next: Next,
}

/// What is written next.
#[derive(Clone, Copy, Debug)]
enum Next {
    Head,
    /// The beginning of a column's object.
    Column(usize),
    /// A cell of a column, and those that follow it.
    Cell(usize, usize),
    Nothing,
}

impl Answer {
    pub(crate) fn new(base: Arc<MemoryBase>, places: Vec<usize>, rows: Vec<usize>) -> Self {
        Self {
            base,
            places,
            rows,
            typed: true,
            unknown: Vec::new(),
            empty: EmptyColumn::default(),
            next: Next::Head,
        }
    }

    /// The same without the types of the columns.
    pub(crate) fn without_types(self) -> Self {
        Self {
            typed: false,
            ..self
        }
    }

    /// The same with empty columns for these long ids.
    pub(crate) fn with_unknown(self, unknown: Vec<String>) -> Self {
        Self { unknown, ..self }
    }

    /// The same with columns without data in this form.
    pub(crate) fn with_empty_columns(self, empty: EmptyColumn) -> Self {
        Self { empty, ..self }
    }

    /// `true` once every piece has been given out.
    pub(crate) fn is_finished(&self) -> bool {
        matches!(self.next, Next::Nothing)
    }

    /// Writes one step, and says what comes behind it.
    fn write(&self, step: Next, json: &mut Vec<u8>) -> Next {
        match step {
            Next::Head => {
                let length = self.rows.len();
                json.extend(format!(r#"{{"resultLength":{length},"datadefs":["#).into_bytes());
                self.column_or_end(0, json)
            }
            Next::Column(column) => {
                let Some((opening, _)) = self.frame(column) else {
                    self.write_empty(&self.identity(column), json);
                    return self.column_or_end(column + 1, json);
                };
                separate(json);
                json.extend(opening.into_bytes());
                self.cell_or_close(column, 0, json)
            }
            Next::Cell(column, index) => {
                if index > 0 {
                    json.push(b',');
                }
                let cells = self.base.column(self.places[column]);
                let written = cells.write_cells(self.run(index), json);
                self.cell_or_close(column, index + written, json)
            }
            Next::Nothing => Next::Nothing,
        }
    }

    /// The rows that follow each other from an index on.
    fn run(&self, index: usize) -> Range<usize> {
        let first = self.rows[index];
        let rows = self.rows[index..].iter().take(RUN).zip(first..);
        let len = rows.take_while(|(row, expected)| *row == expected).count();
        first..first + len
    }

    fn cell_or_close(&self, column: usize, index: usize, json: &mut Vec<u8>) -> Next {
        if index < self.rows.len() {
            return Next::Cell(column, index);
        }
        if let Some((_, closing)) = self.frame(column) {
            json.extend(closing.into_bytes());
        }
        self.column_or_end(column + 1, json)
    }

    fn column_or_end(&self, column: usize, json: &mut Vec<u8>) -> Next {
        if column == self.places.len() {
            for long_id in &self.unknown {
                let variable_type = if self.typed {
                    r#","type":"NUMERIC""#
                } else {
                    ""
                };
                self.write_empty(&format!(r#""id":"{long_id}"{variable_type}"#), json);
            }
            json.extend_from_slice(b"]}");
            return Next::Nothing;
        }
        Next::Column(column)
    }

    /// Writes a column without data.
    fn write_empty(&self, identity: &str, json: &mut Vec<u8>) {
        let data = match self.empty {
            EmptyColumn::NoData => "",
            EmptyColumn::NullData => r#","data":null"#,
            EmptyColumn::EmptyData => r#","data":[]"#,
            EmptyColumn::LeftOut => return,
        };
        separate(json);
        json.extend(format!("{{{identity}{data}}}").into_bytes());
    }

    /// What stands before and behind the cells; the service's keys come in any order, so every other column has its
    /// data first. `None` for a broken variable.
    fn frame(&self, column: usize) -> Option<(String, String)> {
        let variable = &self.base.variables()[self.places[column]];
        let identity = self.identity(column);
        match (variable.broken, column % 2) {
            (true, _) => None,
            (false, 0) => Some((format!(r#"{{{identity},"data":["#), "]}".into())),
            (false, _) => Some((r#"{"data":["#.into(), format!("],{identity}}}"))),
        }
    }

    fn identity(&self, column: usize) -> String {
        let variable = &self.base.variables()[self.places[column]];
        let long_id = self.base.long_id(variable);
        let variable_type = match (self.typed, column % 2) {
            (true, _) => format!(r#","type":"{}""#, variable.variable_type.as_str()),
            (false, 0) => r#","type":null"#.into(),
            (false, _) => String::new(),
        };
        format!(r#""id":"{long_id}"{variable_type}"#)
    }
}

/// Puts a comma between two columns, but not before the first.
fn separate(json: &mut Vec<u8>) {
    if !json.ends_with(b"[") {
        json.push(b',');
    }
}

impl Iterator for Answer {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        let mut json = Vec::new();
        while !self.is_finished() && json.len() < PIECE {
            self.next = self.write(self.next, &mut json);
        }
        (!json.is_empty()).then(|| json.into())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Answer, PIECE, RUN};
    use crate::dryer;

    fn text(answer: Answer) -> String {
        let pieces: Vec<Vec<u8>> = answer.map(|piece| piece.to_vec()).collect();
        String::from_utf8(pieces.concat()).unwrap()
    }

    #[test]
    fn keys_change_their_order_and_a_broken_column_has_no_data() {
        let mut base = dryer::memory_base();
        base.break_variable(2_000_032);
        let base = Arc::new(base);
        assert_eq!(
            text(Answer::new(Arc::clone(&base), vec![5, 4, 3, 1], vec![0, 2])),
            concat!(
                r#"{"resultLength":2,"datadefs":["#,
                r#"{"id":"mb20/d2000033","type":"NUMERIC","data":["119.94","56.042"]},"#,
                r#"{"id":"mb20/d2000032","type":"NUMERIC"},"#,
                r#"{"id":"mb20/d2000031","type":"NUMERIC","data":["0.0","0.981"]},"#,
                r#"{"data":["B01","B01"],"id":"mb20/d2000002","type":"DISCRETE"}]}"#,
            )
        );
        assert_eq!(
            text(Answer::new(base, vec![0], vec![])),
            r#"{"resultLength":0,"datadefs":[{"id":"mb20/d2000001","type":"DATETIME","data":[]}]}"#
        );
    }

    #[test]
    fn a_large_answer_comes_in_pieces() {
        let base = Arc::new(dryer::memory_base());
        let answer = Answer::new(base, (0..14).collect(), (0..9_220).collect());
        let pieces: Vec<usize> = answer.map(|piece| piece.len()).collect();
        assert!(pieces.len() > 10, "{pieces:?}");
        assert!(
            pieces.iter().all(|len| *len < PIECE + 20 * RUN),
            "{pieces:?}"
        );
    }
}
