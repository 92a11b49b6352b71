//! [`Column`]: the cells of one variable, as the texts that are sent and as values that filters compare.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::Range;

use crate::date_time;

/// The cells of one variable.
#[derive(Debug)]
pub(crate) enum Column {
    /// NUMERIC and DATETIME cells.
    Ordered {
        /// The texts that are sent.
        cells: Cells,
        /// The values that are compared: the number, or [`date_time::order_key`]; NaN for a missing cell, with which every
        /// comparison fails.
        keys: Vec<f64>,
        /// The number of rows. If it is larger than the number of keys, the cells repeat.
        rows: usize,
    },
    /// DISCRETE cells.
    Discrete {
        /// The index of each row in `modalities`; `None` for a missing cell.
        codes: Vec<Option<u32>>,
        /// The distinct labels, in the order of their first occurrence.
        modalities: Vec<Modality>,
    },
}

/// A label of a DISCRETE variable.
#[derive(Debug)]
pub(crate) struct Modality {
    pub(crate) label: Box<str>,
    /// The label as a JSON string.
    json: Box<str>,
}

impl Column {
    /// Creates a NUMERIC column. A cell that is not a finite number is missing and sent as `nan`, or as `?` if it was `?`.
    pub(crate) fn numeric<'a>(cells: impl Iterator<Item = &'a str>) -> Self {
        Self::ordered(cells.map(|cell| match parse_number(cell) {
            Some(number) => (cell.to_owned(), number),
            None if cell == "?" => ("?".to_owned(), f64::NAN),
            None => ("nan".to_owned(), f64::NAN),
        }))
    }

    /// Creates a DATETIME column. A cell that is not a date is missing and sent as `null`.
    pub(crate) fn datetime<'a>(cells: impl Iterator<Item = &'a str>) -> Self {
        Self::ordered(cells.map(|cell| match date_time::parse_any(cell) {
            Some(date) => (date_time::to_wire(date), date_time::order_key(date)),
            None => ("null".to_owned(), f64::NAN),
        }))
    }

    fn ordered(given: impl Iterator<Item = (String, f64)>) -> Self {
        let (mut cells, mut keys) = (Cells::default(), Vec::new());
        for (text, key) in given {
            cells.push(&text);
            keys.push(key);
        }
        let rows = keys.len();
        Self::Ordered { cells, keys, rows }
    }

    /// Repeats the cells up to this number of rows. A DISCRETE column is not changed.
    pub(crate) fn repeated(self, rows: usize) -> Self {
        match self {
            Self::Ordered { cells, keys, .. } if !keys.is_empty() => {
                Self::Ordered { cells, keys, rows }
            }
            other => other,
        }
    }

    /// Creates a DISCRETE column. `None` is a missing cell, sent as `?`.
    pub(crate) fn discrete<'a>(cells: impl Iterator<Item = Option<&'a str>>) -> Self {
        let mut known = HashMap::new();
        let mut modalities = Vec::new();
        let codes = cells
            .map(|cell| {
                let label = cell?;
                Some(*known.entry(label).or_insert_with(|| {
                    modalities.push(Modality::new(label));
                    u32::try_from(modalities.len() - 1)
                        .expect("a column has fewer than four billion distinct labels")
                }))
            })
            .collect();
        Self::Discrete { codes, modalities }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Ordered { rows, .. } => *rows,
            Self::Discrete { codes, .. } => codes.len(),
        }
    }

    /// Appends the JSON of consecutive cells, with commas between them: at least the first of the wanted rows, and as many
    /// of the following ones as are stored consecutively. Returns their number.
    pub(crate) fn write_cells(&self, wanted: Range<usize>, json: &mut Vec<u8>) -> usize {
        match self {
            Self::Ordered { cells, keys, .. } => {
                let start = wanted.start % keys.len();
                let end = keys.len().min(start + wanted.len());
                cells.write(start..end, json);
                end - start
            }
            Self::Discrete { codes, modalities } => {
                match codes[wanted.start] {
                    Some(code) => {
                        json.extend_from_slice(modalities[code as usize].json.as_bytes());
                    }
                    None => json.extend_from_slice(br#""?""#),
                }
                1
            }
        }
    }

    /// The values of these rows that are compared; none for a DISCRETE column.
    pub(crate) fn keys(&self, rows: Range<usize>) -> impl Iterator<Item = f64> {
        let keys: &[f64] = match self {
            Self::Ordered { keys, .. } => keys,
            Self::Discrete { .. } => &[],
        };
        let start = rows.start.checked_rem(keys.len()).unwrap_or(0);
        let keys = keys[start..].iter().chain(keys.iter().cycle());
        keys.take(rows.len()).copied()
    }

    /// Compares two rows by this column. Missing cells come last.
    pub(crate) fn compare_rows(&self, left: usize, right: usize) -> Ordering {
        match self {
            Self::Ordered { keys, .. } => {
                keys[left % keys.len()].total_cmp(&keys[right % keys.len()])
            }
            Self::Discrete { codes, modalities } => {
                let label = |row: usize| codes[row].map(|code| &*modalities[code as usize].label);
                match (label(left), label(right)) {
                    (Some(left), Some(right)) => left.cmp(right),
                    (left, right) => left.is_none().cmp(&right.is_none()),
                }
            }
        }
    }
}

impl Modality {
    fn new(label: &str) -> Self {
        let json = serde_json::Value::from(label).to_string().into();
        let label = label.into();
        Self { label, json }
    }
}

/// Parses a finite number.
pub(crate) fn parse_number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// JSON strings, each followed by a comma, in one allocation, so that many can be copied into a response at once.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    joined: String,
    /// The end of each cell in `joined`, including its comma.
    ends: Vec<usize>,
}

impl Cells {
    /// Adds a text without characters that need an escape.
    fn push(&mut self, text: &str) {
        debug_assert!(!text.contains(['"', '\\']), "{text} needs escapes");
        for part in ["\"", text, "\","] {
            self.joined.push_str(part);
        }
        self.ends.push(self.joined.len());
    }

    /// Appends these cells to `json`, with commas between them.
    fn write(&self, cells: Range<usize>, json: &mut Vec<u8>) {
        let Some(last) = cells.end.checked_sub(1).filter(|last| *last >= cells.start) else {
            return;
        };
        let start = cells
            .start
            .checked_sub(1)
            .map_or(0, |before| self.ends[before]);
        let end = self.ends[last] - 1;
        json.extend_from_slice(&self.joined.as_bytes()[start..end]);
    }
}

/// Many short texts in one allocation, so that a large file does not need millions of them.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    joined: String,
    /// The end of each text in `joined`.
    ends: Vec<usize>,
}

impl Texts {
    pub(crate) fn push(&mut self, text: &str) {
        self.joined.push_str(text);
        self.ends.push(self.joined.len());
    }

    fn get(&self, index: usize) -> &str {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.joined[start..self.ends[index]]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        (0..self.ends.len()).map(|index| self.get(index))
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use super::{Cells, Column, Texts};

    fn sent(column: &Column) -> String {
        let mut json = Vec::new();
        let mut row = 0;
        while row < column.len() {
            row += column.write_cells(row..row + 1, &mut json);
        }
        String::from_utf8(json).unwrap()
    }

    #[test]
    fn numbers_keep_their_text() {
        let column = Column::numeric(["0.0", "1e5", "", "?", "NaN", "-7"].into_iter());
        assert_eq!(sent(&column), r#""0.0""1e5""nan""?""nan""-7""#);
    }

    #[test]
    fn dates_are_sent_in_the_format_of_the_service() {
        let column = Column::datetime(["2023-10-28", "", "20231028_220000"].into_iter());
        assert_eq!(sent(&column), r#""20231028_000000""null""20231028_220000""#);
    }

    #[test]
    fn labels_are_escaped() {
        let column = Column::discrete([Some("a\"b\\"), None, Some("é\n")].into_iter());
        assert_eq!(sent(&column), r#""a\"b\\""?""é\n""#);
    }

    #[test]
    fn consecutive_rows_are_written_at_once() {
        let column = Column::numeric(["1", "2", "3"].into_iter()).repeated(8);
        assert_eq!(column.len(), 8);
        let mut json = Vec::new();
        assert_eq!(
            column.write_cells(4..8, &mut json),
            2,
            "to the end of the cells"
        );
        assert_eq!(String::from_utf8(json).unwrap(), r#""2","3""#);
        assert_eq!(column.keys(4..8).collect::<Vec<_>>(), [2.0, 3.0, 1.0, 2.0]);
        assert_eq!(column.compare_rows(0, 5), Ordering::Less);
        assert_eq!(Column::numeric([].into_iter()).repeated(8).len(), 0);
    }

    #[test]
    fn missing_cells_come_last_in_every_order() {
        let numbers = Column::numeric(["", "2", "10"].into_iter());
        assert_eq!(numbers.compare_rows(1, 2), Ordering::Less);
        assert_eq!(numbers.compare_rows(0, 2), Ordering::Greater);

        let labels = Column::discrete([None, Some("2"), Some("10")].into_iter());
        assert_eq!(labels.compare_rows(1, 2), Ordering::Greater);
        assert_eq!(labels.compare_rows(0, 1), Ordering::Greater);
        assert_eq!(labels.compare_rows(0, 0), Ordering::Equal);
    }

    #[test]
    fn cells_are_quoted_and_separated_by_commas() {
        let mut cells = Cells::default();
        for text in ["é", "", "12.5"] {
            cells.push(text);
        }
        for (range, expected) in [
            (0..3, r#""é","","12.5""#),
            (1..2, r#""""#),
            (2..2, ""),
            (0..0, ""),
        ] {
            let mut json = Vec::new();
            cells.write(range, &mut json);
            assert_eq!(String::from_utf8(json).unwrap(), expected);
        }
    }

    #[test]
    fn texts_are_returned_as_they_were_pushed() {
        let mut texts = Texts::default();
        for text in ["é", "", "12.5"] {
            texts.push(text);
        }
        assert_eq!(texts.iter().collect::<Vec<_>>(), ["é", "", "12.5"]);
    }
}
