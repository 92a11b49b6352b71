//! [`Encoding`]: what the `Content-Encoding` of a response says.

use http::HeaderMap;
use http::header::CONTENT_ENCODING;

/// The encodings that an error names.
const KNOWN: [&str; 5] = ["br", "compress", "deflate", "gzip", "zstd"];

/// The encoding of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Identity,
    Gzip,
    /// Any other, with a name for an error. No other text of the header is shown, because a server may repeat there what it
    /// received.
    Unsupported(&'static str),
}

impl Encoding {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let mut names = names(headers).filter(|name| !is(name, "identity") && !is_charset(name));
        let Some(first) = names.next() else {
            return Self::Identity;
        };
        if names.next().is_some() {
            return Self::Unsupported("several encodings");
        }
        if is(first, "gzip") || is(first, "x-gzip") {
            return Self::Gzip;
        }
        let known = KNOWN.into_iter().find(|name| is(first, name));
        Self::Unsupported(known.unwrap_or("an unknown encoding"))
    }
}

/// Whether the header names the charset UTF-8 in place of an encoding.
pub(super) fn names_charset(headers: &HeaderMap) -> bool {
    names(headers).any(is_charset)
}

/// All names in the header, which may have several lines.
fn names(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    let lines = headers.get_all(CONTENT_ENCODING).iter();
    lines
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b','))
        .map(<[u8]>::trim_ascii)
        .filter(|name| !name.is_empty())
}

/// Whether a name is that of the charset of JSON, which some servers write here by mistake. Any other charset would have to
/// be converted, so it is an unknown encoding.
fn is_charset(name: &[u8]) -> bool {
    is(name, "utf-8") || is(name, "utf8")
}

fn is(name: &[u8], expected: &str) -> bool {
    name.eq_ignore_ascii_case(expected.as_bytes())
}

#[cfg(test)]
mod tests {
    use http::header::CONTENT_ENCODING;
    use http::{HeaderMap, HeaderValue};

    use super::Encoding::{self, Gzip, Identity, Unsupported};

    #[test]
    fn h21_h30_only_gzip_alone_is_supported_and_other_encodings_have_a_name() {
        const SEVERAL: Encoding = Unsupported("several encodings");
        const UNKNOWN: Encoding = Unsupported("an unknown encoding");
        for (lines, expected) in [
            (&["gzip"][..], Gzip),
            (&["GZIP"], Gzip),
            (&["x-gzip"], Gzip),
            (&["X-GZip"], Gzip),
            (&["gzip,"], Gzip),
            (&["identity, gzip"], Gzip),
            (&["identity", "gzip"], Gzip),
            (&["gzip", "gzip"], SEVERAL),
            (&["gzip, gzip"], SEVERAL),
            (&["gzip", "foo"], SEVERAL),
            (&["foo", "gzip"], SEVERAL),
            (&["identity", "br"], Unsupported("br")),
            (&["br"], Unsupported("br")),
            (&["canary"], UNKNOWN),
            (&["gzip; q=1"], UNKNOWN),
            (&["identity"], Identity),
            (&["UTF-8"], Identity),
            (&["utf8"], Identity),
            (&["gzip, utf-8"], Gzip),
            (&["utf-8", "br"], Unsupported("br")),
            (&["utf-16"], UNKNOWN),
            (&["iso-8859-1"], UNKNOWN),
            (&[""], Identity),
            (&[], Identity),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(CONTENT_ENCODING, HeaderValue::from_static(line));
            }
            assert_eq!(Encoding::of(&headers), expected, "{lines:?}");
        }
    }
}
