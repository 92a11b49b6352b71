//! [`Report`]: what the decoder changed, counted or could not use.

use std::fmt;
use std::time::Duration;

use braincube_model::{LongId, VariableType};

use crate::tally::{BadCells, Example, Tally, count, excerpt};

/// The number of detail lines in the short form of a report.
const SHORT_LINES: usize = 10;

/// What the decoder changed, counted or could not use.
///
/// `Display` writes one line per finding. `{:#}` stays short for any number of columns: one line counts the cells without
/// a value of all columns, and at most ten other lines follow. Reports are compared without
/// [`time_spent`](Self::time_spent).
///
/// ```
/// use braincube_frame::{FrameOptions, decode};
///
/// let body = br#"{"datadefs": [{"id": "mb20/d1", "type": "NUMERIC", "data": ["1", true, "?"]}]}"#;
/// let frame = decode(body, Vec::new(), FrameOptions::default())?;
/// let column = &frame.report().columns()[0];
/// assert_eq!(column.nulls().token, 1);
/// let first = column.coercions().first().expect("a boolean became a number");
/// assert_eq!((first.row(), first.text()), (1, "true"));
/// # Ok::<(), braincube_frame::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub(crate) rows: usize,
    pub(crate) json_bytes: u64,
    pub(crate) spent: Spent,
    pub(crate) columns: Vec<ColumnReport>,
    pub(crate) unrequested: Vec<LongId>,
}

impl Report {
    /// The number of rows.
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// The length of the JSON in bytes, after decompression.
    pub const fn json_bytes(&self) -> u64 {
        self.json_bytes
    }

    /// The time spent in calls of the decoder. The time between the calls is not included.
    pub const fn time_spent(&self) -> Duration {
        self.spent.0
    }

    /// The columns, in the order of the frame.
    pub fn columns(&self) -> &[ColumnReport] {
        &self.columns
    }

    /// The requested columns without data. They are null in every row.
    pub fn missing(&self) -> impl Iterator<Item = LongId> {
        let missing = self.columns.iter().filter(|column| column.is_missing);
        missing.map(|column| column.id)
    }

    /// The columns of the response that were not requested. They are not in the frame.
    pub fn unrequested(&self) -> &[LongId] {
        &self.unrequested
    }

    /// The columns whose type is not declared or not known. They are text.
    pub fn columns_of_unknown_type(&self) -> impl Iterator<Item = LongId> {
        let unknown = self
            .columns
            .iter()
            .filter(|column| column.unknown_type().is_some());
        unknown.map(|column| column.id)
    }

    /// The number of [`ColumnReport::inexact`] numbers in all columns.
    pub fn inexact(&self) -> usize {
        self.columns
            .iter()
            .map(|column| column.inexact().count())
            .sum()
    }
}

/// A duration that comparisons and `Debug` ignore.
#[derive(Clone, Copy, Default)]
pub(crate) struct Spent(pub(crate) Duration);

impl PartialEq for Spent {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Spent {}

impl fmt::Debug for Spent {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("..")
    }
}

/// What the decoder changed, counted or could not use in one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnReport {
    pub(crate) label: String,
    pub(crate) id: LongId,
    pub(crate) declared: Option<VariableType>,
    pub(crate) is_missing: bool,
    pub(crate) rows: usize,
    pub(crate) observed: Observed,
}

/// The unusual cells of a column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Observed {
    /// The number of nulls that the service wrote as such.
    pub(crate) null_tokens: usize,
    pub(crate) unparsable: Tally,
    pub(crate) coercions: Tally,
    pub(crate) inexact: Tally,
    pub(crate) infinite: Tally,
    pub(crate) trimmed: Tally,
    /// Cells of another type, and coerced ones in strict mode.
    pub(crate) bad: BadCells,
}

impl ColumnReport {
    /// The name of the field in the frame.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The long id.
    pub const fn id(&self) -> LongId {
        self.id
    }

    /// The type that the response declares, else the expected one.
    pub const fn declared(&self) -> Option<&VariableType> {
        self.declared.as_ref()
    }

    /// Whether the response has no data for the column.
    pub const fn is_missing(&self) -> bool {
        self.is_missing
    }

    /// The number of nulls, by cause.
    pub const fn nulls(&self) -> Nulls {
        Nulls {
            token: self.observed.null_tokens,
            missing_column: if self.is_missing { self.rows } else { 0 },
            unparsable: self.observed.unparsable.count(),
            bad: self.observed.bad.count(),
        }
    }

    /// Dates that cannot be parsed. They are null in the frame.
    pub const fn unparsable(&self) -> &Tally {
        &self.observed.unparsable
    }

    /// Cells that were converted: a number or a boolean to text, a boolean to a number, second 60 to second 59.
    pub const fn coercions(&self) -> &Tally {
        &self.observed.coercions
    }

    /// Numbers outside the range or precision of a 64-bit float: rounded integers, and numbers that became infinite or 0.
    /// Rounded decimals such as `0.1` do not count.
    pub const fn inexact(&self) -> &Tally {
        &self.observed.inexact
    }

    /// Infinities that the service wrote as such: `inf` or `-inf`. They are infinite in the frame.
    pub const fn infinite(&self) -> &Tally {
        &self.observed.infinite
    }

    /// Numbers and null tokens from which white space was trimmed, with [`Spaces::Trim`](crate::Spaces::Trim).
    pub const fn trimmed(&self) -> &Tally {
        &self.observed.trimmed
    }

    /// Cells of a NUMERIC column that are not numbers. They are null in the frame, with
    /// [`OnBadCell::Null`](crate::OnBadCell::Null); otherwise they are an error.
    pub const fn bad_cells(&self) -> &BadCells {
        &self.observed.bad
    }
}

/// The number of nulls in a column, by cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Nulls {
    /// Null tokens: `?`, `nan`, `null`, an empty text, JSON's `null`.
    pub token: usize,
    /// All rows of a column without data.
    pub missing_column: usize,
    /// Dates that cannot be parsed.
    pub unparsable: usize,
    /// Cells of a NUMERIC column that are not numbers; see [`ColumnReport::bad_cells`].
    pub bad: usize,
}

impl Nulls {
    /// The number of all nulls.
    pub const fn total(&self) -> usize {
        self.token + self.missing_column + self.unparsable + self.bad
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self { columns, .. } = self;
        let (rows, width) = (count(self.rows, "row"), count(columns.len(), "column"));
        write!(f, "{rows}, {width}, from {} bytes", self.json_bytes)?;
        let unrequested = self
            .unrequested
            .iter()
            .map(|id| format!("column {id}: not requested, left out"));
        if !f.alternate() {
            let of_column =
                |column: &ColumnReport| column.null_line().into_iter().chain(column.lines());
            for line in columns.iter().flat_map(of_column).chain(unrequested) {
                write!(f, "\n{line}")?;
            }
            return Ok(());
        }
        self.write_null_line(f)?;
        let mut lines = columns
            .iter()
            .flat_map(ColumnReport::lines)
            .chain(unrequested);
        for line in lines.by_ref().take(SHORT_LINES) {
            write!(f, "\n{line}")?;
        }
        match lines.count() {
            0 => Ok(()),
            more => write!(f, "\nand {more} more such lines"),
        }
    }
}

impl Report {
    /// Writes the number of null tokens in all columns.
    fn write_null_line(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let tokens = self
            .columns
            .iter()
            .map(|column| column.observed.null_tokens);
        let (cells, columns) = tokens
            .filter(|cells| *cells > 0)
            .fold((0, 0), |(cells, columns), more| (cells + more, columns + 1));
        if columns == 0 {
            return Ok(());
        }
        let (cells, columns) = (count(cells, "cell"), count(columns, "column"));
        write!(f, "\n{cells} without a value, in {columns}")
    }
}

impl ColumnReport {
    /// The line that counts the null tokens.
    fn null_line(&self) -> Option<String> {
        let tokens = self.observed.null_tokens;
        let cells = count(tokens, "cell");
        (tokens > 0).then(|| format!("column {}: {cells} without a value", self.id))
    }

    /// All other lines.
    fn lines(&self) -> Vec<String> {
        let id = self.id;
        if self.is_missing {
            return vec![format!("column {id}: no data, null in every row")];
        }
        let untyped = self
            .unknown_type()
            .map(|problem| format!("column {id}: {problem}, its values stay text"));
        let tallies = [
            (self.unparsable(), "date", "cannot be parsed, null"),
            (self.coercions(), "cell", "converted"),
            (
                self.inexact(),
                "number",
                "rounded to what a 64-bit float can hold",
            ),
            (self.infinite(), "number", "kept as infinite"),
            (self.trimmed(), "cell", "surrounding white space removed"),
        ];
        let line = |(tally, noun, change): (&Tally, _, _)| {
            let first = tally.first()?;
            let (row, text) = (first.row(), first.text());
            let cells = count(tally.count(), noun);
            Some(format!(
                "column {id}: {cells} {change}; the first in row {row}: {text:?}"
            ))
        };
        let bad = (self.bad_cells().count() > 0).then(|| self.bad_line());
        untyped
            .into_iter()
            .chain(bad)
            .chain(tallies.into_iter().filter_map(line))
            .collect()
    }

    fn bad_line(&self) -> String {
        let bad = self.bad_cells();
        let cells = count(bad.count(), "cell");
        let example = |example: &Example| format!("row {}: {:?}", example.row(), example.text());
        let examples: Vec<_> = bad.examples().iter().map(example).collect();
        let (id, examples) = (self.id, examples.join(", "));
        format!(
            "column {id}: {cells} not {}, null; the first in {examples}",
            bad.expected()
        )
    }

    /// Describes a type that is not declared or not known.
    fn unknown_type(&self) -> Option<String> {
        match &self.declared {
            _ if self.is_missing => None,
            None => Some("its type is not declared".into()),
            Some(VariableType::Other(kind)) => {
                Some(format!("its type {:?} is not known", excerpt(kind)))
            }
            Some(_) => None,
        }
    }
}
