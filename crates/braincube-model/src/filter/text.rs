//! A filter as a short text, for people at a terminal. The grammar stands at [`Filter::parse`].

mod comparison;
mod parse;
mod print;
mod token;

use std::fmt;
use std::str::FromStr;

use self::comparison::Reading;
use super::{Filter, ParseFilterError};
use crate::DateTime;

impl Filter {
    /// Reads the textual form.
    ///
    /// ```text
    /// filter     = and { "or" and }
    /// and        = unary { "and" unary }
    /// unary      = "not" unary | "(" filter ")" | comparison
    /// comparison = variable ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) value
    ///            | variable [ "not" ] "between" value "and" value
    ///            | variable [ "not" ] "in" "[" value { "," value } "]"
    /// variable   = "mb20/d2000034" | "d2000034"
    /// value      = number | date | text | "text" text | "[" text { "," text } "]"
    /// number     = as in JSON: 0, -1.5, 1e3
    /// date       = 20201127_124000 | 2020-11-27T12:40:00 | 2020-11-27T12:40 | day | instant
    /// day        = 2020-11-27
    /// instant    = 2020-11-27T12:40:00Z | 2020-11-27T13:40:00+01:00
    /// text       = in double quotes as in JSON, or in single quotes as it stands
    /// ```
    ///
    /// * Words and variables are read in any case, `==` is read as `=`, `<>` as `!=`, the brackets
    ///   of `in (1, 2)` as those of `in [1, 2]`, and a space within a date as its `T`.
    /// * `not` binds tighter than `and`, and `and` tighter than `or`. A row of several `and` (or
    ///   `or`) becomes a balanced tree, as of [`Filter::all`].
    /// * `d2000034` needs a memory base: see [`Filter::parse_in`].
    /// * A day stands for all its seconds: `<= 2020-11-27` is up to its last one, `> 2020-11-27` after
    ///   it, `between 2020-11-26 and 2020-11-27` both days, and `= 2020-11-27` is that day.
    /// * An instant is kept as a text, because only the memory base knows its time zone: an extraction converts it,
    ///   with [`Filter::with_dates`], once it knows that the variable is a date.
    /// * `v = "A"` asks for the modality: `{"EQUALS":[v,["A"]]}`. So the modalities of a discrete
    ///   variable stand in quotes even where they read as numbers or dates: `v = "12"`, and
    ///   `v = "2020-11-27"` is no date. `v = text "A"` sends the text as it is. Elsewhere a text in
    ///   quotes is sent as it is, or as a date if it reads as one. An extraction that knows a variable to be a date
    ///   converts its texts and numbers in any case: [`Filter::with_dates`].
    /// * `v in [1, 2]` is short for `(v = 1 or v = 2)`, and `v != 1` for `not v = 1`.
    /// * A range whose lower bound is above the upper one is refused, as by
    ///   [`VariableFilter::between`](crate::VariableFilter::between).
    ///
    /// A filter prints in this form, and what is printed reads back as the same filter; through
    /// [`str::parse`] also where it holds a range that nothing is in, as the service may send one.
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
    /// If the text does not follow the grammar, has a range that nothing is in, or is more than
    /// [`Filter::MAX_DEPTH`] gates deep. The error points at the line and column.
    pub fn parse(text: &str) -> Result<Self, ParseFilterError> {
        let reading = Reading {
            memory_base: None,
            empty_ranges: false,
        };
        parse::parse(text, reading)
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
        let reading = Reading {
            memory_base: Some(memory_base),
            empty_ranges: false,
        };
        parse::parse(text, reading)
    }
}

/// Whether a text can only be the JSON of a filter: no textual form begins so.
pub(super) fn is_json(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// A date in one of the forms that the grammar has.
fn date(text: &str) -> Option<DateTime> {
    let iso = || DateTime::parse_iso(&text.replacen(' ', "T", 1));
    text.parse().ok().or_else(iso)
}

impl FromStr for Filter {
    type Err = ParseFilterError;

    /// Reads JSON if the text begins with `{`, else the textual form: whatever a filter prints.
    fn from_str(text: &str) -> Result<Self, ParseFilterError> {
        if is_json(text) {
            return Self::from_json_with_empty_ranges(text);
        }
        let reading = Reading {
            memory_base: None,
            empty_ranges: true,
        };
        parse::parse(text, reading)
    }
}

impl fmt::Display for Filter {
    /// The textual form; see [`Filter::parse`].
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        print::print(self, f)
    }
}
