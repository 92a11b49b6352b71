//! [`Condition`]: a condition on a variable as the service stores it, and its filter.

mod filters;

use serde_json::value::RawValue;

use crate::filter::{FilterError, Literal, Number, VariableFilter};
use crate::json::{JsonError, JsonProblem, Object, reference, text};
use crate::{BcId, BcIdRangeError, DateTime, Filter, LongId, Metadata, VariableType};

pub(super) use self::filters::Owner;
pub use self::filters::{ConditionFilters, UnsupportedCondition};

/// A condition on a variable: it is (or is not) between two bounds, or one of several modalities.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    variable: Option<BcId>,
    minimum: Option<Literal>,
    maximum: Option<Literal>,
    modalities: Vec<Box<str>>,
    positive: bool,
    metadata: Metadata,
}

/// The error of a condition that cannot be converted to a filter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConditionError {
    /// A condition of a job or an event has no variable.
    #[error(
        "conditions[{place}] of {owner} has no variable, so it cannot be converted to a filter; correct it in the \
         Braincube"
    )]
    NoVariable {
        /// The job or the event, such as `job 573`.
        owner: Box<str>,
        /// The index of the condition.
        place: usize,
    },
    /// A condition has no filter, and the caller requires one for each.
    #[error("{0}")]
    Unsupported(UnsupportedCondition),
    /// The type of the variable, which determines the filter, is unknown.
    #[error("the type of variable {variable} in a condition is unknown")]
    UnknownVariable {
        /// The variable.
        variable: BcId,
    },
    /// The id of the variable is not a number, so it has no long id.
    #[error("the variable of a condition has no long id")]
    NoLongId(#[from] BcIdRangeError),
    /// A bound of a condition on a date is not a date.
    #[error(
        "a condition on the date {variable} has the bound {bound}; expected milliseconds since 1970 in the years 0 to \
         9999"
    )]
    NoDate {
        /// The variable.
        variable: LongId,
        /// The bound.
        bound: Literal,
    },
    /// The filter cannot be built.
    #[error("a condition cannot be converted to a filter")]
    Filter(#[from] FilterError),
}

impl Condition {
    /// `variable.bcId`: the variable of the condition. Some conditions of a job's categories have none.
    pub const fn variable(&self) -> Option<&BcId> {
        self.variable.as_ref()
    }

    /// `minimum`: the lower bound; for a date, in milliseconds since 1970.
    pub const fn minimum(&self) -> Option<&Literal> {
        self.minimum.as_ref()
    }

    /// `maximum`: the upper bound; for a date, in milliseconds since 1970.
    pub const fn maximum(&self) -> Option<&Literal> {
        self.maximum.as_ref()
    }

    /// `modalities`: the accepted values of a discrete variable.
    pub fn modalities(&self) -> impl ExactSizeIterator<Item = &str> {
        self.modalities.iter().map(|modality| &**modality)
    }

    /// `positive`: whether the condition must hold (the default), or its negation.
    pub const fn is_positive(&self) -> bool {
        self.positive
    }

    /// The unchanged JSON object.
    pub const fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    pub(crate) fn from_json(raw: &RawValue) -> Result<Self, JsonError> {
        let object = Object::parse(raw)?;
        Ok(Self {
            variable: object.read("variable", reference)?,
            minimum: object
                .read("minimum", |raw| bound(raw, "-Infinity"))?
                .flatten(),
            maximum: object
                .read("maximum", |raw| bound(raw, "Infinity"))?
                .flatten(),
            modalities: object.list("modalities", modality)?,
            positive: object.boolean("positive")?.unwrap_or(true),
            metadata: object.metadata(),
        })
    }

    /// The filter of the condition, for the given variable and type.
    ///
    /// | type | condition | filter |
    /// |---|---|---|
    /// | `DISCRETE`, `DISCRET` | modalities | an `EQUALS` for each, joined with `OR` |
    /// | other | `minimum` and `maximum` | `BETWEEN` |
    /// | other | `minimum` alone | `GREAT` |
    /// | other | `maximum` alone | `LESS` |
    /// | any | none of these | none; see [`ConditionFilters::unsupported`] |
    ///
    /// The bounds of a `DATETIME` become dates in UTC. Data has whole seconds, so a bound with milliseconds becomes the
    /// whole second that selects the same rows: a `maximum` alone and the `minimum` of a `BETWEEN` are rounded up, the
    /// others down. A condition that is not positive becomes a `NOT`.
    ///
    /// # Errors
    ///
    /// If a bound of a date is not a date, or `variable` is a memory base.
    pub fn to_filter(
        &self,
        variable: LongId,
        variable_type: &VariableType,
    ) -> Result<Option<Filter>, ConditionError> {
        let filter = match variable_type.is_discrete() {
            true if self.modalities.is_empty() => None,
            true => Some(variable.one_of(self.modalities.iter().cloned())?),
            false => self.bounds(variable, *variable_type == VariableType::DateTime)?,
        };
        Ok(filter.map(|filter| if self.positive { filter } else { !filter }))
    }

    fn bounds(&self, variable: LongId, is_date: bool) -> Result<Option<Filter>, ConditionError> {
        let is_between = self.minimum.is_some() && self.maximum.is_some();
        let convert = |bound: &Option<Literal>, rounding| match bound {
            Some(bound) if is_date => Ok(Some(to_date(variable, bound, rounding)?)),
            bound => Ok::<_, ConditionError>(bound.clone()),
        };
        let (low, high) = match is_between {
            true => (Rounding::Up, Rounding::Down),
            false => (Rounding::Down, Rounding::Up),
        };
        let (low, high) = (convert(&self.minimum, low)?, convert(&self.maximum, high)?);
        Ok(match (low, high) {
            // Not `between`: the service may store a minimum above its maximum.
            (Some(low), Some(high)) => Some(Filter::Between {
                variable,
                low,
                high,
            }),
            (Some(low), None) => Some(variable.greater_than(low)?),
            (None, Some(high)) => Some(variable.less_than(high)?),
            (None, None) => None,
        })
    }

    /// Whether the condition has neither bounds nor modalities.
    fn is_empty(&self) -> bool {
        self.minimum.is_none() && self.maximum.is_none() && self.modalities.is_empty()
    }
}

/// How a bound becomes a whole second.
#[derive(Clone, Copy)]
enum Rounding {
    Down,
    Up,
}

/// Converts milliseconds since 1970 to a date.
fn to_date(
    variable: LongId,
    bound: &Literal,
    rounding: Rounding,
) -> Result<Literal, ConditionError> {
    let date = match bound {
        Literal::Date(date) => Some(*date),
        Literal::Number(number) => {
            let down = number
                .rounded(f64::floor)
                .and_then(DateTime::from_epoch_milliseconds);
            let next_second =
                || DateTime::from_epoch_milliseconds(number.rounded(f64::ceil)?.checked_add(999)?);
            match rounding {
                Rounding::Down => down,
                // The last second of the year 9999 cannot be rounded up.
                Rounding::Up => next_second().or(down),
            }
        }
        Literal::Text(_) | Literal::Modalities(_) => None,
    };
    date.map(Literal::Date)
        .ok_or_else(|| ConditionError::NoDate {
            variable,
            bound: bound.clone(),
        })
}

/// A bound. Python servers write `NaN`, or the infinity on the side of the bound, if it is not set.
fn bound(raw: &RawValue, unset: &str) -> Result<Option<Literal>, JsonError> {
    match raw.get().trim_matches('"') {
        "NaN" => Ok(None),
        text if text == unset => Ok(None),
        "Infinity" | "-Infinity" => {
            let (expected, found) = ("a finite number", "an infinity");
            Err(JsonError::at(raw, JsonProblem::Type { expected, found }))
        }
        _ => literal(raw).map(Some),
    }
}

/// A number or a text, as a literal of a filter.
fn literal(raw: &RawValue) -> Result<Literal, JsonError> {
    let token = raw.get();
    match token.as_bytes().first() {
        Some(b'"') => Ok(Literal::from(&*text(raw)?)),
        Some(b'-' | b'0'..=b'9') => Number::parse(token)
            .map(Literal::from)
            .ok_or_else(|| JsonError::wrong_type(raw, "a number that a float can hold")),
        _ => Err(JsonError::wrong_type(raw, "a number")),
    }
}

/// A modality. A number becomes the text of its digits.
fn modality(raw: &RawValue) -> Result<Box<str>, JsonError> {
    match raw.get().as_bytes().first() {
        Some(b'"') => text(raw),
        Some(b'-' | b'0'..=b'9') => Ok(raw.get().into()),
        _ => Err(JsonError::wrong_type(raw, "a modality, a text or a number")),
    }
}
