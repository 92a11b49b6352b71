//! [`Filter`]: which rows of a memory base are meant.
//!
//! A filter is made from a variable ([`VariableFilter`]), combined with `&`, `|` and `!`, or read:
//! from the service's JSON ([`Filter::from_json`]) or from a short text for people
//! ([`Filter::parse`], whose grammar stands there).
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

mod dates;
mod deep;
mod error;
mod fold;
mod json;
mod literal;
mod number;
mod range;
mod text;
mod variable;

pub use self::dates::DateCandidate;
pub use self::error::{FilterError, ParseFilterError};
pub use self::literal::{Literal, Modalities, Text};
pub use self::number::Number;
pub use self::range::FilterRange;
pub use self::variable::{IntoFilter, VariableFilter};
use crate::LongId;

/// Which rows are meant: a comparison of one variable, or a combination of filters.
///
/// Each variant says how it goes over the wire. Serialization and deserialization are exact
/// inverses (through `serde_json`, whose text they are); reading also takes `Not` for `NOT`, any
/// other case, and gates of more than two operands, which become balanced trees of two. A filter
/// more than [`Filter::MAX_DEPTH`] deep is refused by both. No operation on a filter, however
/// deep, can exhaust the stack.
///
/// A filter has a destructor, so that it is taken apart by reference.
#[allow(
    clippy::exhaustive_enums,
    reason = "a match over the operators of the service must see a new one"
)]
pub enum Filter {
    /// The value is this one, or one of these modalities.
    ///
    /// ```
    /// # use braincube_model::{LongId, VariableFilter};
    /// # let variable = LongId::variable(20, 2);
    /// let number = variable.equals(2.0)?;
    /// assert_eq!(serde_json::to_string(&number)?, r#"{"EQUALS":["mb20/d2",2.0]}"#);
    /// let modality = variable.equals("A")?;
    /// assert_eq!(serde_json::to_string(&modality)?, r#"{"EQUALS":["mb20/d2",["A"]]}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Equals {
        /// The variable compared.
        variable: LongId,
        /// What it is compared with.
        value: Literal,
    },
    /// The value is between two others. Whether they are included is the service's choice, which
    /// none of the public packages tells.
    ///
    /// ```
    /// # use braincube_model::{LongId, VariableFilter};
    /// let filter = LongId::variable(20, 3).between(-1, 1)?;
    /// assert_eq!(serde_json::to_string(&filter)?, r#"{"BETWEEN":["mb20/d3",-1,1]}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Between {
        /// The variable compared.
        variable: LongId,
        /// The lower of the two bounds.
        low: Literal,
        /// The higher of the two bounds.
        high: Literal,
    },
    /// The value is less than this one.
    ///
    /// ```
    /// # use braincube_model::{LongId, VariableFilter};
    /// let filter = LongId::variable(20, 3).less(10)?;
    /// assert_eq!(serde_json::to_string(&filter)?, r#"{"LESS":["mb20/d3",10]}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Less {
        /// The variable compared.
        variable: LongId,
        /// What it is compared with.
        value: Literal,
    },
    /// The value is less than this one, or equal to it.
    ///
    /// ```
    /// # use braincube_model::{LongId, VariableFilter};
    /// let filter = LongId::variable(20, 3).less_equals(10)?;
    /// assert_eq!(serde_json::to_string(&filter)?, r#"{"LESS_EQUALS":["mb20/d3",10]}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    LessEquals {
        /// The variable compared.
        variable: LongId,
        /// What it is compared with.
        value: Literal,
    },
    /// The value is greater than this one.
    ///
    /// ```
    /// # use braincube_model::{LongId, VariableFilter};
    /// let filter = LongId::variable(20, 3).great(10)?;
    /// assert_eq!(serde_json::to_string(&filter)?, r#"{"GREAT":["mb20/d3",10]}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Great {
        /// The variable compared.
        variable: LongId,
        /// What it is compared with.
        value: Literal,
    },
    /// The value is greater than this one, or equal to it.
    ///
    /// ```
    /// # use braincube_model::{LongId, VariableFilter};
    /// let filter = LongId::variable(20, 3).great_equals("20201127_124000")?;
    /// assert_eq!(
    ///     serde_json::to_string(&filter)?,
    ///     r#"{"GREAT_EQUALS":["mb20/d3","20201127_124000"]}"#
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    GreatEquals {
        /// The variable compared.
        variable: LongId,
        /// What it is compared with.
        value: Literal,
    },
    /// The rows that the other filter leaves out.
    ///
    /// ```
    /// # use braincube_model::{LongId, VariableFilter};
    /// let filter = !LongId::variable(20, 3).less(10)?;
    /// assert_eq!(serde_json::to_string(&filter)?, r#"{"NOT":[{"LESS":["mb20/d3",10]}]}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Not(Box<Self>),
    /// The rows that pass both. There are exactly two: the service takes no more.
    ///
    /// ```
    /// # use braincube_model::{LongId, VariableFilter};
    /// # let v = LongId::variable(20, 3);
    /// let filter = v.great(1)? & v.less(10)?;
    /// assert_eq!(
    ///     serde_json::to_string(&filter)?,
    ///     r#"{"AND":[{"GREAT":["mb20/d3",1]},{"LESS":["mb20/d3",10]}]}"#
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    And(Box<Self>, Box<Self>),
    /// The rows that pass at least one of two.
    ///
    /// ```
    /// # use braincube_model::{LongId, VariableFilter};
    /// # let v = LongId::variable(20, 3);
    /// let filter = v.less(1)? | v.great(10)?;
    /// assert_eq!(
    ///     serde_json::to_string(&filter)?,
    ///     r#"{"OR":[{"LESS":["mb20/d3",1]},{"GREAT":["mb20/d3",10]}]}"#
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Or(Box<Self>, Box<Self>),
}
