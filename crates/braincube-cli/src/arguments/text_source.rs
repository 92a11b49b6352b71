//! [`TextSource`]: an argument that is a text, or says where to read it.

use std::convert::Infallible;
use std::fs::File;
use std::io::{self, Read};
use std::str::FromStr;

use crate::aside::aside;
use crate::failure::Failure;

/// The largest text that is read from a file or from standard input, in bytes. A request of that size is far beyond
/// what the service takes.
const MAX_BYTES: u64 = 16 << 20;

/// An argument that is a text, or says where to read it: `@FILE`, or `-` for standard input. `@@` is an `@` that
/// belongs to the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TextSource {
    /// The text itself.
    Literal(String),
    /// The path of a file.
    File(String),
    /// Standard input.
    StandardInput,
}

impl FromStr for TextSource {
    type Err = Infallible;

    fn from_str(argument: &str) -> Result<Self, Infallible> {
        Ok(match argument.strip_prefix('@') {
            _ if argument == "-" => Self::StandardInput,
            Some("-") => Self::StandardInput,
            Some(text) if text.starts_with('@') => Self::Literal(text.to_owned()),
            Some(path) => Self::File(path.to_owned()),
            None => Self::Literal(argument.to_owned()),
        })
    }
}

impl TextSource {
    /// Checks that standard input is read once at most.
    ///
    /// # Errors
    ///
    /// Wrong usage if several arguments name it: the second one would find nothing left.
    pub(crate) fn check<'a>(sources: impl IntoIterator<Item = &'a Self>) -> Result<(), Failure> {
        let sources = sources.into_iter();
        match sources
            .filter(|source| **source == Self::StandardInput)
            .count()
        {
            0 | 1 => Ok(()),
            count => Err(Failure::Usage(format!(
                "{count} arguments are \"-\", but standard input can be read once; use @FILE"
            ))),
        }
    }

    /// Reads the bytes.
    ///
    /// # Errors
    ///
    /// If the file or standard input cannot be read, or is larger than 16 MiB.
    pub(crate) async fn bytes(&self) -> Result<Vec<u8>, Failure> {
        let read = match self.clone() {
            Self::Literal(text) => return Ok(text.into_bytes()),
            Self::File(path) => aside(move || File::open(path).and_then(limited)).await,
            Self::StandardInput => aside(|| limited(io::stdin().lock())).await,
        };
        read?.map_err(|error| self.cannot_read(&error.to_string()))
    }

    /// Reads the text, without a byte order mark.
    ///
    /// # Errors
    ///
    /// As [`bytes`](Self::bytes), and if it is not UTF-8.
    pub(crate) async fn text(&self) -> Result<String, Failure> {
        let text = String::from_utf8(self.bytes().await?)
            .map_err(|_| self.cannot_read("it is not UTF-8 text"))?;
        Ok(text
            .strip_prefix('\u{feff}')
            .map(String::from)
            .unwrap_or(text))
    }

    /// Whether the text is that of a file or of standard input.
    pub(crate) const fn is_read(&self) -> bool {
        !matches!(self, Self::Literal(_))
    }

    /// Adds to an error where the text comes from, unless it is the argument itself.
    pub(crate) fn locate(&self, failure: Failure) -> Failure {
        match failure {
            Failure::Usage(text) if self.is_read() => {
                Failure::Usage(format!("{text} (in {})", self.name()))
            }
            other => other,
        }
    }

    fn cannot_read(&self, why: &str) -> Failure {
        format!("cannot read {}: {why}", self.name()).into()
    }

    fn name(&self) -> &str {
        match self {
            Self::Literal(text) => text,
            Self::File(path) => path,
            Self::StandardInput => "standard input",
        }
    }
}

fn limited(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(io::Error::other("it is larger than 16 MiB"));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::{MAX_BYTES, TextSource, limited};

    #[test]
    fn f13_an_argument_says_where_its_text_is() {
        let literal = |text: &str| TextSource::Literal(text.into());
        for (argument, expected) in [
            ("d3 < 1", literal("d3 < 1")),
            ("@filter.json", TextSource::File("filter.json".into())),
            ("-", TextSource::StandardInput),
            ("@-", TextSource::StandardInput),
            ("@./-", TextSource::File("./-".into())),
            ("@@Speed", literal("@Speed")),
            ("-1", literal("-1")),
            ("a@b", literal("a@b")),
            ("", literal("")),
        ] {
            assert_eq!(argument.parse(), Ok(expected), "{argument}");
        }
    }

    #[test]
    fn f14_a_text_has_a_limit() {
        let bytes = |count| std::io::Read::take(std::io::repeat(b' '), count);
        assert_eq!(limited(bytes(MAX_BYTES)).unwrap().len() as u64, MAX_BYTES);
        let error = limited(std::io::repeat(b' ')).unwrap_err();
        assert_eq!(error.to_string(), "it is larger than 16 MiB");
    }
}
