//! Reads the textual form, with the open brackets on the heap.

use super::token::{Kind, Token, Tokens};
use crate::filter::error::Reason;
use crate::filter::{Filter, FilterError, Literal, Modalities, Number, ParseFilterError};
use crate::{DateTime, LongId};

type Parsed<T> = Result<T, ParseFilterError>;

/// What has been read since a bracket was opened.
#[derive(Default)]
struct Open {
    /// Where the bracket is.
    start: usize,
    /// The operands of `or` that are complete.
    ors: Vec<Filter>,
    /// The operands of `and` since the last `or`.
    ands: Vec<Filter>,
    /// How many `not` stand before the operand to come.
    nots: usize,
}

impl Open {
    fn push(&mut self, mut operand: Filter) {
        for _ in 0..std::mem::take(&mut self.nots) {
            operand = !operand;
        }
        self.ands.push(operand);
    }

    fn end_of_and(&mut self) {
        self.ors.extend(Filter::all(self.ands.drain(..)));
    }

    fn close(mut self) -> Option<Filter> {
        self.end_of_and();
        Filter::any(self.ors)
    }
}

pub(super) fn parse(source: &str, memory_base: Option<u64>) -> Parsed<Filter> {
    let mut tokens = Tokens::new(source);
    let mut above: Vec<Open> = Vec::new();
    let mut open = Open::default();
    let mut depth = 0;
    loop {
        // An operand, with what stands before it.
        let token = tokens.next()?;
        let deeper = token.is("not") || token.is("(");
        if deeper {
            depth += 1;
            if depth > Filter::MAX_DEPTH {
                return Err(too_deep(&tokens, token.start));
            }
        }
        if token.is("not") {
            open.nots += 1;
            continue;
        }
        if token.is("(") {
            let start = token.start;
            above.push(std::mem::replace(
                &mut open,
                Open {
                    start,
                    ..Open::default()
                },
            ));
            continue;
        }
        depth -= open.nots;
        open.push(comparison(&mut tokens, token, memory_base)?);
        // What follows an operand, up to the next one.
        loop {
            let token = tokens.next()?;
            if token.is("and") {
                break;
            } else if token.is("or") {
                open.end_of_and();
                break;
            } else if token.is(")") && !above.is_empty() {
                let outer = above.pop().unwrap_or_default();
                let inner = std::mem::replace(&mut open, outer).close();
                depth -= 1 + open.nots;
                inner.into_iter().for_each(|filter| open.push(filter));
            } else if token.kind == Kind::End && above.is_empty() {
                return finish(&tokens, open);
            } else if token.kind == Kind::End {
                return Err(tokens.error(open.start, Reason::Message("the bracket is not closed")));
            } else {
                return Err(tokens.unexpected(token, "\"and\", \"or\" or the end"));
            }
        }
    }
}

fn finish(tokens: &Tokens, open: Open) -> Parsed<Filter> {
    let filter = open.close().filter(|filter| filter.check_depth().is_ok());
    filter.ok_or_else(|| too_deep(tokens, 0))
}

fn too_deep(tokens: &Tokens, offset: usize) -> ParseFilterError {
    tokens.error(offset, Reason::Filter(FilterError::too_deep()))
}

fn comparison(tokens: &mut Tokens, first: Token, memory_base: Option<u64>) -> Parsed<Filter> {
    let variable = variable(tokens, first, memory_base)?;
    let operator = tokens.next()?;
    let word = operator.text.to_ascii_lowercase();
    Ok(match word.as_str() {
        "=" | "==" => Filter::Equals {
            variable,
            value: equal(tokens)?,
        },
        "!=" => !Filter::Equals {
            variable,
            value: equal(tokens)?,
        },
        "<" => Filter::Less {
            variable,
            value: value(tokens)?,
        },
        "<=" => Filter::LessEquals {
            variable,
            value: value(tokens)?,
        },
        ">" => Filter::Great {
            variable,
            value: value(tokens)?,
        },
        ">=" => Filter::GreatEquals {
            variable,
            value: value(tokens)?,
        },
        "between" => {
            let low = value(tokens)?;
            expect(tokens, "and", "\"and\" and the upper bound")?;
            let high = value(tokens)?;
            Filter::Between {
                variable,
                low,
                high,
            }
        }
        "in" => one_of(tokens, variable)?,
        "not" => {
            expect(tokens, "in", "\"in\"")?;
            !one_of(tokens, variable)?
        }
        _ => {
            let expected = "one of = != < <= > >= between in";
            return Err(tokens.unexpected(operator, expected));
        }
    })
}

fn variable(tokens: &Tokens, token: Token, memory_base: Option<u64>) -> Parsed<LongId> {
    let expected = "a variable such as mb20/d2000034, \"not\" or \"(\"";
    let unexpected = || tokens.unexpected(token, expected);
    if token.kind != Kind::Word {
        return Err(unexpected());
    }
    if let Some(id) = token
        .text
        .strip_prefix('d')
        .and_then(crate::long_id::number)
    {
        let message = "which memory base? write the variable as mb20/d2000034";
        let memory_base =
            memory_base.ok_or_else(|| tokens.error(token.start, Reason::Message(message)))?;
        return Ok(LongId::variable(memory_base, id));
    }
    let id: LongId = token.text.parse().map_err(|_| unexpected())?;
    id.variable_id().map(|_| id).ok_or_else(unexpected)
}

/// What stands behind `=`: as any value, but a text is a modality.
fn equal(tokens: &mut Tokens) -> Parsed<Literal> {
    let token = tokens.peek()?;
    if token.kind == Kind::Text {
        return Ok(Modalities::one(quoted(tokens)?).into());
    }
    value(tokens)
}

fn value(tokens: &mut Tokens) -> Parsed<Literal> {
    const EXPECTED: &str = "a number, a date, a text in quotes or a list";
    let token = tokens.peek()?;
    if token.kind == Kind::Text {
        return Ok(Literal::from(&*quoted(tokens)?));
    }
    tokens.next()?;
    if token.is("text") {
        return Ok(Literal::from(&*quoted(tokens)?));
    }
    if token.is("[") {
        let list = list(tokens, quoted)?;
        let list = Modalities::new(list)
            .map_err(|error| tokens.error(token.start, Reason::Filter(error)))?;
        return Ok(list.into());
    }
    if token.kind != Kind::Word {
        return Err(tokens.unexpected(token, EXPECTED));
    }
    let date = || {
        token
            .text
            .parse()
            .ok()
            .or_else(|| DateTime::parse_iso(token.text))
    };
    Number::parse(token.text)
        .map(Literal::from)
        .or_else(|| date().map(Literal::from))
        .ok_or_else(|| tokens.unexpected(token, EXPECTED))
}

/// What stands behind `in`.
fn one_of(tokens: &mut Tokens, variable: LongId) -> Parsed<Filter> {
    let bracket = expect(tokens, "[", "a list such as [\"A\", \"B\"]")?;
    let values = list(tokens, equal)?;
    let each = values
        .into_iter()
        .map(|value| Filter::Equals { variable, value });
    Filter::any(each)
        .ok_or_else(|| tokens.error(bracket.start, Reason::Filter(FilterError::NoModality)))
}

/// The elements of a list whose opening bracket has been read.
fn list<T>(
    tokens: &mut Tokens,
    mut element: impl FnMut(&mut Tokens) -> Parsed<T>,
) -> Parsed<Vec<T>> {
    let mut elements = Vec::new();
    if tokens.peek()?.is("]") {
        tokens.next()?;
        return Ok(elements);
    }
    loop {
        elements.push(element(tokens)?);
        let token = tokens.next()?;
        if token.is("]") {
            return Ok(elements);
        }
        if !token.is(",") {
            return Err(tokens.unexpected(token, "\",\" or \"]\""));
        }
    }
}

fn quoted(tokens: &mut Tokens) -> Parsed<Box<str>> {
    let token = tokens.next()?;
    if token.kind != Kind::Text {
        return Err(tokens.unexpected(token, "a text in quotes"));
    }
    let message = "the text has an escape or a character that JSON does not allow";
    serde_json::from_str(token.text)
        .map_err(|_| tokens.error(token.start, Reason::Message(message)))
}

fn expect<'a>(tokens: &mut Tokens<'a>, word: &str, expected: &'static str) -> Parsed<Token<'a>> {
    let token = tokens.next()?;
    if token.is(word) {
        Ok(token)
    } else {
        Err(tokens.unexpected(token, expected))
    }
}
