//! [`EvaluateFilter`]: which rows of a record batch a filter selects.

use std::ops::Bound::{self, Excluded, Included, Unbounded};
use std::ops::RangeBounds as _;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Float64Type, Int32Type, Int64Type, TimestampMillisecondType};
use arrow_array::{Array, BooleanArray, RecordBatch};
use arrow_buffer::BooleanBuffer;
use arrow_schema::{DataType, TimeUnit};
use braincube_model::filter::Literal;
use braincube_model::{DateTime, Filter, LongId};

/// Evaluates a filter on rows that have been extracted.
pub trait EvaluateFilter {
    /// Returns for each row of `batch` whether the filter selects it, as the service does. The result has no nulls.
    ///
    /// A comparison with a null is false, so `NOT` of it is true. Numbers are compared as 64-bit floats, in which `-0.0`
    /// equals `0.0` and a comparison with NaN is false. `BETWEEN` includes both bounds. Labels are compared by equality.
    /// Columns are found by the long id in the metadata of their fields (`braincube:id`), regardless of their labels.
    ///
    /// ```
    /// use braincube_frame::{EvaluateFilter as _, FrameOptions, decode};
    /// use braincube_model::Filter;
    ///
    /// let body = br#"{"datadefs": [{"id": "mb20/d1", "type": "NUMERIC", "data": ["1.5", "nan", "3"]}]}"#;
    /// let frame = decode(body, Vec::new(), FrameOptions::default())?;
    /// let mask = Filter::parse("not mb20/d1 > 2")?.evaluate(frame.batch())?;
    /// assert_eq!(mask.iter().flatten().collect::<Vec<_>>(), [true, true, false]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the batch has no column of a variable, or its type cannot be compared with the literal.
    fn evaluate(&self, batch: &RecordBatch) -> Result<BooleanArray, EvaluateError>;
}

/// Why a filter cannot be evaluated on a record batch.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EvaluateError {
    /// No field of the batch has the id of a variable of the filter.
    #[error("no column {variable} in the record batch; request it with the data")]
    #[non_exhaustive]
    MissingColumn {
        /// The variable.
        variable: LongId,
    },
    /// The literal cannot be compared with the cells of the column.
    #[error(
        "cannot compare column {variable} of type {data_type} with {literal}; expected {expected}"
    )]
    #[non_exhaustive]
    Incomparable {
        /// The variable.
        variable: LongId,
        /// The type of its column.
        data_type: DataType,
        /// The literal, as the filter writes it.
        literal: String,
        /// What the column can be compared with.
        expected: &'static str,
    },
}

/// A filter that is still to be visited, or whose operands have been evaluated.
enum Step<'a> {
    Visit(&'a Filter),
    Combine(&'a Filter),
}

impl EvaluateFilter for Filter {
    fn evaluate(&self, batch: &RecordBatch) -> Result<BooleanArray, EvaluateError> {
        // A stack of its own, because a filter may be nested more deeply than the thread's stack allows.
        let mut steps = vec![Step::Visit(self)];
        let mut masks: Vec<BooleanBuffer> = Vec::new();
        while let Some(step) = steps.pop() {
            match step {
                Step::Visit(gate @ Self::Not(inner)) => {
                    steps.extend([Step::Combine(gate), Step::Visit(inner)]);
                }
                Step::Visit(gate @ (Self::And(left, right) | Self::Or(left, right))) => {
                    steps.extend([Step::Combine(gate), Step::Visit(left), Step::Visit(right)]);
                }
                Step::Visit(comparison) => masks.push(compare(comparison, batch)?),
                Step::Combine(gate) => {
                    let last = masks.pop();
                    let combined = match (gate, last) {
                        (Self::Not(_), Some(mask)) => Some(!&mask),
                        (Self::And(..), Some(mask)) => masks.pop().map(|other| &mask & &other),
                        (_, Some(mask)) => masks.pop().map(|other| &mask | &other),
                        (_, None) => None,
                    };
                    masks.extend(combined);
                }
            }
        }
        let mask = masks.pop();
        let mask = mask.unwrap_or_else(|| BooleanBuffer::new_unset(batch.num_rows()));
        Ok(BooleanArray::new(mask, None))
    }
}

/// The literals of a comparison.
enum Comparison<'a> {
    OneOf(&'a Literal),
    Within(Bound<&'a Literal>, Bound<&'a Literal>),
}

fn compare(filter: &Filter, batch: &RecordBatch) -> Result<BooleanBuffer, EvaluateError> {
    let (variable, comparison) = match filter {
        Filter::Equals { variable, value } => (variable, Comparison::OneOf(value)),
        Filter::Between {
            variable,
            low,
            high,
        } => (variable, Comparison::Within(Included(low), Included(high))),
        Filter::Less { variable, value } => {
            (variable, Comparison::Within(Unbounded, Excluded(value)))
        }
        Filter::LessEquals { variable, value } => {
            (variable, Comparison::Within(Unbounded, Included(value)))
        }
        Filter::Great { variable, value } => {
            (variable, Comparison::Within(Excluded(value), Unbounded))
        }
        Filter::GreatEquals { variable, value } => {
            (variable, Comparison::Within(Included(value), Unbounded))
        }
        Filter::Not(_) | Filter::And(..) | Filter::Or(..) => {
            return Ok(BooleanBuffer::new_unset(batch.num_rows()));
        }
    };
    let column = Column::of(*variable, batch)?;
    match column.array.data_type() {
        DataType::Float64 => {
            let cells = column.array.as_primitive::<Float64Type>();
            column.compare_keys(comparison, NUMBERS, |row| Some(cells.value(row)))
        }
        DataType::Int64 => {
            let cells = column.array.as_primitive::<Int64Type>();
            column.compare_keys(comparison, NUMBERS, |row| Some(as_f64(cells.value(row))))
        }
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            let cells = column.array.as_primitive::<TimestampMillisecondType>();
            column.compare_keys(comparison, DATES, |row| Some(as_f64(cells.value(row))))
        }
        DataType::Utf8 if column.is_date => {
            let cells = column.array.as_string::<i32>();
            column.compare_keys(comparison, DATES, |row| {
                let date: Option<DateTime> = cells.value(row).parse().ok();
                date.map(|date| as_f64(date.to_epoch_milliseconds()))
            })
        }
        _ => column.compare_labels(comparison),
    }
}

/// A column that is compared.
struct Column<'a> {
    variable: LongId,
    array: &'a dyn Array,
    /// Whether the declared type is DATETIME.
    is_date: bool,
}

impl<'a> Column<'a> {
    fn of(variable: LongId, batch: &'a RecordBatch) -> Result<Self, EvaluateError> {
        let id = variable.to_string();
        let schema = batch.schema_ref();
        let mut fields = schema.fields().iter().zip(batch.columns());
        let found = fields.find(|(field, _)| field.metadata().get("braincube:id") == Some(&id));
        let (field, array) = found.ok_or(EvaluateError::MissingColumn { variable })?;
        Ok(Self {
            variable,
            array,
            is_date: field.metadata().get("braincube:type").map(String::as_str) == Some("DATETIME"),
        })
    }

    /// Compares cells that have an order.
    fn compare_keys(
        &self,
        comparison: Comparison<'_>,
        reading: Reading,
        key: impl Fn(usize) -> Option<f64>,
    ) -> Result<BooleanBuffer, EvaluateError> {
        let keys = |literal: &Literal| {
            let keys = (reading.keys)(literal);
            keys.ok_or_else(|| self.incomparable(literal, reading.expected))
        };
        let one = |literal: &Literal| match keys(literal)?[..] {
            [key] => Ok(key),
            _ => Err(self.incomparable(literal, reading.expected)),
        };
        let bound = |bound: Bound<&Literal>| match bound {
            Included(literal) => one(literal).map(Included),
            Excluded(literal) => one(literal).map(Excluded),
            Unbounded => Ok(Unbounded),
        };
        let test: Box<dyn Fn(f64) -> bool> = match comparison {
            Comparison::OneOf(literal) => {
                let wanted = keys(literal)?;
                Box::new(move |key| wanted.contains(&key))
            }
            Comparison::Within(low, high) => {
                let range = (bound(low)?, bound(high)?);
                Box::new(move |key| range.contains(&key))
            }
        };
        Ok(self.mask(|row| key(row).is_some_and(&test)))
    }

    /// Compares labels and other text.
    fn compare_labels(&self, comparison: Comparison<'_>) -> Result<BooleanBuffer, EvaluateError> {
        let literal = match comparison {
            Comparison::OneOf(literal) => literal,
            Comparison::Within(Included(literal) | Excluded(literal), _)
            | Comparison::Within(Unbounded, Included(literal) | Excluded(literal)) => {
                return Err(self.incomparable(literal, "an equality: labels have no order"));
            }
            Comparison::Within(Unbounded, Unbounded) => {
                return Ok(BooleanBuffer::new_set(self.array.len()));
            }
        };
        let wanted: Vec<String> = match literal {
            Literal::Number(number) => vec![number.to_string()],
            Literal::Date(date) => vec![date.to_string()],
            Literal::Text(text) => vec![text.as_str().into()],
            Literal::Modalities(list) => list.iter().map(String::from).collect(),
        };
        let is_wanted = |label: &str| wanted.iter().any(|wanted| wanted == label);
        match self.array.data_type() {
            DataType::Utf8 => {
                let labels = self.array.as_string::<i32>();
                Ok(self.mask(|row| is_wanted(labels.value(row))))
            }
            DataType::Dictionary(key, value)
                if **key == DataType::Int32 && **value == DataType::Utf8 =>
            {
                let dictionary = self.array.as_dictionary::<Int32Type>();
                let labels = dictionary.values().as_string::<i32>();
                let is_wanted: Vec<bool> = labels
                    .iter()
                    .map(|label| label.is_some_and(is_wanted))
                    .collect();
                Ok(self.mask(|row| {
                    let code = dictionary.key(row);
                    code.is_some_and(|code| is_wanted.get(code) == Some(&true))
                }))
            }
            _ => Err(self.incomparable(literal, "a column as the decoder makes them")),
        }
    }

    /// Tests the cells that are not null.
    fn mask(&self, test: impl Fn(usize) -> bool) -> BooleanBuffer {
        let nulls = self.array.nulls();
        let is_valid = |row| nulls.is_none_or(|nulls| nulls.is_valid(row));
        BooleanBuffer::collect_bool(self.array.len(), |row| is_valid(row) && test(row))
    }

    fn incomparable(&self, literal: &Literal, expected: &'static str) -> EvaluateError {
        EvaluateError::Incomparable {
            variable: self.variable,
            data_type: self.array.data_type().clone(),
            literal: literal.to_string(),
            expected,
        }
    }
}

/// How the literals of a comparison are read.
#[derive(Clone, Copy)]
struct Reading {
    /// The keys of a literal, several for a list; `None` if it cannot be compared.
    keys: fn(&Literal) -> Option<Vec<f64>>,
    expected: &'static str,
}

const NUMBERS: Reading = Reading {
    keys: |literal| {
        let parse = |text: &str| text.parse().ok().filter(|key: &f64| key.is_finite());
        match literal {
            Literal::Number(number) => Some(vec![number.as_f64()]),
            Literal::Date(_) => None,
            Literal::Text(text) => parse(text.as_str()).map(|key| vec![key]),
            Literal::Modalities(list) => list.iter().map(parse).collect(),
        }
    },
    expected: "a number",
};

const DATES: Reading = Reading {
    keys: |literal| {
        let key = |date: DateTime| as_f64(date.to_epoch_milliseconds());
        let parse = |text: &str| text.parse().ok().map(key);
        match literal {
            Literal::Date(date) => Some(vec![key(*date)]),
            Literal::Number(_) | Literal::Text(_) => None,
            Literal::Modalities(list) => list.iter().map(parse).collect(),
        }
    },
    expected: "a date in the service's form, such as 20231028_210000",
};

#[allow(
    clippy::cast_precision_loss,
    reason = "documented: numbers are compared as floats"
)]
const fn as_f64(integer: i64) -> f64 {
    integer as f64
}
