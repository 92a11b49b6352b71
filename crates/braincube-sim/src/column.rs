//! [`Column`]: the cells of one variable, once as the text that is sent and once as values that filters compare.

mod cells;
mod texts;

use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::Range;

use crate::column::cells::Cells;
pub(crate) use crate::column::texts::Texts;
use crate::date_time;

/// The cells of one variable.
#[derive(Debug)]
pub(crate) enum Column {
    /// NUMERIC and DATETIME cells.
    Ordered {
        /// What is sent.
        cells: Cells,
        /// What is compared: the number, or [`date_time::order_key`]; NaN where the cell is missing, so that every
        /// comparison with it fails.
        keys: Vec<f64>,
        /// As many as there are keys; more where these begin again and again.
        rows: usize,
    },
    /// DISCRETE cells.
    Discrete {
        /// A row's place in `modalities`; `None` where the cell is missing.
        codes: Vec<Option<u32>>,
        /// The labels, each once, in the order of their first appearance.
        modalities: Vec<Modality>,
    },
}

/// A label of a DISCRETE variable.
#[derive(Debug)]
pub(crate) struct Modality {
    pub(crate) label: Box<str>,
    /// The label with JSON's escapes, quoted.
    json: Box<str>,
}

impl Column {
    /// A NUMERIC column; a cell that is no finite number is missing and sent as `nan`, or as `?` if it was that.
    pub(crate) fn numeric<'a>(cells: impl Iterator<Item = &'a str>) -> Self {
        Self::ordered(cells.map(|cell| match parse_number(cell) {
            Some(number) => (cell.to_owned(), number),
            None if cell == "?" => ("?".to_owned(), f64::NAN),
            None => ("nan".to_owned(), f64::NAN),
        }))
    }

    /// A DATETIME column in the wire form; a cell that is no date is missing and sent as `null`.
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

    /// The same cells again and again, until there are so many; a column of labels stays as it is.
    pub(crate) fn repeated(self, rows: usize) -> Self {
        match self {
            Self::Ordered { cells, keys, .. } if !keys.is_empty() => {
                Self::Ordered { cells, keys, rows }
            }
            other => other,
        }
    }

    /// A DISCRETE column; `None` is a missing cell, sent as `?`.
    pub(crate) fn discrete<'a>(cells: impl Iterator<Item = Option<&'a str>>) -> Self {
        let mut known = HashMap::new();
        let mut modalities = Vec::new();
        let codes = cells
            .map(|cell| {
                let label = cell?;
                Some(*known.entry(label).or_insert_with(|| {
                    modalities.push(Modality::new(label));
                    u32::try_from(modalities.len() - 1)
                        .expect("a column has fewer than four billion different labels")
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

    /// Appends cells of rows that follow each other as they are sent, JSON texts with commas between them whatever the
    /// type: one at least and of those wanted as many as are at hand. Gives their number.
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

    /// What is compared of these rows; nothing of a column of labels.
    pub(crate) fn keys(&self, rows: Range<usize>) -> impl Iterator<Item = f64> {
        let keys: &[f64] = match self {
            Self::Ordered { keys, .. } => keys,
            Self::Discrete { .. } => &[],
        };
        let start = rows.start.checked_rem(keys.len()).unwrap_or(0);
        let keys = keys[start..].iter().chain(keys.iter().cycle());
        keys.take(rows.len()).copied()
    }

    /// How two rows stand to each other in the order of this column; missing cells come last.
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

/// A finite number; `inf` and `nan` are none.
pub(crate) fn parse_number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use super::Column;

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
    fn dates_are_sent_in_the_wire_form() {
        let column = Column::datetime(["2023-10-28", "", "20231028_220000"].into_iter());
        assert_eq!(sent(&column), r#""20231028_000000""null""20231028_220000""#);
    }

    #[test]
    fn labels_are_escaped() {
        let column = Column::discrete([Some("a\"b\\"), None, Some("é\n")].into_iter());
        assert_eq!(sent(&column), r#""a\"b\\""?""é\n""#);
    }

    #[test]
    fn rows_that_follow_each_other_are_written_at_once() {
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
}
