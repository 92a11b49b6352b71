//! Reads a comparison of the textual form: a variable, an operator, values.

use super::date;
use super::token::{Kind, Parsed, Token, Tokens};
use crate::filter::error::Reason;
use crate::filter::{Filter, FilterError, Literal, Modalities, Number, ParseFilterError};
use crate::{LongId, TimePoint};

/// How a text is read.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    /// The memory base of a variable that is written without one.
    pub(super) memory_base: Option<u64>,
    /// Whether a lower bound above the upper one is read, and not refused.
    pub(super) empty_ranges: bool,
}

/// A value as it is written: from its first to its last literal, which differ where a day stands
/// for all its seconds.
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

    fn equals(self, variable: LongId) -> Filter {
        let Self { first, last } = self;
        if first == last {
            let value = first;
            return Filter::Equals { variable, value };
        }
        let (low, high) = (first, last);
        Filter::Between {
            variable,
            low,
            high,
        }
    }
}

/// A comparison whose first word has been read.
pub(super) fn comparison(tokens: &mut Tokens, first: Token, reading: Reading) -> Parsed<Filter> {
    let variable = variable(tokens, first, reading)?;
    let operator = tokens.next()?;
    let word = operator.text.to_ascii_lowercase();
    Ok(match word.as_str() {
        "=" | "==" => equal(tokens)?.equals(variable),
        "!=" | "<>" => !equal(tokens)?.equals(variable),
        "<" => Filter::Less {
            variable,
            value: value(tokens)?.first,
        },
        "<=" => Filter::LessEquals {
            variable,
            value: value(tokens)?.last,
        },
        ">" => Filter::Great {
            variable,
            value: value(tokens)?.last,
        },
        ">=" => Filter::GreatEquals {
            variable,
            value: value(tokens)?.first,
        },
        "between" => between(tokens, variable, reading)?,
        "in" => one_of(tokens, variable)?,
        "not" => {
            let operator = tokens.next()?;
            if operator.is("between") {
                !between(tokens, variable, reading)?
            } else if operator.is("in") {
                !one_of(tokens, variable)?
            } else {
                return Err(tokens.unexpected(operator, "\"in\" or \"between\""));
            }
        }
        _ => {
            let expected = "one of = != < <= > >= between in";
            return Err(tokens.unexpected(operator, expected));
        }
    })
}

fn variable(tokens: &Tokens, token: Token, reading: Reading) -> Parsed<LongId> {
    if token.kind == Kind::Text || number(token.text).is_some() {
        let message = "a comparison begins with its variable, such as mb20/d2000034; \
                       several values are written v in [1, 2]";
        return Err(tokens.error(token.start, Reason::Message(message)));
    }
    let expected = "a variable such as mb20/d2000034, \"not\" or \"(\"";
    match named(token) {
        Some(Named::Whole(id)) => Ok(id),
        Some(Named::InMemoryBase(id)) => {
            let message = "which memory base? write the variable as mb20/d2000034";
            let memory_base = reading
                .memory_base
                .ok_or_else(|| tokens.error(token.start, Reason::Message(message)))?;
            Ok(LongId::variable(memory_base, id))
        }
        None => Err(tokens.unexpected(token, expected)),
    }
}

/// A variable as it is written.
enum Named {
    /// `mb20/d2000034`
    Whole(LongId),
    /// `d2000034`
    InMemoryBase(u64),
}

fn named(token: Token) -> Option<Named> {
    if token.kind != Kind::Word {
        return None;
    }
    let word = token.text.to_ascii_lowercase();
    if let Some(id) = word.strip_prefix('d').and_then(crate::long_id::number) {
        return Some(Named::InMemoryBase(id));
    }
    let id: LongId = word.parse().ok()?;
    id.variable_id().map(|_| Named::Whole(id))
}

/// What stands behind `between`.
fn between(tokens: &mut Tokens, variable: LongId, reading: Reading) -> Parsed<Filter> {
    let start = tokens.peek()?.start;
    let low = value(tokens)?.first;
    expect(tokens, "and", "\"and\" and the upper bound")?;
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

/// What stands behind `in`.
fn one_of(tokens: &mut Tokens, variable: LongId) -> Parsed<Filter> {
    let bracket = tokens.next()?;
    let close = match bracket.text {
        "[" => "]",
        "(" => ")",
        _ => return Err(tokens.unexpected(bracket, "a list such as [\"A\", \"B\"]")),
    };
    let values = list(tokens, close, equal)?;
    let each = values.into_iter().map(|value| value.equals(variable));
    Filter::any(each)
        .ok_or_else(|| tokens.error(bracket.start, Reason::Filter(FilterError::NoModality)))
}

/// What stands behind `=`: as any value, but a text is a modality.
fn equal(tokens: &mut Tokens) -> Parsed<Span> {
    let token = tokens.peek()?;
    if token.kind == Kind::Text {
        return Ok(Span::one(Modalities::one(quoted(tokens)?)));
    }
    value(tokens)
}

/// What stands behind any other operator: a text that reads as a date is the date.
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
    // An instant: what it is on the clock of the memory base, a query finds out.
    match token.text.parse::<TimePoint>() {
        Ok(_) if token.kind == Kind::Word => Ok(Span::one(token.text)),
        _ => Err(no_value(tokens, token)),
    }
}

/// A number as JSON writes it; Rust reads more, such as `007`, `1.` and `inf`.
fn number(word: &str) -> Option<Number> {
    serde_json::from_str::<serde::de::IgnoredAny>(word).ok()?;
    Number::parse(word)
}

/// The error for a word that is no value.
fn no_value(tokens: &Tokens, token: Token) -> ParseFilterError {
    let begins_as_date = token
        .text
        .get(..10)
        .is_some_and(|text| date(text).is_some());
    if named(token).is_some() {
        let message = "a variable is compared with a value, not with another variable";
        tokens.error(token.start, Reason::Message(message))
    } else if token.kind == Kind::Word && begins_as_date {
        let message = "no such time of day: a date reads 2020-11-27, 2020-11-27T12:40, \
                       2020-11-27T12:40:00 or 2020-11-27T12:40:00+01:00";
        tokens.error(token.start, Reason::Message(message))
    } else if token
        .text
        .parse()
        .is_ok_and(|float: f64| !float.is_finite())
    {
        tokens.error(token.start, Reason::Filter(FilterError::NotFinite))
    } else {
        tokens.unexpected(token, "a number, a date, a text in quotes or a list")
    }
}

/// The elements of a list whose opening bracket has been read.
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

/// A text: in double quotes as JSON has it, in single quotes as it stands.
fn quoted(tokens: &mut Tokens) -> Parsed<Box<str>> {
    let token = tokens.next()?;
    if token.kind != Kind::Text {
        return Err(tokens.unexpected(token, "a text in quotes"));
    }
    if let Some(text) = token.text.strip_prefix('\'') {
        return Ok(text.trim_end_matches('\'').into());
    }
    let message = "the text has an escape or a character that JSON does not allow";
    serde_json::from_str(token.text)
        .map_err(|_| tokens.error(token.start, Reason::Message(message)))
}

fn expect(tokens: &mut Tokens, word: &str, expected: &'static str) -> Parsed<()> {
    let token = tokens.next()?;
    if token.is(word) {
        Ok(())
    } else {
        Err(tokens.unexpected(token, expected))
    }
}
