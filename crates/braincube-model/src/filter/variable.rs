//! [`VariableFilter`]: builds filters from a variable, and [`IntoFilter`]: everything that a query accepts as a filter.

use std::ops::{RangeFrom, RangeInclusive, RangeTo, RangeToInclusive};

use super::text::is_json;
use super::tree::Operator;
use super::{Filter, FilterError, Literal, Modalities};
use crate::LongId;

/// Builds filters that compare a variable. Implemented by everything that has a long id.
///
/// A value is an integer, a float, a text or a [`DateTime`](crate::DateTime). A text in the form `YYYYMMDD_HHMMSS` is a
/// date.
///
/// Every method returns an error for NaN and the infinities, and for a memory base in place of a variable. Further errors
/// are listed with the method.
///
/// ```
/// use braincube_model::{LongId, VariableFilter};
///
/// let speed = LongId::variable(20, 2_000_034);
/// assert_eq!(speed.within(1.0..=2.0)?, speed.between(1.0, 2.0)?);
/// assert_eq!(speed.within(..5)?, speed.less_than(5)?);
/// assert_eq!(speed.within(..=5)?, speed.less_or_equal(5)?);
/// assert!(speed.less_than(f64::NAN).is_err());
/// # Ok::<(), braincube_model::filter::FilterError>(())
/// ```
pub trait VariableFilter {
    /// The long id of the variable.
    fn long_id(&self) -> LongId;

    /// The value is equal to this one: [`Filter::Equals`]. A text is a modality, which is sent in a list.
    ///
    /// # Errors
    ///
    /// As for every method of this trait.
    fn equal_to(&self, value: impl IntoLiteral) -> Result<Filter, FilterError> {
        match value.into_literal()? {
            Literal::Text(text) => compare(self, Operator::Equals, Modalities::one(text.as_str())),
            other => compare(self, Operator::Equals, other),
        }
    }

    /// The value is one of these modalities: one [`Filter::Equals`] for each modality, joined with [`Filter::Or`], as in
    /// the Python package.
    ///
    /// # Errors
    ///
    /// Also if there are no modalities.
    fn one_of<T: Into<Box<str>>>(
        &self,
        modalities: impl IntoIterator<Item = T>,
    ) -> Result<Filter, FilterError> {
        let variable = variable(self)?;
        let each = modalities
            .into_iter()
            .map(|modality| Operator::Equals.filter(variable, Modalities::one(modality).into()));
        Filter::any(each).ok_or(FilterError::NoModality)
    }

    /// The value is between two others: [`Filter::Between`].
    ///
    /// # Errors
    ///
    /// Also if the lower bound is above the upper one.
    fn between(
        &self,
        low: impl IntoLiteral,
        high: impl IntoLiteral,
    ) -> Result<Filter, FilterError> {
        let (low, high) = (low.into_literal()?, high.into_literal()?);
        if low.is_after(&high) {
            return Err(FilterError::EmptyRange { low, high });
        }
        Ok(Filter::Between {
            variable: variable(self)?,
            low,
            high,
        })
    }

    /// The value is in a range: `a..=b`, `..b`, `..=b` or `a..`; see [`FilterRange`].
    ///
    /// # Errors
    ///
    /// Also if the lower bound is above the upper one.
    fn within(&self, range: impl FilterRange) -> Result<Filter, FilterError> {
        range.filter(self.long_id())
    }

    /// The value is less than this one: [`Filter::Less`].
    ///
    /// # Errors
    ///
    /// As for every method of this trait.
    fn less_than(&self, value: impl IntoLiteral) -> Result<Filter, FilterError> {
        compare(self, Operator::Less, value)
    }

    /// The value is less than or equal to this one: [`Filter::LessEquals`].
    ///
    /// # Errors
    ///
    /// As for every method of this trait.
    fn less_or_equal(&self, value: impl IntoLiteral) -> Result<Filter, FilterError> {
        compare(self, Operator::LessEquals, value)
    }

    /// The value is greater than this one: [`Filter::Great`].
    ///
    /// # Errors
    ///
    /// As for every method of this trait.
    fn greater_than(&self, value: impl IntoLiteral) -> Result<Filter, FilterError> {
        compare(self, Operator::Great, value)
    }

    /// The value is greater than or equal to this one: [`Filter::GreatEquals`].
    ///
    /// # Errors
    ///
    /// As for every method of this trait.
    fn greater_or_equal(&self, value: impl IntoLiteral) -> Result<Filter, FilterError> {
        compare(self, Operator::GreatEquals, value)
    }
}

impl VariableFilter for LongId {
    fn long_id(&self) -> LongId {
        *self
    }
}

fn compare<V: VariableFilter + ?Sized>(
    comparable: &V,
    operator: Operator,
    value: impl IntoLiteral,
) -> Result<Filter, FilterError> {
    Ok(operator.filter(variable(comparable)?, value.into_literal()?))
}

fn variable<V: VariableFilter + ?Sized>(comparable: &V) -> Result<LongId, FilterError> {
    let id = comparable.long_id();
    match id.variable_id() {
        Some(_) => Ok(id),
        None => Err(FilterError::NotAVariable(id)),
    }
}

/// A value of a comparison. Implemented for everything that converts to a [`Literal`]: integers, floats, texts,
/// [`DateTime`](crate::DateTime) and [`Modalities`].
pub trait IntoLiteral {
    /// Converts the value.
    ///
    /// # Errors
    ///
    /// If the value is NaN or an infinity.
    fn into_literal(self) -> Result<Literal, FilterError>;
}

impl<T: TryInto<Literal, Error: Into<FilterError>>> IntoLiteral for T {
    fn into_literal(self) -> Result<Literal, FilterError> {
        self.try_into().map_err(Into::into)
    }
}

/// A Rust range for which the service has an operator; an argument of [`VariableFilter::within`].
///
/// | range | operator |
/// |---|---|
/// | `a..=b` | `BETWEEN` |
/// | `..b` | `LESS` |
/// | `..=b` | `LESS_EQUALS` |
/// | `a..` | `GREAT_EQUALS` |
///
/// The service has no operator for a half-open range, so this does not compile:
///
/// ```compile_fail
/// use braincube_model::{LongId, VariableFilter};
///
/// let filter = LongId::variable(20, 3).within(0..10);
/// ```
pub trait FilterRange: sealed::Sealed {
    #[doc(hidden)]
    fn filter(self, variable: LongId) -> Result<Filter, FilterError>;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! range {
    ($($range:ident: $self:ident, $variable:ident => $filter:expr;)*) => {$(
        impl<T> sealed::Sealed for $range<T> {}

        impl<T: IntoLiteral> FilterRange for $range<T> {
            fn filter($self, $variable: LongId) -> Result<Filter, FilterError> {
                $filter
            }
        }
    )*};
}

range! {
    RangeTo: self, variable => variable.less_than(self.end);
    RangeToInclusive: self, variable => variable.less_or_equal(self.end);
    RangeFrom: self, variable => variable.greater_or_equal(self.start);
    RangeInclusive: self, variable => {
        let (low, high) = self.into_inner();
        variable.between(low, high)
    };
}

/// A filter, or the result of building one, so that a query reports the error itself.
///
/// ```
/// use braincube_model::filter::IntoFilter;
/// use braincube_model::{LongId, VariableFilter};
///
/// let speed = LongId::variable(20, 3);
/// assert_eq!(speed.less_than(5).into_filter_in(20)?, "d3 < 5".into_filter_in(20)?);
/// # Ok::<(), braincube_model::filter::FilterError>(())
/// ```
pub trait IntoFilter {
    /// Returns the filter of a query of this memory base. In a text, `d2000034` is a variable of it.
    ///
    /// # Errors
    ///
    /// If the filter could not be built or parsed.
    fn into_filter_in(self, memory_base: u64) -> Result<Filter, FilterError>;
}

impl IntoFilter for Filter {
    fn into_filter_in(self, _memory_base: u64) -> Result<Filter, FilterError> {
        Ok(self)
    }
}

impl<E: Into<FilterError>> IntoFilter for Result<Filter, E> {
    fn into_filter_in(self, _memory_base: u64) -> Result<Filter, FilterError> {
        self.map_err(Into::into)
    }
}

impl IntoFilter for &str {
    /// Parses the JSON or the textual form.
    fn into_filter_in(self, memory_base: u64) -> Result<Filter, FilterError> {
        let filter = match is_json(self) {
            true => Filter::from_json(self),
            false => Filter::parse_in(self, memory_base),
        };
        Ok(filter?)
    }
}

impl IntoFilter for String {
    /// Parses the JSON or the textual form.
    fn into_filter_in(self, memory_base: u64) -> Result<Filter, FilterError> {
        self.as_str().into_filter_in(memory_base)
    }
}
