//! A frame in a comparable form: cells, and the report of each column.

use braincube_frame::arrow_array::cast::AsArray as _;
use braincube_frame::arrow_array::types::{
    Float64Type, Int32Type, Int64Type, TimestampMillisecondType,
};
use braincube_frame::arrow_array::{Array, ArrayRef};
use braincube_frame::arrow_schema::{DataType, TimeUnit};
use braincube_frame::{BadCells, ColumnReport, Example, Frame, Tally};
use braincube_model::LongId;

#[derive(Debug, PartialEq)]
pub(crate) struct Table {
    pub(crate) rows: usize,
    pub(crate) columns: Vec<Column>,
    pub(crate) unasked: Vec<LongId>,
}

#[derive(Debug, PartialEq)]
pub(crate) struct Column {
    pub(crate) label: String,
    pub(crate) id: LongId,
    pub(crate) declared: Option<String>,
    pub(crate) is_missing: bool,
    pub(crate) kind: Kind,
    pub(crate) cells: Vec<Cell>,
    pub(crate) counts: Counts,
}

/// The type of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Float,
    Integer,
    Date,
    Dictionary,
    Text,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Null,
    /// The bits, to distinguish -0 from 0.
    Float(u64),
    Integer(i64),
    Millis(i64),
    Text(String),
}

/// The counts of a column in the report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) null_tokens: usize,
    pub(crate) unparsable: Count,
    pub(crate) coercions: Count,
    pub(crate) inexact: Count,
    pub(crate) infinite: Count,
    pub(crate) bad: Count,
}

/// The count, and the first row and text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count(pub(crate) usize, pub(crate) Option<(usize, String)>);

impl Count {
    pub(crate) fn add(&mut self, row: usize, text: &str) {
        self.0 += 1;
        let first = || (row, text.chars().take(32).collect());
        self.1.get_or_insert_with(first);
    }

    fn of(tally: &Tally) -> Self {
        Self(tally.count(), tally.first().map(example))
    }

    fn of_bad(bad: &BadCells) -> Self {
        assert_eq!(bad.examples().len(), bad.count().min(3));
        assert!(bad.examples().is_sorted_by_key(Example::row));
        Self(bad.count(), bad.examples().first().map(example))
    }
}

fn example(example: &Example) -> (usize, String) {
    (example.row(), example.text().to_owned())
}

impl Table {
    pub(crate) fn of(frame: &Frame) -> Self {
        let report = frame.report();
        let schema = frame.batch().schema();
        let fields = schema.fields().iter().zip(frame.batch().columns());
        let columns = fields
            .zip(report.columns())
            .map(|((field, array), report)| {
                assert_eq!(field.name(), report.label());
                assert_eq!(field.data_type(), array.data_type());
                assert!(field.is_nullable());
                let metadata = field.metadata();
                assert_eq!(metadata["braincube:id"], report.id().to_string());
                let declared = report.declared().map(|declared| declared.as_str());
                assert_eq!(metadata.get("braincube:type").map(String::as_str), declared);
                column(array, report)
            });
        Self {
            rows: frame.batch().num_rows(),
            columns: columns.collect(),
            unasked: report.unrequested().to_vec(),
        }
    }
}

fn column(array: &ArrayRef, report: &ColumnReport) -> Column {
    let (kind, cells) = cells(array);
    let nulls = report.nulls();
    assert_eq!(nulls.total(), array.logical_null_count());
    assert_eq!(nulls.unparsable, report.unparsable().count());
    assert_eq!(nulls.bad, report.bad_cells().count());
    let missing = if report.is_missing() { array.len() } else { 0 };
    assert_eq!(nulls.missing_column, missing);
    Column {
        label: report.label().to_owned(),
        id: report.id(),
        declared: report.declared().map(|kind| kind.as_str().to_owned()),
        is_missing: report.is_missing(),
        kind,
        cells,
        counts: Counts {
            null_tokens: nulls.token,
            unparsable: Count::of(report.unparsable()),
            coercions: Count::of(report.coercions()),
            inexact: Count::of(report.inexact()),
            infinite: Count::of(report.infinite()),
            bad: Count::of_bad(report.bad_cells()),
        },
    }
}

fn cells(array: &ArrayRef) -> (Kind, Vec<Cell>) {
    let cell = |value: Option<Cell>| value.unwrap_or(Cell::Null);
    match array.data_type() {
        DataType::Float64 => {
            let values = array.as_primitive::<Float64Type>().iter();
            let values = values.map(|value| cell(value.map(|value| Cell::Float(value.to_bits()))));
            (Kind::Float, values.collect())
        }
        DataType::Int64 => {
            let values = array.as_primitive::<Int64Type>().iter();
            (
                Kind::Integer,
                values.map(|value| cell(value.map(Cell::Integer))).collect(),
            )
        }
        DataType::Timestamp(TimeUnit::Millisecond, None) => {
            let values = array.as_primitive::<TimestampMillisecondType>().iter();
            (
                Kind::Date,
                values.map(|value| cell(value.map(Cell::Millis))).collect(),
            )
        }
        DataType::Utf8 => {
            let values = array.as_string::<i32>().iter();
            let text = |value: &str| Cell::Text(value.to_owned());
            (
                Kind::Text,
                values.map(|value| cell(value.map(text))).collect(),
            )
        }
        DataType::Dictionary(..) => (Kind::Dictionary, labels(array)),
        other => panic!("an array of {other}"),
    }
}

/// The cells of a dictionary, whose labels must be distinct, in the order of appearance.
fn labels(array: &ArrayRef) -> Vec<Cell> {
    let array = array.as_dictionary::<Int32Type>();
    let labels = array.values().as_string::<i32>();
    assert_eq!(labels.null_count(), 0);
    let mut used = 0;
    let mut cells = Vec::new();
    for key in array.keys() {
        let Some(key) = key else {
            cells.push(Cell::Null);
            continue;
        };
        let key = usize::try_from(key).unwrap();
        assert!(key <= used, "a label before its turn");
        used = used.max(key + 1);
        cells.push(Cell::Text(labels.value(key).to_owned()));
    }
    assert_eq!(used, labels.len(), "a label that no cell has");
    let distinct: std::collections::HashSet<_> = labels.iter().collect();
    assert_eq!(distinct.len(), labels.len(), "a label twice");
    cells
}
