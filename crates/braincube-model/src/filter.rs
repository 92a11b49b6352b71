//! [`Filter`]: the condition that selects the rows of a memory base.
//!
//! A filter is built from a variable ([`VariableFilter`]), combined with `&`, `|` and `!`, or parsed: from the service's
//! JSON ([`Filter::from_json`]) or from a short textual form ([`Filter::parse`]).
//!
//! ```
//! use braincube_model::{Filter, LongId, VariableFilter};
//!
//! let speed = LongId::variable(20, 2_000_034);
//! let product = LongId::variable(20, 2_000_005);
//! let filter = speed.within(0..=10)? & !product.one_of(["A", "B"])?;
//!
//! assert_eq!(
//!     filter.to_string(),
//!     r#"mb20/d2000034 between 0 and 10 and not (mb20/d2000005 = "A" or mb20/d2000005 = "B")"#
//! );
//! assert_eq!(filter.to_string().parse::<Filter>()?, filter);
//! assert_eq!(serde_json::to_string(&filter)?.parse::<Filter>()?, filter);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod combine;
mod dates;
mod error;
mod json;
mod literal;
mod text;
mod tree;
mod variable;

use std::sync::Arc;

pub use self::error::{FilterError, ParseFilterError};
pub use self::literal::{Literal, Modalities, Number, Text};
pub use self::variable::{FilterRange, IntoFilter, IntoLiteral, VariableFilter};
use crate::LongId;

/// A condition on rows: a comparison of one variable, or a combination of filters.
///
/// Each variant shows its form on the wire. Serialization and deserialization are exact inverses, through `serde_json`
/// only. Parsing also accepts `Not` for `NOT` and any other case, and gates of more than two operands, which become
/// balanced trees of gates with two. A filter deeper than [`Filter::MAX_DEPTH`] is an error for both. No operation on a
/// filter is recursive, so a deep one does not exhaust the stack. Cloning a filter shares its operands.
///
/// `Filter` implements `Drop`, so a pattern can only borrow from it.
#[derive(Clone)]
#[allow(
    clippy::exhaustive_enums,
    reason = "a match over the operators of the service must notice a new one"
)]
pub enum Filter {
    /// The value is equal to this one, or to one of these modalities.
    ///
    /// ```
    /// # use braincube_model::{LongId, VariableFilter};
    /// # let variable = LongId::variable(20, 2);
    /// let number = variable.equal_to(2.0)?;
    /// assert_eq!(serde_json::to_string(&number)?, r#"{"EQUALS":["mb20/d2",2.0]}"#);
    /// let modality = variable.equal_to("A")?;
    /// assert_eq!(serde_json::to_string(&modality)?, r#"{"EQUALS":["mb20/d2",["A"]]}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Equals {
        /// The compared variable.
        variable: LongId,
        /// The value that the variable is compared with.
        value: Literal,
    },
    /// The value is between two bounds. Whether the service includes the bounds is not documented in any public package.
    ///
    /// ```
    /// # use braincube_model::{LongId, VariableFilter};
    /// let filter = LongId::variable(20, 3).between(-1, 1)?;
    /// assert_eq!(serde_json::to_string(&filter)?, r#"{"BETWEEN":["mb20/d3",-1,1]}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Between {
        /// The compared variable.
        variable: LongId,
        /// The lower bound.
        low: Literal,
        /// The upper bound.
        high: Literal,
    },
    /// The value is less than this one.
    ///
    /// ```
    /// # use braincube_model::{LongId, VariableFilter};
    /// let filter = LongId::variable(20, 3).less_than(10)?;
    /// assert_eq!(serde_json::to_string(&filter)?, r#"{"LESS":["mb20/d3",10]}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Less {
        /// The compared variable.
        variable: LongId,
        /// The value that the variable is compared with.
        value: Literal,
    },
    /// The value is less than or equal to this one.
    ///
    /// ```
    /// # use braincube_model::{LongId, VariableFilter};
    /// let filter = LongId::variable(20, 3).less_or_equal(10)?;
    /// assert_eq!(serde_json::to_string(&filter)?, r#"{"LESS_EQUALS":["mb20/d3",10]}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    LessEquals {
        /// The compared variable.
        variable: LongId,
        /// The value that the variable is compared with.
        value: Literal,
    },
    /// The value is greater than this one.
    ///
    /// ```
    /// # use braincube_model::{LongId, VariableFilter};
    /// let filter = LongId::variable(20, 3).greater_than(10)?;
    /// assert_eq!(serde_json::to_string(&filter)?, r#"{"GREAT":["mb20/d3",10]}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Great {
        /// The compared variable.
        variable: LongId,
        /// The value that the variable is compared with.
        value: Literal,
    },
    /// The value is greater than or equal to this one.
    ///
    /// ```
    /// # use braincube_model::{LongId, VariableFilter};
    /// let filter = LongId::variable(20, 3).greater_or_equal("20201127_124000")?;
    /// assert_eq!(
    ///     serde_json::to_string(&filter)?,
    ///     r#"{"GREAT_EQUALS":["mb20/d3","20201127_124000"]}"#
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    GreatEquals {
        /// The compared variable.
        variable: LongId,
        /// The value that the variable is compared with.
        value: Literal,
    },
    /// The rows that do not match the other filter.
    ///
    /// ```
    /// # use braincube_model::{LongId, VariableFilter};
    /// let filter = !LongId::variable(20, 3).less_than(10)?;
    /// assert_eq!(serde_json::to_string(&filter)?, r#"{"NOT":[{"LESS":["mb20/d3",10]}]}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Not(Arc<Self>),
    /// The rows that match both filters. The service accepts exactly two operands.
    ///
    /// ```
    /// # use braincube_model::{LongId, VariableFilter};
    /// # let v = LongId::variable(20, 3);
    /// let filter = v.greater_than(1)? & v.less_than(10)?;
    /// assert_eq!(
    ///     serde_json::to_string(&filter)?,
    ///     r#"{"AND":[{"GREAT":["mb20/d3",1]},{"LESS":["mb20/d3",10]}]}"#
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    And(Arc<Self>, Arc<Self>),
    /// The rows that match at least one of two filters.
    ///
    /// ```
    /// # use braincube_model::{LongId, VariableFilter};
    /// # let v = LongId::variable(20, 3);
    /// let filter = v.less_than(1)? | v.greater_than(10)?;
    /// assert_eq!(
    ///     serde_json::to_string(&filter)?,
    ///     r#"{"OR":[{"LESS":["mb20/d3",1]},{"GREAT":["mb20/d3",10]}]}"#
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Or(Arc<Self>, Arc<Self>),
}
