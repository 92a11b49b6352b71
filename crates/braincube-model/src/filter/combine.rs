//! Combinations of filters: the operators `&`, `|` and `!`, [`Filter::all`] and [`Filter::any`].

use std::ops::{BitAnd, BitOr, Not};
use std::sync::Arc;

use super::Filter;

/// One of the two gates that join filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gate {
    And,
    Or,
}

impl Gate {
    /// The name on the wire.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::And => "AND",
            Self::Or => "OR",
        }
    }

    fn join(self, left: Filter, right: Filter) -> Filter {
        match self {
            Self::And => Filter::And(Arc::new(left), Arc::new(right)),
            Self::Or => Filter::Or(Arc::new(left), Arc::new(right)),
        }
    }

    /// Joins all filters into a balanced tree; `None` if there are none.
    pub(super) fn join_all(self, filters: impl IntoIterator<Item = Filter>) -> Option<Filter> {
        let filters: Vec<_> = filters.into_iter().collect();
        let count = filters.len();
        self.join_next(&mut filters.into_iter(), count)
    }

    /// Joins the next `count` filters. The depth of the recursion is the logarithm of `count`.
    fn join_next(self, filters: &mut impl Iterator<Item = Filter>, count: usize) -> Option<Filter> {
        if count < 2 {
            return filters.next();
        }
        let left = self.join_next(filters, count - count / 2)?;
        let right = self.join_next(filters, count / 2)?;
        Some(self.join(left, right))
    }
}

impl Filter {
    /// The rows that match all filters; `None` if there are no filters.
    ///
    /// The filters are joined into a balanced tree whose left half is the larger one, because a gate of the service has
    /// two operands. Three filters become `AND[AND[a,b],c]`, as in the Python package; ten thousand have a depth of 14.
    ///
    /// ```
    /// use braincube_model::{Filter, LongId, VariableFilter};
    ///
    /// let v = LongId::variable(20, 3);
    /// let filter = Filter::all([v.greater_than(1)?, v.less_than(9)?, !v.equal_to(5)?]);
    /// assert_eq!(
    ///     serde_json::to_string(&filter)?,
    ///     r#"{"AND":[{"AND":[{"GREAT":["mb20/d3",1]},{"LESS":["mb20/d3",9]}]},{"NOT":[{"EQUALS":["mb20/d3",5]}]}]}"#
    /// );
    /// assert_eq!(Filter::all([]), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn all(filters: impl IntoIterator<Item = Self>) -> Option<Self> {
        Gate::And.join_all(filters)
    }

    /// The rows that match at least one of the filters; `None` if there are no filters.
    ///
    /// The tree is balanced as that of [`Filter::all`].
    pub fn any(filters: impl IntoIterator<Item = Self>) -> Option<Self> {
        Gate::Or.join_all(filters)
    }
}

impl BitAnd for Filter {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Gate::And.join(self, other)
    }
}

impl BitOr for Filter {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Gate::Or.join(self, other)
    }
}

impl Not for Filter {
    type Output = Self;

    fn not(self) -> Self {
        Self::Not(Arc::new(self))
    }
}
