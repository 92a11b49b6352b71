//! [`Report`]: what there is to know of a frame that its cells do not show.

mod bad_cells;

use std::fmt;
use std::time::Duration;

use braincube_model::{LongId, VariableType};

use crate::error::excerpt;

pub use self::bad_cells::BadCells;
pub(crate) use self::bad_cells::total;

/// So many lines of what may need a look are written where it is to be short.
const SHORT_LINES: usize = 10;

/// What there is to know of a frame that its cells do not show.
///
/// `Display` writes it for people, one line for each thing there is to tell; `{:#}` is short however many columns there
/// are: cells without a value are told in one line for all of them, and of what may need a look the first ten lines. Two
/// reports are equal
/// if they tell the same, however long either took.
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
    pub(crate) unasked: Vec<LongId>,
}

impl Report {
    /// How many rows the frame has.
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// How many bytes of JSON were decoded; fewer travelled if the transfer was compressed.
    pub const fn json_bytes(&self) -> u64 {
        self.json_bytes
    }

    /// How long the decoder worked: the time between the pieces of the answer is not in it.
    pub const fn time_spent(&self) -> Duration {
        self.spent.0
    }

    /// The columns, in the order of the frame.
    pub fn columns(&self) -> &[ColumnReport] {
        &self.columns
    }

    /// The columns that came without data, or not at all: they are null in every row.
    pub fn missing(&self) -> impl Iterator<Item = LongId> {
        let missing = self.columns.iter().filter(|column| column.is_missing);
        missing.map(|column| column.id)
    }

    /// The columns that came and were not asked for: they are not in the frame.
    pub fn unasked(&self) -> &[LongId] {
        &self.unasked
    }

    /// The columns whose type is not known here, or which nobody has said: they are text, whatever stands in them.
    pub fn of_unknown_type(&self) -> impl Iterator<Item = LongId> {
        let unknown = self
            .columns
            .iter()
            .filter(|one| one.unknown_type().is_some());
        unknown.map(|column| column.id)
    }

    /// How many numbers a 64-bit float could not hold, in all columns; see
    /// [`ColumnReport::inexact`].
    pub fn inexact(&self) -> usize {
        self.columns.iter().map(|column| column.inexact.count).sum()
    }
}

/// A time that differs from run to run: it does not take part in comparisons, nor in `Debug`.
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

/// What there is to know of a column that its cells do not show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnReport {
    pub(crate) label: String,
    pub(crate) id: LongId,
    pub(crate) declared: Option<VariableType>,
    pub(crate) is_missing: bool,
    pub(crate) nulls: Nulls,
    pub(crate) unparsable: Tally,
    pub(crate) coercions: Tally,
    pub(crate) inexact: Tally,
    pub(crate) infinite: Tally,
    pub(crate) trimmed: Tally,
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

    /// The type as the answer says it, else as it was expected.
    pub const fn declared(&self) -> Option<&VariableType> {
        self.declared.as_ref()
    }

    /// Whether the column came without data, or not at all.
    pub const fn is_missing(&self) -> bool {
        self.is_missing
    }

    /// How many cells are null, and why.
    pub const fn nulls(&self) -> Nulls {
        self.nulls
    }

    /// Dates that are none: they are null in the frame.
    pub const fn unparsable(&self) -> &Tally {
        &self.unparsable
    }

    /// Cells that were taken for what they are not quite: a number or a boolean for a text, a
    /// boolean for a number, the second 60 for the second 59.
    pub const fn coercions(&self) -> &Tally {
        &self.coercions
    }

    /// Numbers that a 64-bit float cannot hold: integers that were rounded, numbers so large that
    /// they became infinite, numbers so small that they became 0. That decimals such as `0.1` are
    /// rounded is not told.
    pub const fn inexact(&self) -> &Tally {
        &self.inexact
    }

    /// Infinities that the service wrote as such, `inf` or `-inf`: they are infinite in the frame too.
    pub const fn infinite(&self) -> &Tally {
        &self.infinite
    }

    /// Numbers, and words for no value, that were read without the white space around them; only where
    /// [`Spaces::Trim`](crate::Spaces::Trim) allows it.
    pub const fn trimmed(&self) -> &Tally {
        &self.trimmed
    }

    /// Cells of a NUMERIC column that are not numbers: they are null in the frame. Only with
    /// [`OnBadCell::Null`](crate::OnBadCell::Null), else they are an error.
    pub const fn bad_cells(&self) -> &BadCells {
        &self.bad
    }
}

/// How many cells of a column are null, by cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Nulls {
    /// The service wrote that there is no value: `?`, `nan`, `null`, nothing, JSON's `null`.
    pub token: usize,
    /// The whole column came without data.
    pub missing_column: usize,
    /// The service wrote a date that is none.
    pub unparsable: usize,
    /// The service wrote something other than a number into a NUMERIC column; see [`ColumnReport::bad_cells`].
    pub bad: usize,
}

impl Nulls {
    /// All of them.
    pub const fn total(&self) -> usize {
        self.token + self.missing_column + self.unparsable + self.bad
    }
}

/// How often something happened in a column, and where it happened first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    count: usize,
    first: Option<Example>,
}

impl Tally {
    pub(crate) fn add(&mut self, row: usize, text: &str) {
        self.count += 1;
        if self.first.is_none() {
            self.first = Some(Example {
                row,
                text: excerpt(text),
            });
        }
    }

    /// How often.
    pub const fn count(&self) -> usize {
        self.count
    }

    /// The first time.
    pub const fn first(&self) -> Option<&Example> {
        self.first.as_ref()
    }
}

/// A cell that something happened to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    row: usize,
    text: Box<str>,
}

impl Example {
    /// The row, from 0.
    pub const fn row(&self) -> usize {
        self.row
    }

    /// The text of the cell as the service wrote it, up to its 32nd character.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self {
            rows,
            json_bytes,
            columns,
            unasked,
            ..
        } = self;
        let (rows, width) = (count(*rows, "row"), count(columns.len(), "column"));
        write!(f, "{rows}, {width}, from {json_bytes} bytes")?;
        let left_out = unasked
            .iter()
            .map(|id| format!("column {id}: came and was not asked for, left out"));
        if f.alternate() {
            self.write_without_value(f)?;
            let mut lines = columns
                .iter()
                .flat_map(ColumnReport::matters)
                .chain(left_out);
            for line in lines.by_ref().take(SHORT_LINES) {
                write!(f, "\n{line}")?;
            }
            return match lines.count() {
                0 => Ok(()),
                more => write!(f, "\nand {more} more such lines"),
            };
        }
        let of_column =
            |column: &ColumnReport| column.without_value().into_iter().chain(column.matters());
        for line in columns.iter().flat_map(of_column).chain(left_out) {
            write!(f, "\n{line}")?;
        }
        Ok(())
    }
}

impl Report {
    /// How many cells of all columns the service had no value for, in a line, if there are any.
    fn write_without_value(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let tokens = self.columns.iter().map(|column| column.nulls.token);
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
    /// The line for the cells that the service had no value for.
    fn without_value(&self) -> Option<String> {
        let cells = count(self.nulls.token, "cell");
        (self.nulls.token > 0).then(|| format!("column {}: {cells} without a value", self.id))
    }

    /// The lines for what may need a look.
    fn matters(&self) -> Vec<String> {
        let id = self.id;
        if self.is_missing {
            return vec![format!("column {id}: came without data, null in every row")];
        }
        let untyped = self
            .unknown_type()
            .map(|kind| format!("column {id}: {kind}, its values stay text"));
        let told = [
            (&self.unparsable, "date", "cannot be read, null"),
            (&self.coercions, "cell", "converted"),
            (
                &self.inexact,
                "number",
                "rounded to what a 64-bit float can hold",
            ),
            (&self.infinite, "number", "kept as infinite"),
            (&self.trimmed, "cell", "read without the white space around"),
        ];
        let line = |(tally, what, became): (&Tally, _, _)| {
            let Example { row, text } = tally.first.as_ref()?;
            let what = count(tally.count, what);
            Some(format!(
                "column {id}: {what} {became}; the first in row {row}: {text:?}"
            ))
        };
        let bad = (self.bad.count() > 0).then(|| self.bad_line());
        untyped
            .into_iter()
            .chain(bad)
            .chain(told.into_iter().filter_map(line))
            .collect()
    }

    /// The line for the cells that are not numbers.
    fn bad_line(&self) -> String {
        let cells = count(self.bad.count(), "cell");
        let examples = self.bad.examples().iter();
        let first: Vec<_> = examples
            .map(|Example { row, text }| format!("row {row}: {text:?}"))
            .collect();
        let expected = self.bad.expected();
        let (id, first) = (self.id, first.join(", "));
        format!("column {id}: {cells} not {expected}, null; the first in {first}")
    }

    /// What is wrong with the type of a column that came, if it is not known here.
    fn unknown_type(&self) -> Option<String> {
        match &self.declared {
            _ if self.is_missing => None,
            None => Some("nobody says its type".into()),
            Some(VariableType::Other(kind)) => {
                Some(format!("its type {:?} is not known", excerpt(kind)))
            }
            Some(_) => None,
        }
    }
}

fn count(number: usize, of: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {of}{plural}")
}
