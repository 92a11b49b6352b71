//! [`Cells`]: texts as they are sent, ready to be copied into an answer many at a time.

use std::ops::Range;

/// JSON texts, each in quotes and with a comma behind it, in one allocation.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    joined: String,
    /// Where each cell ends in `joined`, its comma included.
    ends: Vec<usize>,
}

impl Cells {
    /// Adds a text in which nothing has to be escaped.
    pub(super) fn push(&mut self, text: &str) {
        debug_assert!(!text.contains(['"', '\\']), "{text} needs escapes");
        for part in ["\"", text, "\","] {
            self.joined.push_str(part);
        }
        self.ends.push(self.joined.len());
    }

    /// Appends these cells, with commas between them.
    pub(super) fn write(&self, cells: Range<usize>, json: &mut Vec<u8>) {
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

#[cfg(test)]
mod tests {
    use super::Cells;

    #[test]
    fn cells_stand_in_quotes_with_commas_between_them() {
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
}
