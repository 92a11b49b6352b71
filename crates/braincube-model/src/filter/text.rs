//! A filter as a short text, for people at a terminal. The grammar stands at [`Filter::parse`].

mod parse;
mod print;
mod token;

use std::fmt;
use std::str::FromStr;

use super::{Filter, ParseFilterError};

impl Filter {
    /// Reads the textual form.
    ///
    /// ```text
    /// filter     = and { "or" and }
    /// and        = unary { "and" unary }
    /// unary      = "not" unary | "(" filter ")" | comparison
    /// comparison = variable ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) value
    ///            | variable "between" value "and" value
    ///            | variable [ "not" ] "in" "[" value { "," value } "]"
    /// variable   = "mb20/d2000034" | "d2000034"
    /// value      = number | date | text | "text" text | "[" text { "," text } "]"
    /// number     = as in JSON: 0, -1.5, 1e3
    /// date       = 20201127_124000 | 2020-11-27 | 2020-11-27T12:40 | 2020-11-27T12:40:00
    /// text       = as in JSON, in double quotes
    /// ```
    ///
    /// * Words of the grammar are read in any case, and `==` is read as `=`.
    /// * `not` binds tighter than `and`, and `and` tighter than `or`. A row of several `and` (or
    ///   `or`) becomes a balanced tree, as of [`Filter::all`].
    /// * `d2000034` needs a memory base: see [`Filter::parse_in`].
    /// * `v = "A"` asks for the modality: `{"EQUALS":[v,["A"]]}`. `v = text "A"` sends the text as
    ///   it is. Elsewhere a text in quotes is sent as it is, or as a date if it reads as one.
    /// * `v in [1, 2]` is short for `(v = 1 or v = 2)`, and `v != 1` for `not v = 1`.
    ///
    /// A filter prints in this form, and what is printed reads back as the same filter.
    ///
    /// ```
    /// use braincube_model::Filter;
    ///
    /// let filter = Filter::parse(r#"mb20/d34 >= 0 and not (mb20/d5 in ["A", "B"])"#)?;
    /// assert_eq!(
    ///     filter.to_string(),
    ///     r#"mb20/d34 >= 0 and not (mb20/d5 = "A" or mb20/d5 = "B")"#
    /// );
    /// # Ok::<(), braincube_model::filter::ParseFilterError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the text does not follow the grammar, or is more than [`Filter::MAX_DEPTH`] gates deep.
    /// The error points at the line and column.
    pub fn parse(text: &str) -> Result<Self, ParseFilterError> {
        parse::parse(text, None)
    }

    /// Reads the textual form, in which `d2000034` is a variable of the given memory base.
    ///
    /// ```
    /// use braincube_model::Filter;
    ///
    /// assert_eq!(Filter::parse_in("d34 < 1", 20)?, Filter::parse("mb20/d34 < 1")?);
    /// # Ok::<(), braincube_model::filter::ParseFilterError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Filter::parse`].
    pub fn parse_in(text: &str, memory_base: u64) -> Result<Self, ParseFilterError> {
        parse::parse(text, Some(memory_base))
    }
}

impl FromStr for Filter {
    type Err = ParseFilterError;

    /// Reads JSON if the text begins with `{`, else the textual form.
    fn from_str(text: &str) -> Result<Self, ParseFilterError> {
        if text.trim_start().starts_with('{') {
            Self::from_json(text)
        } else {
            Self::parse(text)
        }
    }
}

impl fmt::Display for Filter {
    /// The textual form; see [`Filter::parse`].
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        print::print(self, f)
    }
}
