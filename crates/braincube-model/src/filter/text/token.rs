//! The words and signs of the textual form.

use crate::filter::ParseFilterError;
use crate::filter::error::Reason;

pub(super) type Parsed<T> = Result<T, ParseFilterError>;

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
    /// In quotes, double or single.
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
            [quote @ (b'"' | b'\''), ..] => (Kind::Text, self.quoted(rest, start, *quote)?),
            // The last two are none, but seen as a whole the error can say so.
            [b'!' | b'<' | b'>' | b'=', b'=', ..] | [b'<', b'>', ..] | [b'=', b'<' | b'>', ..] => {
                (Kind::Sign, 2)
            }
            [b'(' | b')' | b'[' | b']' | b',' | b'<' | b'>' | b'=', ..] => (Kind::Sign, 1),
            _ => match rest.find(|c| !is_word(c)) {
                Some(0) => return Err(self.error(start, Reason::Message(hint(rest)))),
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

    /// `date` with the time of day that stands behind it, if one does: `2020-11-27 12:40`.
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

    /// How long a text in quotes is, with its quotes. Single quotes know no escapes.
    fn quoted(&self, rest: &str, start: usize, quote: u8) -> Parsed<usize> {
        let mut escaped = false;
        for (index, byte) in rest.bytes().enumerate().skip(1) {
            match byte {
                _ if escaped => escaped = false,
                b'\\' if quote == b'"' => escaped = true,
                _ if byte == quote => return Ok(index + 1),
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

/// What to write in the place of a character that begins no word and no sign.
fn hint(rest: &str) -> &'static str {
    match rest.chars().next() {
        Some('&') => "write \"and\" for this",
        Some('|') => "write \"or\" for this",
        Some('!') => "write \"not\" for this",
        Some('≤') => "write <= for this",
        Some('≥') => "write >= for this",
        Some('≠') => "write != for this",
        Some('“' | '”' | '„' | '‘' | '’' | '«' | '»') => {
            "this quote has no meaning here: write the text as \"A\" or 'A'"
        }
        _ => "this character has no meaning here",
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
