//! The tokens of the textual form.

use crate::filter::ParseFilterError;
use crate::filter::error::Reason;

pub(super) type Parsed<T> = Result<T, ParseFilterError>;

/// A token and its position.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub(super) start: usize,
    pub(super) kind: Kind,
    /// The token as written; empty at the end.
    pub(super) text: &'a str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    /// In double or single quotes.
    Text,
    Sign,
    End,
}

/// Splits a text into tokens, with a lookahead of one token.
pub(super) struct Tokens<'a> {
    source: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    pub(super) const fn new(source: &'a str) -> Self {
        Self { source, at: 0 }
    }

    pub(super) fn next(&mut self) -> Parsed<Token<'a>> {
        let token = self.peek()?;
        self.at = token.start + token.text.len();
        Ok(token)
    }

    pub(super) fn peek(&self) -> Parsed<Token<'a>> {
        let rest = self.source[self.at..].trim_start();
        let start = self.source.len() - rest.len();
        let (kind, length) = match rest.as_bytes() {
            [] => (Kind::End, 0),
            [quote @ (b'"' | b'\''), ..] => (Kind::Text, self.quoted_len(rest, start, *quote)?),
            // The last two are not operators. As one token, they are shown whole in the error.
            [b'!' | b'<' | b'>' | b'=', b'=', ..] | [b'<', b'>', ..] | [b'=', b'<' | b'>', ..] => {
                (Kind::Sign, 2)
            }
            [b'(' | b')' | b'[' | b']' | b',' | b'<' | b'>' | b'=', ..] => (Kind::Sign, 1),
            _ => match rest.find(|c| !is_word(c)) {
                Some(0) => return Err(self.message(start, hint(rest))),
                Some(length) => (Kind::Word, length),
                None => (Kind::Word, rest.len()),
            },
        };
        Ok(Token {
            start,
            kind,
            text: &rest[..length],
        })
    }

    /// The date together with a time of day after it, as in `2020-11-27 12:40`.
    pub(super) fn with_time_of_day(&mut self, date: Token<'a>) -> Token<'a> {
        match self.peek() {
            Ok(time) if date.kind == Kind::Word && time.text.contains(':') => {
                self.at = time.start + time.text.len();
                let text = &self.source[date.start..self.at];
                Token { text, ..date }
            }
            _ => date,
        }
    }

    /// The length of a text in quotes, including the quotes. There are no escapes in single quotes.
    fn quoted_len(&self, rest: &str, start: usize, quote: u8) -> Parsed<usize> {
        let mut escaped = false;
        for (index, byte) in rest.bytes().enumerate().skip(1) {
            match byte {
                _ if escaped => escaped = false,
                b'\\' if quote == b'"' => escaped = true,
                _ if byte == quote => return Ok(index + 1),
                _ => {}
            }
        }
        Err(self.message(start, "the quote is not closed"))
    }

    pub(super) fn error(&self, offset: usize, reason: Reason) -> ParseFilterError {
        ParseFilterError::at(self.source, offset, reason)
    }

    pub(super) fn message(&self, offset: usize, message: &'static str) -> ParseFilterError {
        self.error(offset, Reason::Message(message))
    }

    /// The error for an unexpected token.
    pub(super) fn unexpected(&self, token: Token, expected: &'static str) -> ParseFilterError {
        let found = match token.kind {
            Kind::End => "the end".into(),
            Kind::Text => "a text in quotes".into(),
            _ => format!("{:?}", token.text.chars().take(32).collect::<String>()).into(),
        };
        self.error(token.start, Reason::Expected { expected, found })
    }
}

/// The advice for a character that cannot start a token.
fn hint(rest: &str) -> &'static str {
    match rest.chars().next() {
        Some('&') => "write \"and\" instead",
        Some('|') => "write \"or\" instead",
        Some('!') => "write \"not\" instead",
        Some('≤') => "write <= instead",
        Some('≥') => "write >= instead",
        Some('≠') => "write != instead",
        Some('“' | '”' | '„' | '‘' | '’' | '«' | '»') => {
            "unexpected quote: write the text as \"A\" or 'A'"
        }
        _ => "unexpected character",
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '/' | '.' | ':' | '+' | '-')
}

impl Token<'_> {
    pub(super) fn is(&self, word: &str) -> bool {
        self.kind != Kind::Text && self.text.eq_ignore_ascii_case(word)
    }
}
