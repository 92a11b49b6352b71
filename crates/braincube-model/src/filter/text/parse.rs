//! Reads the gates of the textual form, with the open brackets on the heap. What stands between
//! them is read by [`comparison`].

use super::comparison::{Reading, comparison};
use super::token::{Kind, Parsed, Tokens};
use crate::filter::error::Reason;
use crate::filter::{Filter, FilterError, ParseFilterError};

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

pub(super) fn parse(source: &str, reading: Reading) -> Parsed<Filter> {
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
        open.push(comparison(&mut tokens, token, reading)?);
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
            } else if token.is(")") {
                return Err(tokens.error(token.start, Reason::Message("no bracket is open here")));
            } else if above.is_empty() {
                return Err(tokens.unexpected(token, "\"and\", \"or\" or the end"));
            } else {
                return Err(tokens.unexpected(token, "\"and\", \"or\" or \")\""));
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
