//! Reads the document around the columns, when all bytes were received.

use simd_json::{Node, StaticNode};

use crate::column::ColumnReader;
use crate::error::Error;
use crate::splitter::Document;
use crate::tally::excerpt;
use crate::tape::{describe, elements, entries};

/// The maximum length of the server's message in an error.
const DETAIL_BYTES: usize = 256;

/// The keys of the server's message, most specific first. They are compared without regard to case.
const MESSAGE_KEYS: [&str; 6] = [
    "error_description",
    "message",
    "error",
    "errors",
    "detail",
    "title",
];

/// Checks the document around the columns and returns `resultLength`, if present.
pub(crate) fn read(document: &Document, reader: &mut ColumnReader) -> Result<Option<u64>, Error> {
    let source = &document.bytes;
    reader.object(
        source,
        &[],
        |at| document.offset(at),
        |nodes, positions| read_nodes(nodes, positions, source),
    )
}

fn read_nodes(nodes: &[Node<'_>], positions: &[u32], source: &[u8]) -> Result<Option<u64>, Error> {
    let mut columns = None;
    let mut rows = None;
    let mut has_error = false;
    for (entry, (key, at)) in entries(nodes).enumerate() {
        let value = nodes.get(at..).unwrap_or_default();
        let is_error = key.eq_ignore_ascii_case("error") || key.eq_ignore_ascii_case("errors");
        has_error |= is_error && !value.first().is_none_or(is_empty);
        match key {
            "datadefs" => columns = Some(value),
            "resultLength" if rows.is_some() => {
                return Err(Error::DuplicateKey {
                    path: "the response".into(),
                    key: "resultLength",
                });
            }
            "resultLength" => rows = value.first().map(|value| (entry, value)),
            _ => {}
        }
    }
    let detail = || message(nodes).map(|text| escape(&text));
    let Some(columns) = columns else {
        return Err(Error::MissingKey {
            key: "datadefs",
            detail: detail(),
        });
    };
    if has_error {
        return Err(Error::ServerError { detail: detail() });
    }
    check_columns(columns)?;
    rows.map_or(Ok(None), |(entry, node)| {
        row_count(node, || value_text(positions, source, entry))
    })
}

/// The JSON text of the value of an entry of the document.
fn value_text<'s>(positions: &[u32], source: &'s [u8], entry: usize) -> &'s str {
    let position = |at: usize| positions.get(at).map(|position| *position as usize);
    let mut depth = 0usize;
    let mut colons = (0..positions.len()).filter(|at| {
        match position(*at).and_then(|at| source.get(at)) {
            Some(b'{' | b'[') => depth += 1,
            Some(b'}' | b']') => depth = depth.saturating_sub(1),
            Some(b':') => return depth == 1,
            _ => {}
        }
        false
    });
    let span = colons
        .nth(entry)
        .and_then(|colon| position(colon + 1).zip(position(colon + 2)));
    let text = span.and_then(|(start, end)| source.get(start..end));
    let text = text.and_then(|text| std::str::from_utf8(text).ok());
    text.unwrap_or_default().trim_ascii_end()
}

/// Whether the value of `error` means that there is no error.
fn is_empty(value: &Node<'_>) -> bool {
    match value {
        Node::String(text) => text.trim_ascii().is_empty(),
        Node::Array { len, .. } | Node::Object { len, .. } => *len == 0,
        Node::Static(value) => matches!(
            value,
            StaticNode::Null | StaticNode::Bool(false) | StaticNode::I64(0) | StaticNode::U64(0)
        ),
    }
}

/// Finds the server's message at the places where the other layers find it (`braincube-auth/src/redact/message.rs`).
fn message(document: &[Node<'_>]) -> Option<String> {
    // An error object is more specific than a text beside it.
    let error = value(document, "error");
    let error = error.filter(|error| !matches!(error.first(), Some(Node::String(_))));
    error
        .and_then(message_text)
        .or_else(|| message_in(document))
}

fn value<'n, 't>(object: &'n [Node<'t>], key: &str) -> Option<&'n [Node<'t>]> {
    let (_, at) = entries(object).find(|(name, _)| name.eq_ignore_ascii_case(key))?;
    object.get(at..)
}

fn message_in(object: &[Node<'_>]) -> Option<String> {
    MESSAGE_KEYS.iter().find_map(|key| {
        let value = value(object, key)?;
        match value.first()? {
            // Messages by the name of a field.
            Node::Object { .. } if *key == "errors" => {
                join(entries(value).filter_map(|(_, at)| value.get(at..)))
            }
            _ => message_text(value),
        }
    })
}

/// A text, the message of an object, or the messages of a list.
fn message_text(value: &[Node<'_>]) -> Option<String> {
    match value.first()? {
        Node::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Node::Array { .. } => join(elements(value)),
        Node::Object { .. } => message_in(value),
        Node::Static(_) => None,
    }
}

fn join<'n, 't: 'n>(values: impl Iterator<Item = &'n [Node<'t>]>) -> Option<String> {
    let texts: Vec<String> = values.filter_map(message_text).collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}

/// Escapes control characters and limits the length.
fn escape(text: &str) -> Box<str> {
    let mut escaped = String::new();
    for char in text.chars() {
        let len = escaped.len();
        if char.is_control() {
            escaped.extend(char.escape_default());
        } else {
            escaped.push(char);
        }
        if escaped.len() > DETAIL_BYTES {
            escaped.truncate(len);
            break;
        }
    }
    escaped.into()
}

/// Checks that `datadefs` is an array of objects. They have been removed as columns.
fn check_columns(columns: &[Node<'_>]) -> Result<(), Error> {
    let unexpected = |path: String, expected, node| Error::UnexpectedType {
        path: path.into(),
        expected,
        found: describe(node).into(),
    };
    match columns.first() {
        None | Some(Node::Array { .. }) => {}
        Some(other) => return Err(unexpected("datadefs".into(), "an array", other)),
    }
    let mut nodes = elements(columns).filter_map(<[_]>::first).enumerate();
    match nodes.find(|(_, node)| !matches!(node, Node::Object { .. })) {
        Some((index, node)) => Err(unexpected(format!("datadefs[{index}]"), "an object", node)),
        None => Ok(()),
    }
}

/// The number of rows; `None` for JSON's `null`. `text` returns the JSON text of a number.
///
/// `40.0`, `4e1` and `"40"` are accepted too: many JSON writers only have floats, and all other numbers of a response are
/// in quotes.
fn row_count<'s>(node: &Node<'_>, text: impl FnOnce() -> &'s str) -> Result<Option<u64>, Error> {
    let found = match node {
        Node::Static(StaticNode::Null) => return Ok(None),
        Node::Static(StaticNode::U64(rows)) => return Ok(Some(*rows)),
        Node::Static(StaticNode::Bool(_)) | Node::Array { .. } | Node::Object { .. } => {
            describe(node).into()
        }
        Node::String(text) => match parse_rows(text) {
            Some(rows) => return Ok(Some(rows)),
            None => format!("{:?}", excerpt(text)).into(),
        },
        // The parsed float may be rounded.
        Node::Static(_) => {
            let text = text();
            match parse_rows(text) {
                Some(rows) => return Ok(Some(rows)),
                None => excerpt(text),
            }
        }
    };
    Err(Error::UnexpectedType {
        path: "resultLength".into(),
        expected: "a number of rows",
        found,
    })
}

fn parse_rows(text: &str) -> Option<u64> {
    text.parse()
        .ok()
        .or_else(|| exact_integer(text.parse().ok()?))
}

/// Converts a float to the integer that it represents exactly.
fn exact_integer(rows: f64) -> Option<u64> {
    const EXACT_BELOW: f64 = 9_007_199_254_740_992.0;
    let is_whole = rows.fract() == 0.0 && (0.0..EXACT_BELOW).contains(&rows);
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is an integer in the exact range of floats"
    )]
    is_whole.then_some(rows as u64)
}
