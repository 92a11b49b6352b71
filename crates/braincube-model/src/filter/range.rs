//! [`FilterRange`]: which of Rust's ranges the service has an operator for.

use std::ops::{RangeFrom, RangeInclusive, RangeTo, RangeToInclusive};

use super::variable::{VariableFilter, literal};
use super::{Filter, FilterError, Literal};
use crate::LongId;

/// A range that the service has an operator for; an argument of [`VariableFilter::within`].
///
/// | range | operator |
/// |---|---|
/// | `a..=b` | `BETWEEN` |
/// | `..b` | `LESS` |
/// | `..=b` | `LESS_EQUALS` |
/// | `a..` | `GREAT_EQUALS` |
///
/// A half-open range has none, and does not compile:
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

        impl<T: TryInto<Literal, Error: Into<FilterError>>> FilterRange for $range<T> {
            fn filter($self, $variable: LongId) -> Result<Filter, FilterError> {
                $filter
            }
        }
    )*};
}

range! {
    RangeTo: self, variable => variable.less(literal(self.end)?);
    RangeToInclusive: self, variable => variable.less_equals(literal(self.end)?);
    RangeFrom: self, variable => variable.great_equals(literal(self.start)?);
    RangeInclusive: self, variable => {
        let (low, high) = self.into_inner();
        variable.between(literal(low)?, literal(high)?)
    };
}
