//! Parses one comparison of the textual form: a variable, an operator and its values.

use super::date;
use super::token::{Kind, Parsed, Token, Tokens};
use crate::filter::error::Reason;
use crate::filter::tree::Operator;
use crate::filter::{Filter, FilterError, Literal, Modalities, Number, ParseFilterError};
use crate::{LongId, TimePoint};

/// The options of the parser.
#[derive(Clone, Copy, Default)]
pub(super) struct Reading {
    /// The memory base of a variable without one.
    pub(super) memory_base: Option<u64>,
    /// Accepts a range whose lower bound is above the upper one.
    pub(super) empty_ranges: bool,
}

/// A value as a range from its first to its last literal. They differ for a day, which means all its seconds.
struct Span {
    first: Literal,
    last: Literal,
}

impl Span {
    fn one(value: impl Into<Literal>) -> Self {
        let first = value.into();
        let last = first.clone();
        Self { first, last }
    }

    /// A moment, or a whole day.
    fn of_date(text: &str) -> Option<Self> {
        let first = date(text)?;
        let last = match text.len() == "2020-11-27".len() {
            true => date(&format!("{text}T23:59:59"))?,
            false => first,
        };
        let (first, last) = (first.into(), last.into());
        Some(Self { first, last })
    }

    fn equal_to(self, variable: LongId) -> Filter {
        let Self { first, last } = self;
        if first == last {
            return Operator::Equals.filter(variable, first);
        }
        Filter::Between {
            variable,
            low: first,
            high: last,
        }
    }
}

/// Parses a comparison whose first token has been read.
pub(super) fn comparison(tokens: &mut Tokens, first: Token, reading: Reading) -> Parsed<Filter> {
    let variable = variable(tokens, first, reading)?;
    let mut operator = tokens.next()?;
    let negated = operator.is("not");
    if negated {
        operator = tokens.next()?;
    }
    let filter = match (operator.text.to_ascii_lowercase().as_str(), negated) {
        ("between", _) => between(tokens, variable, reading)?,
        ("in", _) => one_of(tokens, variable)?,
        (_, true) => return Err(tokens.unexpected(operator, "\"in\" or \"between\"")),
        ("=" | "==", _) => equal(tokens)?.equal_to(variable),
        ("!=" | "<>", _) => !equal(tokens)?.equal_to(variable),
        ("<", _) => Operator::Less.filter(variable, value(tokens)?.first),
        ("<=", _) => Operator::LessEquals.filter(variable, value(tokens)?.last),
        (">", _) => Operator::Great.filter(variable, value(tokens)?.last),
        (">=", _) => Operator::GreatEquals.filter(variable, value(tokens)?.first),
        _ => {
            let expected = "one of = != < <= > >= between in";
            return Err(tokens.unexpected(operator, expected));
        }
    };
    Ok(if negated { !filter } else { filter })
}

fn variable(tokens: &Tokens, token: Token, reading: Reading) -> Parsed<LongId> {
    if token.kind == Kind::Text || number(token.text).is_some() {
        let message = "a comparison begins with its variable, such as mb20/d2000034; \
                       several values are written v in [1, 2]";
        return Err(tokens.message(token.start, message));
    }
    let expected = "a variable such as mb20/d2000034, \"not\" or \"(\"";
    let (memory_base, number) = named(token).ok_or_else(|| tokens.unexpected(token, expected))?;
    let memory_base = memory_base.or(reading.memory_base).ok_or_else(|| {
        let message = "which memory base? write the variable as mb20/d2000034";
        tokens.message(token.start, message)
    })?;
    Ok(LongId::variable(memory_base, number))
}

/// The numbers of the memory base, if it is written, and of the variable: `mb20/d2000034` or `d2000034`.
fn named(token: Token) -> Option<(Option<u64>, u64)> {
    if token.kind != Kind::Word {
        return None;
    }
    let word = token.text.to_ascii_lowercase();
    if let Some(number) = word.strip_prefix('d').and_then(crate::id::parse_number) {
        return Some((None, number));
    }
    let id: LongId = word.parse().ok()?;
    Some((Some(id.memory_base_id()), id.variable_id()?))
}

/// Parses the part after `between`.
fn between(tokens: &mut Tokens, variable: LongId, reading: Reading) -> Parsed<Filter> {
    let start = tokens.peek()?.start;
    let low = value(tokens)?.first;
    let and = tokens.next()?;
    if !and.is("and") {
        return Err(tokens.unexpected(and, "\"and\" and the upper bound"));
    }
    let high = value(tokens)?.last;
    if low.is_after(&high) && !reading.empty_ranges {
        let reason = Reason::Filter(FilterError::EmptyRange { low, high });
        return Err(tokens.error(start, reason));
    }
    Ok(Filter::Between {
        variable,
        low,
        high,
    })
}

/// Parses the part after `in`.
fn one_of(tokens: &mut Tokens, variable: LongId) -> Parsed<Filter> {
    let bracket = tokens.next()?;
    let close = match bracket.text {
        "[" => "]",
        "(" => ")",
        _ => return Err(tokens.unexpected(bracket, "a list such as [\"A\", \"B\"]")),
    };
    let values = list(tokens, close, equal)?;
    let each = values.into_iter().map(|value| value.equal_to(variable));
    Filter::any(each)
        .ok_or_else(|| tokens.error(bracket.start, Reason::Filter(FilterError::NoModality)))
}

/// Parses the value after `=`, where a text is a modality.
fn equal(tokens: &mut Tokens) -> Parsed<Span> {
    let token = tokens.peek()?;
    if token.kind == Kind::Text {
        return Ok(Span::one(Modalities::one(quoted(tokens)?)));
    }
    value(tokens)
}

/// Parses the value after any other operator, where a text in the form of a date is a date.
fn value(tokens: &mut Tokens) -> Parsed<Span> {
    let token = tokens.peek()?;
    if token.kind == Kind::Text {
        let text = quoted(tokens)?;
        return Ok(Span::of_date(&text).unwrap_or_else(|| Span::one(&*text)));
    }
    tokens.next()?;
    if token.is("text") {
        return Ok(Span::one(&*quoted(tokens)?));
    }
    if token.is("[") {
        let list = list(tokens, "]", quoted)?;
        let list = Modalities::new(list)
            .map_err(|error| tokens.error(token.start, Reason::Filter(error)))?;
        return Ok(Span::one(list));
    }
    if let Some(number) = number(token.text) {
        return Ok(Span::one(number));
    }
    let token = tokens.with_time_of_day(token);
    if let Some(span) = Span::of_date(token.text) {
        return Ok(span);
    }
    // An instant stays a text: only a query knows the time zone of the memory base.
    match token.text.parse::<TimePoint>() {
        Ok(_) if token.kind == Kind::Word => Ok(Span::one(token.text)),
        _ => Err(not_a_value(tokens, token)),
    }
}

/// A number in the form of JSON; Rust also parses `007`, `1.` and `inf`.
fn number(word: &str) -> Option<Number> {
    serde_json::from_str::<serde::de::IgnoredAny>(word).ok()?;
    Number::parse(word)
}

/// The error for a token that is not a value.
fn not_a_value(tokens: &Tokens, token: Token) -> ParseFilterError {
    let begins_with_date = token
        .text
        .get(..10)
        .is_some_and(|text| date(text).is_some());
    let number = token.text.parse::<f64>();
    if named(token).is_some() {
        let message = "a variable is compared with a value, not with another variable";
        tokens.message(token.start, message)
    } else if token.kind == Kind::Word && begins_with_date {
        let message = "no such time of day; expected 2020-11-27, 2020-11-27T12:40, \
                       2020-11-27T12:40:00 or 2020-11-27T12:40:00+01:00";
        tokens.message(token.start, message)
    } else if number.is_ok_and(|float| !float.is_finite()) {
        tokens.error(token.start, Reason::Filter(FilterError::NotFinite))
    } else {
        tokens.unexpected(token, "a number, a date, a text in quotes or a list")
    }
}

/// Parses the elements of a list after its opening bracket.
fn list<T>(
    tokens: &mut Tokens,
    close: &str,
    mut element: impl FnMut(&mut Tokens) -> Parsed<T>,
) -> Parsed<Vec<T>> {
    let mut elements = Vec::new();
    if tokens.peek()?.is(close) {
        tokens.next()?;
        return Ok(elements);
    }
    loop {
        elements.push(element(tokens)?);
        let token = tokens.next()?;
        if token.is(close) {
            return Ok(elements);
        }
        if !token.is(",") {
            return Err(tokens.unexpected(token, "\",\" or the end of the list"));
        }
    }
}

/// Parses a text: in double quotes with JSON escapes, in single quotes without escapes.
fn quoted(tokens: &mut Tokens) -> Parsed<Box<str>> {
    let token = tokens.next()?;
    if token.kind != Kind::Text {
        return Err(tokens.unexpected(token, "a text in quotes"));
    }
    if let Some(text) = token.text.strip_prefix('\'') {
        return Ok(text.trim_end_matches('\'').into());
    }
    let message = "the text contains an escape or a character that JSON does not allow";
    serde_json::from_str(token.text).map_err(|_| tokens.message(token.start, message))
}
