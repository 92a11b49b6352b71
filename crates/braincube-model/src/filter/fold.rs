//! How filters are combined: `&`, `|`, `!`, and any number at once.

use std::ops::{BitAnd, BitOr, Not};

use super::Filter;

/// The two gates that join filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gate {
    And,
    Or,
}

impl Filter {
    /// The rows that pass every one of the filters; `None` if there is none.
    ///
    /// They are joined into a balanced tree, the left half the larger, because a gate of the
    /// service takes two: three filters give `AND[AND[a,b],c]`, as the Python package does, and
    /// ten thousand are 14 gates deep.
    ///
    /// ```
    /// use braincube_model::{Filter, LongId, VariableFilter};
    ///
    /// let v = LongId::variable(20, 3);
    /// let filter = Filter::all([v.great(1)?, v.less(9)?, !v.equals(5)?]);
    /// assert_eq!(
    ///     serde_json::to_string(&filter)?,
    ///     r#"{"AND":[{"AND":[{"GREAT":["mb20/d3",1]},{"LESS":["mb20/d3",9]}]},{"NOT":[{"EQUALS":["mb20/d3",5]}]}]}"#
    /// );
    /// assert_eq!(Filter::all([]), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn all(filters: impl IntoIterator<Item = Self>) -> Option<Self> {
        balanced(filters, Gate::And)
    }

    /// The rows that pass at least one of the filters; `None` if there is none.
    ///
    /// The tree is balanced as that of [`Filter::all`].
    pub fn any(filters: impl IntoIterator<Item = Self>) -> Option<Self> {
        balanced(filters, Gate::Or)
    }
}

pub(super) fn balanced(filters: impl IntoIterator<Item = Filter>, gate: Gate) -> Option<Filter> {
    let filters: Vec<_> = filters.into_iter().collect();
    let count = filters.len();
    fold(&mut filters.into_iter(), count, gate)
}

/// The next `count` of `filters` as one. The recursion is as deep as the tree is: log₂ of `count`.
fn fold(filters: &mut impl Iterator<Item = Filter>, count: usize, gate: Gate) -> Option<Filter> {
    if count < 2 {
        return filters.next();
    }
    let left = fold(filters, count - count / 2, gate)?;
    let right = fold(filters, count / 2, gate)?;
    Some(gate.join(left, right))
}

impl Gate {
    pub(super) fn join(self, left: Filter, right: Filter) -> Filter {
        match self {
            Self::And => Filter::And(Box::new(left), Box::new(right)),
            Self::Or => Filter::Or(Box::new(left), Box::new(right)),
        }
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
        Self::Not(Box::new(self))
    }
}
