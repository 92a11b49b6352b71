//! [`TextSource`]: an argument that is a text or the place of a text.

use std::fs::File;
use std::io::{self, Read};

use crate::exit::Failure;
use crate::signals::spawn_thread;

/// The maximum size of a text in a file or on standard input, in bytes. The service rejects much smaller requests.
const MAX_BYTES: u64 = 16 << 20;

/// A text, `@FILE`, or `-` for standard input. `@@` at the start is an `@` of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TextSource {
    /// The text itself.
    Literal(String),
    /// The path of a file.
    File(String),
    /// Standard input.
    StandardInput,
}

impl From<&str> for TextSource {
    fn from(argument: &str) -> Self {
        match argument.strip_prefix('@') {
            _ if argument == "-" => Self::StandardInput,
            Some("-") => Self::StandardInput,
            Some(text) if text.starts_with('@') => Self::Literal(text.to_owned()),
            Some(path) => Self::File(path.to_owned()),
            None => Self::Literal(argument.to_owned()),
        }
    }
}

impl TextSource {
    /// Checks that at most one argument reads standard input.
    pub(crate) fn check<'a>(sources: impl IntoIterator<Item = &'a Self>) -> Result<(), Failure> {
        let inputs = sources.into_iter();
        let inputs = inputs.filter(|source| **source == Self::StandardInput);
        if inputs.count() > 1 {
            return Err(Failure::Usage(
                "several arguments are \"-\", but standard input can be read once; use @FILE"
                    .into(),
            ));
        }
        Ok(())
    }

    /// Reads the bytes.
    ///
    /// # Errors
    ///
    /// If the file or standard input cannot be read, or if it is larger than 16 MiB.
    pub(crate) async fn bytes(&self) -> Result<Vec<u8>, Failure> {
        let read = match self.clone() {
            Self::Literal(text) => return Ok(text.into_bytes()),
            Self::File(path) => spawn_thread(move || File::open(path).and_then(limited)).await,
            Self::StandardInput => spawn_thread(|| limited(io::stdin().lock())).await,
        };
        read?.map_err(|error| self.cannot_read(&error.to_string()))
    }

    /// Reads the text, without a byte order mark.
    ///
    /// # Errors
    ///
    /// The errors of [`bytes`](Self::bytes), and an error if the text is not UTF-8.
    pub(crate) async fn text(&self) -> Result<String, Failure> {
        let text = String::from_utf8(self.bytes().await?)
            .map_err(|_| self.cannot_read("it is not UTF-8 text"))?;
        Ok(text
            .strip_prefix('\u{feff}')
            .map(String::from)
            .unwrap_or(text))
    }

    /// Whether the text is in a file or on standard input.
    pub(crate) const fn is_read(&self) -> bool {
        !matches!(self, Self::Literal(_))
    }

    /// Adds the name of the file to an error.
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

/// Reads at most [`MAX_BYTES`].
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
    fn f13_an_argument_is_a_text_a_file_or_standard_input() {
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
            assert_eq!(TextSource::from(argument), expected, "{argument}");
        }
    }

    #[test]
    fn f14_a_text_above_the_limit_is_rejected() {
        let bytes = |count| std::io::Read::take(std::io::repeat(b' '), count);
        assert_eq!(limited(bytes(MAX_BYTES)).unwrap().len() as u64, MAX_BYTES);
        let error = limited(std::io::repeat(b' ')).unwrap_err();
        assert_eq!(error.to_string(), "it is larger than 16 MiB");
    }
}
