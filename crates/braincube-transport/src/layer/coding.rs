//! Which compressions an answer says it has come in.

use http::HeaderMap;
use http::header::CONTENT_ENCODING;

/// Encodings that an error names.
const KNOWN: [&str; 5] = ["br", "compress", "deflate", "gzip", "zstd"];

/// Whether gzip, by either of its names, is the only encoding.
pub(super) fn is_gzip(headers: &HeaderMap) -> bool {
    let mut codings = codings(headers);
    codings.next().is_some_and(is_named_gzip) && codings.next().is_none()
}

/// What is left to be undone, fit for an error: nothing else of the header is shown, since a server may repeat there what
/// it was sent.
pub(super) fn left_over(headers: &HeaderMap) -> Option<&'static str> {
    let mut codings = codings(headers);
    let first = codings.next()?;
    if codings.next().is_some() {
        return Some("more than one thing in a row");
    }
    let known = KNOWN.iter().find(|name| is(first, name));
    Some(known.copied().unwrap_or("something unknown"))
}

/// Whether the header names a charset in the place of an encoding.
pub(super) fn names_charset(headers: &HeaderMap) -> bool {
    named(headers).any(is_charset)
}

/// All encodings in their order, without those that change nothing.
fn codings(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    named(headers).filter(|coding| !is(coding, "identity") && !is_charset(coding))
}

/// All names in the header, on one line or on several.
fn named(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    let lines = headers.get_all(CONTENT_ENCODING).iter();
    lines
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b','))
        .map(<[u8]>::trim_ascii)
        .filter(|coding| !coding.is_empty())
}

/// Whether a name is that of the charset which JSON has anyway: some servers write it here by mistake, and the body is as
/// it is. Any other charset would have to be converted, so it is an unknown encoding.
fn is_charset(coding: &[u8]) -> bool {
    is(coding, "utf-8") || is(coding, "utf8")
}

fn is_named_gzip(coding: &[u8]) -> bool {
    is(coding, "gzip") || is(coding, "x-gzip")
}

fn is(coding: &[u8], name: &str) -> bool {
    coding.eq_ignore_ascii_case(name.as_bytes())
}

#[cfg(test)]
mod tests {
    use http::header::CONTENT_ENCODING;
    use http::{HeaderMap, HeaderValue};

    use super::{is_gzip, left_over};

    #[test]
    fn h21_h30_only_gzip_alone_is_undone_and_what_else_there_is_has_a_name() {
        const MORE: Option<&str> = Some("more than one thing in a row");
        const UNKNOWN: Option<&str> = Some("something unknown");
        for (lines, is_undone, left) in [
            (&["gzip"][..], true, Some("gzip")),
            (&["GZIP"], true, Some("gzip")),
            (&["x-gzip"], true, UNKNOWN),
            (&["X-GZip"], true, UNKNOWN),
            (&["gzip,"], true, Some("gzip")),
            (&["identity, gzip"], true, Some("gzip")),
            (&["identity", "gzip"], true, Some("gzip")),
            (&["gzip", "gzip"], false, MORE),
            (&["gzip, gzip"], false, MORE),
            (&["gzip", "foo"], false, MORE),
            (&["foo", "gzip"], false, MORE),
            (&["identity", "br"], false, Some("br")),
            (&["br"], false, Some("br")),
            (&["canary"], false, UNKNOWN),
            (&["gzip; q=1"], false, UNKNOWN),
            (&["identity"], false, None),
            (&["UTF-8"], false, None),
            (&["utf8"], false, None),
            (&["gzip, utf-8"], true, Some("gzip")),
            (&["utf-8", "br"], false, Some("br")),
            (&["utf-16"], false, UNKNOWN),
            (&["iso-8859-1"], false, UNKNOWN),
            (&[""], false, None),
            (&[], false, None),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(CONTENT_ENCODING, HeaderValue::from_static(line));
            }
            assert_eq!(is_gzip(&headers), is_undone, "{lines:?}");
            assert_eq!(left_over(&headers), left, "{lines:?}");
        }
    }
}
