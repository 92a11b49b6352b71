//! The textual form of a filter, for people at a terminal. [`Filter::parse`] documents the grammar.

mod comparison;
mod print;
mod token;

use std::fmt;
use std::str::FromStr;

use self::comparison::{Reading, comparison};
use self::token::{Kind, Parsed, Tokens};
use super::error::Reason;
use super::{Filter, FilterError, ParseFilterError};
use crate::DateTime;

impl Filter {
    /// Parses the textual form.
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
    /// text       = in double quotes with JSON escapes, or in single quotes without escapes
    /// ```
    ///
    /// * Keywords and variables may be in any case. `==` is the same as `=`, `<>` as `!=`, `in (1, 2)` as `in [1, 2]`, and
    ///   a space in a date as its `T`.
    /// * `not` binds tighter than `and`, and `and` tighter than `or`. Several operands of `and` (or `or`) become a balanced
    ///   tree, as of [`Filter::all`].
    /// * `d2000034` needs a memory base: see [`Filter::parse_in`].
    /// * A day means all its seconds: `<= 2020-11-27` ends with its last second, `> 2020-11-27` starts after it,
    ///   `between 2020-11-26 and 2020-11-27` contains both days, and `= 2020-11-27` is that day.
    /// * An instant is kept as a text, because only the memory base knows its time zone. An extraction converts it
    ///   with [`Filter::with_types`] if the variable is a date.
    /// * `v = "A"` compares with a modality: `{"EQUALS":[v,["A"]]}`. Modalities of a discrete variable are always in quotes,
    ///   even if they look like numbers or dates: `v = "12"`; and in `v = "2020-11-27"` the text is not a date.
    ///   `v = text "A"` sends the text unchanged. With other operators, a text in quotes is sent unchanged unless it is a
    ///   date. If an extraction knows that the variable is a date, it converts its texts and numbers in every case:
    ///   [`Filter::with_types`].
    /// * `v in [1, 2]` is short for `(v = 1 or v = 2)`, and `v != 1` for `not v = 1`.
    /// * A range whose lower bound is above the upper one is an error, as in
    ///   [`VariableFilter::between`](crate::VariableFilter::between).
    ///
    /// A filter is displayed in this form, and the displayed text parses to the same filter. [`str::parse`] also accepts
    /// ranges that contain no value, because the service may send them.
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
    /// If the text does not follow the grammar, contains a range without values, or is deeper than
    /// [`Filter::MAX_DEPTH`]. The error contains the line and the column.
    pub fn parse(text: &str) -> Result<Self, ParseFilterError> {
        parse(text, Reading::default())
    }

    /// Parses the textual form; `d2000034` is a variable of the given memory base.
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
    /// As for [`Filter::parse`].
    pub fn parse_in(text: &str, memory_base: u64) -> Result<Self, ParseFilterError> {
        let reading = Reading {
            memory_base: Some(memory_base),
            ..Reading::default()
        };
        parse(text, reading)
    }
}

/// Whether a text can only be the JSON of a filter: no textual form starts with a brace.
pub(super) fn is_json(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// A date in one of the forms of the grammar.
fn date(text: &str) -> Option<DateTime> {
    let iso = || DateTime::parse_iso(&text.replacen(' ', "T", 1));
    text.parse().ok().or_else(iso)
}

impl FromStr for Filter {
    type Err = ParseFilterError;

    /// Parses JSON if the text starts with `{`, else the textual form. Accepts everything that a filter is displayed as.
    fn from_str(text: &str) -> Result<Self, ParseFilterError> {
        if is_json(text) {
            return Self::from_json_with_empty_ranges(text);
        }
        let reading = Reading {
            empty_ranges: true,
            ..Reading::default()
        };
        parse(text, reading)
    }
}

impl fmt::Display for Filter {
    /// The textual form; see [`Filter::parse`].
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        print::print(self, f)
    }
}

/// The part of the filter since the last opening bracket. Outer groups are on the heap, so parsing is not recursive.
#[derive(Default)]
struct Group {
    /// The position of the bracket.
    start: usize,
    /// The complete operands of `or`.
    ors: Vec<Filter>,
    /// The operands of `and` since the last `or`.
    ands: Vec<Filter>,
    /// The number of `not`s before the next operand.
    nots: usize,
}

impl Group {
    fn push(&mut self, mut operand: Filter) {
        for _ in 0..std::mem::take(&mut self.nots) {
            operand = !operand;
        }
        self.ands.push(operand);
    }

    fn end_and(&mut self) {
        self.ors.extend(Filter::all(self.ands.drain(..)));
    }

    fn close(mut self) -> Option<Filter> {
        self.end_and();
        Filter::any(self.ors)
    }
}

fn parse(source: &str, reading: Reading) -> Parsed<Filter> {
    let mut tokens = Tokens::new(source);
    let mut outer: Vec<Group> = Vec::new();
    let mut group = Group::default();
    let mut depth = 0;
    loop {
        // The operand and everything before it.
        let token = tokens.next()?;
        let (is_not, is_bracket) = (token.is("not"), token.is("("));
        if is_not || is_bracket {
            depth += 1;
            if depth > Filter::MAX_DEPTH {
                return Err(too_deep(&tokens, token.start));
            }
            if is_not {
                group.nots += 1;
                continue;
            }
            let inner = Group {
                start: token.start,
                ..Group::default()
            };
            outer.push(std::mem::replace(&mut group, inner));
            continue;
        }
        depth -= group.nots;
        group.push(comparison(&mut tokens, token, reading)?);
        // Everything up to the next operand.
        loop {
            let token = tokens.next()?;
            if token.is("and") {
                break;
            }
            if token.is("or") {
                group.end_and();
                break;
            }
            let at_end = token.kind == Kind::End;
            match outer.pop() {
                Some(above) if token.is(")") => {
                    let inner = std::mem::replace(&mut group, above).close();
                    depth -= 1 + group.nots;
                    inner.into_iter().for_each(|filter| group.push(filter));
                }
                Some(_) if at_end => {
                    return Err(tokens.message(group.start, "the bracket is not closed"));
                }
                Some(_) => return Err(tokens.unexpected(token, "\"and\", \"or\" or \")\"")),
                None if at_end => {
                    let filter = group.close().filter(|filter| filter.check_depth().is_ok());
                    return filter.ok_or_else(|| too_deep(&tokens, 0));
                }
                None if token.is(")") => {
                    return Err(tokens.message(token.start, "no bracket is open here"));
                }
                None => return Err(tokens.unexpected(token, "\"and\", \"or\" or the end")),
            }
        }
    }
}

fn too_deep(tokens: &Tokens, offset: usize) -> ParseFilterError {
    tokens.error(offset, Reason::Filter(FilterError::too_deep()))
}
