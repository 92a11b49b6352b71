//! [`ExtractionResponse`]: the body of a response, written in chunks, so that a large one is never in memory as a whole.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;

use crate::memory_base::MemoryBase;

/// Minimum size of a chunk, in bytes, except for the last one.
const CHUNK: usize = 64 * 1024;

/// Maximum number of consecutive cells that are written at once.
const RUN: usize = 64;

/// The form of a column without data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum EmptyColumn {
    /// Without the key `data`, as the service sends a column in error.
    #[default]
    NoData,
    /// `"data":null`
    NullData,
    /// `"data":[]`
    EmptyData,
    /// The column is omitted.
    Omitted,
}

/// Deviations from the usual behaviour of an extraction.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ExtractionOptions {
    /// Maximum number of variables.
    pub(crate) max_columns: Option<usize>,
    /// Whether the types of the columns are omitted.
    pub(crate) without_types: bool,
    pub(crate) empty_column: EmptyColumn,
    /// Whether an unknown variable results in an empty column, not in an error.
    pub(crate) unknown_as_empty: bool,
}

/// The response of an extraction: an iterator over the chunks of its JSON.
#[derive(Debug)]
pub(crate) struct ExtractionResponse {
    base: Arc<MemoryBase>,
    /// The indices of the columns in the memory base.
    columns: Vec<usize>,
    rows: Vec<usize>,
    options: ExtractionOptions,
    /// The long ids of unknown variables, which follow the other columns.
    unknown: Vec<String>,
    next: Next,
}

/// The next part to write.
#[derive(Clone, Copy, Debug)]
enum Next {
    Head,
    /// The start of the object of a column.
    Column(usize),
    /// A cell of a column, and the consecutive ones.
    Cell(usize, usize),
    End,
}

impl ExtractionResponse {
    pub(crate) fn new(base: Arc<MemoryBase>, columns: Vec<usize>, rows: Vec<usize>) -> Self {
        Self {
            base,
            columns,
            rows,
            options: ExtractionOptions::default(),
            unknown: Vec::new(),
            next: Next::Head,
        }
    }

    pub(crate) fn with_options(self, options: ExtractionOptions, unknown: Vec<String>) -> Self {
        Self {
            options,
            unknown,
            ..self
        }
    }

    /// Whether all chunks have been returned.
    pub(crate) fn is_finished(&self) -> bool {
        matches!(self.next, Next::End)
    }

    /// Writes a part and returns the next one.
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
                let cells = self.base.column(self.columns[column]);
                let written = cells.write_cells(self.run(index), json);
                self.cell_or_close(column, index + written, json)
            }
            Next::End => Next::End,
        }
    }

    /// The consecutive rows from an index on.
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
        if column == self.columns.len() {
            for long_id in &self.unknown {
                let variable_type = if !self.options.without_types {
                    r#","type":"NUMERIC""#
                } else {
                    ""
                };
                self.write_empty(&format!(r#""id":"{long_id}"{variable_type}"#), json);
            }
            json.extend_from_slice(b"]}");
            return Next::End;
        }
        Next::Column(column)
    }

    /// Writes a column without data.
    fn write_empty(&self, identity: &str, json: &mut Vec<u8>) {
        let data = match self.options.empty_column {
            EmptyColumn::NoData => "",
            EmptyColumn::NullData => r#","data":null"#,
            EmptyColumn::EmptyData => r#","data":[]"#,
            EmptyColumn::Omitted => return,
        };
        separate(json);
        json.extend(format!("{{{identity}{data}}}").into_bytes());
    }

    /// The text before and after the cells; `None` for a broken variable. The order of the keys is not fixed, so every
    /// other column has its data first.
    fn frame(&self, column: usize) -> Option<(String, String)> {
        let variable = &self.base.variables()[self.columns[column]];
        let identity = self.identity(column);
        match (variable.is_broken, column % 2) {
            (true, _) => None,
            (false, 0) => Some((format!(r#"{{{identity},"data":["#), "]}".into())),
            (false, _) => Some((r#"{"data":["#.into(), format!("],{identity}}}"))),
        }
    }

    fn identity(&self, column: usize) -> String {
        let variable = &self.base.variables()[self.columns[column]];
        let long_id = self.base.long_id(variable);
        let variable_type = match (self.options.without_types, column % 2) {
            (false, _) => format!(r#","type":"{}""#, variable.variable_type.as_str()),
            (true, 0) => r#","type":null"#.into(),
            (true, _) => String::new(),
        };
        format!(r#""id":"{long_id}"{variable_type}"#)
    }
}

/// Writes a comma before every column except the first.
fn separate(json: &mut Vec<u8>) {
    if !json.ends_with(b"[") {
        json.push(b',');
    }
}

impl Iterator for ExtractionResponse {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        let mut json = Vec::new();
        while !self.is_finished() && json.len() < CHUNK {
            self.next = self.write(self.next, &mut json);
        }
        (!json.is_empty()).then(|| json.into())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{CHUNK, ExtractionResponse, RUN};
    use crate::dryer;

    fn text(response: ExtractionResponse) -> String {
        let chunks: Vec<Vec<u8>> = response.map(|chunk| chunk.to_vec()).collect();
        String::from_utf8(chunks.concat()).unwrap()
    }

    #[test]
    fn the_order_of_keys_varies_and_a_broken_column_has_no_data() {
        let mut base = dryer::memory_base();
        base.break_variable(2_000_032);
        let base = Arc::new(base);
        assert_eq!(
            text(ExtractionResponse::new(
                Arc::clone(&base),
                vec![5, 4, 3, 1],
                vec![0, 2]
            )),
            concat!(
                r#"{"resultLength":2,"datadefs":["#,
                r#"{"id":"mb20/d2000033","type":"NUMERIC","data":["119.94","56.042"]},"#,
                r#"{"id":"mb20/d2000032","type":"NUMERIC"},"#,
                r#"{"id":"mb20/d2000031","type":"NUMERIC","data":["0.0","0.981"]},"#,
                r#"{"data":["B01","B01"],"id":"mb20/d2000002","type":"DISCRETE"}]}"#,
            )
        );
        assert_eq!(
            text(ExtractionResponse::new(base, vec![0], vec![])),
            r#"{"resultLength":0,"datadefs":[{"id":"mb20/d2000001","type":"DATETIME","data":[]}]}"#
        );
    }

    #[test]
    fn a_large_response_has_several_chunks() {
        let base = Arc::new(dryer::memory_base());
        let response = ExtractionResponse::new(base, (0..14).collect(), (0..9_220).collect());
        let chunks: Vec<usize> = response.map(|chunk| chunk.len()).collect();
        assert!(chunks.len() > 10, "{chunks:?}");
        assert!(
            chunks.iter().all(|len| *len < CHUNK + 20 * RUN),
            "{chunks:?}"
        );
    }
}
