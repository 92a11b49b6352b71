//! [`VariableFilter`]: a variable compared with a value, as it reads.

use super::text::is_json;
use super::{Filter, FilterError, FilterRange, Literal, Modalities, ParseFilterError};
use crate::LongId;

/// What a variable can be compared with. Anything that has a long id can be compared.
///
/// Integers, floats, texts and [`DateTime`](crate::DateTime)s are taken. A text that reads
/// `YYYYMMDD_HHMMSS` is a date.
///
/// Every method fails for NaN and the infinities, for a memory base in the place of a variable,
/// and where its own documentation says so.
///
/// ```
/// use braincube_model::{LongId, VariableFilter};
///
/// let speed = LongId::variable(20, 2_000_034);
/// assert_eq!(speed.within(1.0..=2.0)?, speed.between(1.0, 2.0)?);
/// assert_eq!(speed.within(..5)?, speed.less(5)?);
/// assert_eq!(speed.within(..=5)?, speed.less_equals(5)?);
/// assert!(speed.less(f64::NAN).is_err());
/// # Ok::<(), braincube_model::filter::FilterError>(())
/// ```
pub trait VariableFilter {
    /// The long id of the variable.
    fn long_id(&self) -> LongId;

    /// The value is this one: [`Filter::Equals`]. A text is a modality, sent in a list.
    ///
    /// # Errors
    ///
    /// As every method of this trait.
    fn equals(
        &self,
        value: impl TryInto<Literal, Error: Into<FilterError>>,
    ) -> Result<Filter, FilterError> {
        let value = match literal(value)? {
            Literal::Text(text) => Modalities::one(text.as_str()).into(),
            other => other,
        };
        Ok(Filter::Equals {
            variable: variable(self)?,
            value,
        })
    }

    /// The value is one of these modalities: an [`Filter::Equals`] for each, joined with
    /// [`Filter::Or`], which is how the Python package asks for it.
    ///
    /// # Errors
    ///
    /// Also if there is no modality.
    fn one_of<T: Into<Box<str>>>(
        &self,
        modalities: impl IntoIterator<Item = T>,
    ) -> Result<Filter, FilterError> {
        let variable = variable(self)?;
        let each = modalities.into_iter().map(|modality| Filter::Equals {
            variable,
            value: Modalities::one(modality).into(),
        });
        Filter::any(each).ok_or(FilterError::NoModality)
    }

    /// The value is between two others: [`Filter::Between`].
    ///
    /// # Errors
    ///
    /// Also if the lower bound is above the upper one.
    fn between(
        &self,
        low: impl TryInto<Literal, Error: Into<FilterError>>,
        high: impl TryInto<Literal, Error: Into<FilterError>>,
    ) -> Result<Filter, FilterError> {
        let (low, high) = (literal(low)?, literal(high)?);
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
    /// As every method of this trait.
    fn less(
        &self,
        value: impl TryInto<Literal, Error: Into<FilterError>>,
    ) -> Result<Filter, FilterError> {
        Ok(Filter::Less {
            variable: variable(self)?,
            value: literal(value)?,
        })
    }

    /// The value is less than this one, or equal to it: [`Filter::LessEquals`].
    ///
    /// # Errors
    ///
    /// As every method of this trait.
    fn less_equals(
        &self,
        value: impl TryInto<Literal, Error: Into<FilterError>>,
    ) -> Result<Filter, FilterError> {
        Ok(Filter::LessEquals {
            variable: variable(self)?,
            value: literal(value)?,
        })
    }

    /// The value is greater than this one: [`Filter::Great`].
    ///
    /// # Errors
    ///
    /// As every method of this trait.
    fn great(
        &self,
        value: impl TryInto<Literal, Error: Into<FilterError>>,
    ) -> Result<Filter, FilterError> {
        Ok(Filter::Great {
            variable: variable(self)?,
            value: literal(value)?,
        })
    }

    /// The value is greater than this one, or equal to it: [`Filter::GreatEquals`].
    ///
    /// # Errors
    ///
    /// As every method of this trait.
    fn great_equals(
        &self,
        value: impl TryInto<Literal, Error: Into<FilterError>>,
    ) -> Result<Filter, FilterError> {
        Ok(Filter::GreatEquals {
            variable: variable(self)?,
            value: literal(value)?,
        })
    }
}

impl VariableFilter for LongId {
    fn long_id(&self) -> LongId {
        *self
    }
}

fn variable<V: VariableFilter + ?Sized>(comparable: &V) -> Result<LongId, FilterError> {
    let id = comparable.long_id();
    match id.variable_id() {
        Some(_) => Ok(id),
        None => Err(FilterError::NotAVariable(id)),
    }
}

pub(super) fn literal(
    value: impl TryInto<Literal, Error: Into<FilterError>>,
) -> Result<Literal, FilterError> {
    value.try_into().map_err(Into::into)
}

/// A filter, or what was to become one: so that a query takes either and reports the error itself.
///
/// ```
/// use braincube_model::filter::IntoFilter;
/// use braincube_model::{Filter, LongId, VariableFilter};
///
/// let speed = LongId::variable(20, 3);
/// assert_eq!(speed.less(5).into_filter()?, "mb20/d3 < 5".into_filter()?);
/// # Ok::<(), braincube_model::filter::FilterError>(())
/// ```
pub trait IntoFilter {
    /// The filter.
    ///
    /// # Errors
    ///
    /// If none could be made.
    fn into_filter(self) -> Result<Filter, FilterError>;

    /// The filter of a query of this memory base: in a text, `d2000034` is a variable of it.
    ///
    /// # Errors
    ///
    /// If none could be made.
    fn into_filter_in(self, memory_base: u64) -> Result<Filter, FilterError>
    where
        Self: Sized,
    {
        let _ = memory_base;
        self.into_filter()
    }
}

impl IntoFilter for Filter {
    fn into_filter(self) -> Result<Filter, FilterError> {
        Ok(self)
    }
}

impl IntoFilter for Result<Filter, FilterError> {
    fn into_filter(self) -> Result<Filter, FilterError> {
        self
    }
}

impl IntoFilter for Result<Filter, ParseFilterError> {
    fn into_filter(self) -> Result<Filter, FilterError> {
        Ok(self?)
    }
}

impl IntoFilter for &str {
    /// Reads the JSON or the textual form.
    fn into_filter(self) -> Result<Filter, FilterError> {
        let filter = if is_json(self) {
            Filter::from_json(self)
        } else {
            Filter::parse(self)
        };
        Ok(filter?)
    }

    fn into_filter_in(self, memory_base: u64) -> Result<Filter, FilterError> {
        let filter = if is_json(self) {
            Filter::from_json(self)
        } else {
            Filter::parse_in(self, memory_base)
        };
        Ok(filter?)
    }
}

impl IntoFilter for String {
    /// Reads the JSON or the textual form.
    fn into_filter(self) -> Result<Filter, FilterError> {
        self.as_str().into_filter()
    }

    fn into_filter_in(self, memory_base: u64) -> Result<Filter, FilterError> {
        self.as_str().into_filter_in(memory_base)
    }
}
