//! [`Condition`]: what a variable must be, as the service stores it, and the filter it stands for.

mod filters;

use serde_json::value::RawValue;

use crate::filter::{FilterError, Literal, Number, VariableFilter};
use crate::json::object::{literal, reference};
use crate::json::{JsonError, JsonProblem, Object, kind};
use crate::{BcId, BcIdRangeError, DateTime, Filter, LongId, Metadata, VariableType};

pub(super) use self::filters::Owner;
pub use self::filters::{ConditionFilters, Unfiltered};

/// What a variable must be: between two bounds, or one of some modalities; or must not be.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    variable: Option<BcId>,
    minimum: Option<Literal>,
    maximum: Option<Literal>,
    modalities: Vec<Box<str>>,
    positive: bool,
    metadata: Metadata,
}

/// Why a condition cannot become a filter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConditionError {
    /// A condition of a job or an event names no variable.
    #[error(
        "conditions[{place}] of {owner} names no variable, so which rows are meant is not known; it \
         has to be mended in the Braincube"
    )]
    NoVariable {
        /// The job or the event: `job 573`.
        owner: Box<str>,
        /// Its place among the conditions, counted from 0.
        place: usize,
    },
    /// A condition stands for no filter, where each has to.
    #[error("{0}")]
    NoFilter(Unfiltered),
    /// The type of the variable, which decides on the filter, was not given.
    #[error("a condition is about variable {variable}, whose type is not known")]
    UnknownVariable {
        /// The variable.
        variable: BcId,
    },
    /// The id of the variable is no number, so it has no long id.
    #[error("a condition is about a variable that has no long id")]
    NoLongId(#[from] BcIdRangeError),
    /// A bound of a condition on a date is no date.
    #[error(
        "a condition on the date {variable} has the bound {bound}, which is no count of \
         milliseconds since 1970 in the years 0 to 9999"
    )]
    NoDate {
        /// The variable.
        variable: LongId,
        /// The bound.
        bound: Literal,
    },
    /// The filter cannot be made.
    #[error("a condition stands for no filter")]
    Filter(#[from] FilterError),
}

impl Condition {
    /// `variable.bcId`: the variable that the condition is about. Some conditions of a job's
    /// categories have none.
    pub const fn variable(&self) -> Option<&BcId> {
        self.variable.as_ref()
    }

    /// `minimum`: the lower bound. Of a date it is in milliseconds since 1970.
    pub const fn minimum(&self) -> Option<&Literal> {
        self.minimum.as_ref()
    }

    /// `maximum`: the upper bound. Of a date it is in milliseconds since 1970.
    pub const fn maximum(&self) -> Option<&Literal> {
        self.maximum.as_ref()
    }

    /// `modalities`: the values allowed, of a discrete variable.
    pub fn modalities(&self) -> impl ExactSizeIterator<Item = &str> {
        self.modalities.iter().map(|modality| &**modality)
    }

    /// `positive`: whether the condition must hold, and not its opposite. It must unless it says
    /// otherwise.
    pub const fn is_positive(&self) -> bool {
        self.positive
    }

    /// The whole object, as it came.
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

    /// The filter that the condition stands for, about the given variable of the given type.
    ///
    /// | type | condition | filter |
    /// |---|---|---|
    /// | `DISCRETE`, `DISCRET` | modalities | an `EQUALS` for each, joined with `OR` |
    /// | other | `minimum` and `maximum` | `BETWEEN` |
    /// | other | `minimum` alone | `GREAT` |
    /// | other | `maximum` alone | `LESS` |
    /// | any | none of these | no filter: [`Job::filters`](crate::Job::filters) tells of it |
    ///
    /// The bounds of a `DATETIME` become dates in UTC. Data has whole seconds, so a bound that has
    /// milliseconds becomes the whole second that keeps the same rows: a `maximum` alone and the
    /// `minimum` of a `BETWEEN` the second behind it, the others the one before it. A condition that
    /// is not positive becomes a `NOT`.
    ///
    /// # Errors
    ///
    /// If a bound of a date is no date, or `variable` is a memory base.
    pub fn to_filter(
        &self,
        variable: LongId,
        variable_type: &VariableType,
    ) -> Result<Option<Filter>, ConditionError> {
        let filter = if variable_type.is_discrete() {
            self.discrete(variable)?
        } else {
            self.bounds(variable, *variable_type == VariableType::DateTime)?
        };
        Ok(filter.map(|filter| if self.positive { filter } else { !filter }))
    }

    fn discrete(&self, variable: LongId) -> Result<Option<Filter>, FilterError> {
        match variable.one_of(self.modalities.iter().cloned()) {
            Err(FilterError::NoModality) => Ok(None),
            filter => filter.map(Some),
        }
    }

    fn bounds(&self, variable: LongId, date: bool) -> Result<Option<Filter>, ConditionError> {
        let is_between = self.minimum.is_some() && self.maximum.is_some();
        let bound = |bound: &Option<Literal>, second| match bound {
            Some(bound) if date => Ok(Some(to_date(variable, bound, second)?)),
            bound => Ok::<_, ConditionError>(bound.clone()),
        };
        let (low, high) = match is_between {
            true => (Second::Behind, Second::Before),
            false => (Second::Before, Second::Behind),
        };
        Ok(
            match (bound(&self.minimum, low)?, bound(&self.maximum, high)?) {
                // The service may store a minimum above its maximum; that is its own matter.
                (Some(low), Some(high)) => Some(Filter::Between {
                    variable,
                    low,
                    high,
                }),
                (Some(low), None) => Some(variable.great(low)?),
                (None, Some(high)) => Some(variable.less(high)?),
                (None, None) => None,
            },
        )
    }
}

/// Which whole second stands for a bound between two of them.
#[derive(Clone, Copy)]
enum Second {
    Before,
    Behind,
}

/// A count of milliseconds as a date; a date as it is.
fn to_date(variable: LongId, bound: &Literal, second: Second) -> Result<Literal, ConditionError> {
    let date = match bound {
        Literal::Date(_) => return Ok(bound.clone()),
        Literal::Number(number) => {
            let before = number.floor().and_then(DateTime::from_epoch_milliseconds);
            match second {
                Second::Before => before,
                // The last second of all stands for what is behind it too.
                Second::Behind => second_behind(number).or(before),
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

/// The first whole second that is not before so many milliseconds.
fn second_behind(milliseconds: &Number) -> Option<DateTime> {
    let in_its_second = milliseconds.ceil()?.checked_add(999)?;
    DateTime::from_epoch_milliseconds(in_its_second)
}

/// A bound. `NaN`, and the infinity on the bound's own side, are written by Python servers for one that is not set.
fn bound(raw: &RawValue, unset: &str) -> Result<Option<Literal>, JsonError> {
    match raw.get().trim_matches('"') {
        "NaN" => Ok(None),
        text if text == unset => Ok(None),
        "Infinity" | "-Infinity" => {
            let (expected, found) = ("a finite number", "an infinity");
            Err(JsonError::at(
                raw.get(),
                JsonProblem::Type { expected, found },
            ))
        }
        _ => literal(raw).map(Some),
    }
}

/// A modality; one that is written as a number is taken by its digits.
fn modality(raw: &RawValue) -> Result<Box<str>, JsonError> {
    match raw.get().as_bytes().first() {
        Some(b'"') => crate::json::object::text(raw),
        Some(b'-' | b'0'..=b'9') => Ok(raw.get().into()),
        _ => {
            let (expected, found) = ("a modality, a text or a number", kind(raw));
            Err(JsonError::at(
                raw.get(),
                JsonProblem::Type { expected, found },
            ))
        }
    }
}
