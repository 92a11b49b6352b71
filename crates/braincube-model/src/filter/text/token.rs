//! The words and signs of the textual form.

use crate::filter::ParseFilterError;
use crate::filter::error::Reason;

/// A word or sign, and where it begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub(super) start: usize,
    pub(super) kind: Kind,
    /// As it stands in the text; nothing at the end.
    pub(super) text: &'a str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    /// In double quotes.
    Text,
    Sign,
    End,
}

/// Cuts a text into tokens, with one token seen ahead.
pub(super) struct Tokens<'a> {
    source: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    pub(super) const fn new(source: &'a str) -> Self {
        Self { source, at: 0 }
    }

    pub(super) fn next(&mut self) -> Result<Token<'a>, ParseFilterError> {
        let token = self.peek()?;
        self.at = token.start + token.text.len();
        Ok(token)
    }

    pub(super) fn peek(&self) -> Result<Token<'a>, ParseFilterError> {
        let rest = self.source[self.at..].trim_start();
        let start = self.source.len() - rest.len();
        let (kind, length) = match rest.as_bytes() {
            [] => (Kind::End, 0),
            [b'"', ..] => (Kind::Text, self.quoted(rest, start)?),
            [b'!' | b'<' | b'>' | b'=', b'=', ..] => (Kind::Sign, 2),
            [b'(' | b')' | b'[' | b']' | b',' | b'<' | b'>' | b'=', ..] => (Kind::Sign, 1),
            _ => match rest.find(|c| !is_word(c)) {
                Some(0) => {
                    let message = "this character has no meaning here";
                    return Err(self.error(start, Reason::Message(message)));
                }
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

    /// How long a text in quotes is, with its quotes.
    fn quoted(&self, rest: &str, start: usize) -> Result<usize, ParseFilterError> {
        let mut escaped = false;
        for (index, byte) in rest.bytes().enumerate().skip(1) {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => return Ok(index + 1),
                _ => {}
            }
        }
        Err(self.error(start, Reason::Message("the quote is not closed")))
    }

    pub(super) fn error(&self, offset: usize, reason: Reason) -> ParseFilterError {
        ParseFilterError::at(self.source, offset, reason)
    }

    /// The error for a token in the place of something else.
    pub(super) fn unexpected(&self, token: Token, expected: &'static str) -> ParseFilterError {
        let found = match token.kind {
            Kind::End => "the end".into(),
            Kind::Text => "a text in quotes".into(),
            _ => format!("{:?}", token.text.chars().take(32).collect::<String>()).into(),
        };
        self.error(token.start, Reason::Expected { expected, found })
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
