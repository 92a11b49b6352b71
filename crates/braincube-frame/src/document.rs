//! Reading what stands around the columns, once all bytes came.

mod rows;

use simd_json::{Node, StaticNode};

use crate::column::ColumnReader;
use crate::error::Error;
use crate::splitter::Document;
use crate::tape::{describe, entries, width};

/// How many bytes of the service's own message an error keeps.
const DETAIL_BYTES: usize = 256;

/// Checks what stands around the columns; gives `resultLength`, if it is there.
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
    let mut detail = None;
    let mut has_error = false;
    for (entry, (key, at)) in entries(nodes).enumerate() {
        let value = nodes.get(at..).unwrap_or_default();
        let is_error = key.eq_ignore_ascii_case("error") || key.eq_ignore_ascii_case("errors");
        if is_error && !value.first().is_none_or(is_empty) {
            has_error = true;
        }
        match key {
            "datadefs" => columns = Some(value),
            "resultLength" if rows.is_some() => {
                return Err(Error::DuplicateKey {
                    path: "the answer".into(),
                    key: "resultLength",
                });
            }
            "resultLength" => rows = value.first().map(|value| (entry, value)),
            "error" | "message" | "errors" | "Errors" if detail.is_none() => {
                detail = message(value);
            }
            _ => {}
        }
    }
    let Some(columns) = columns else {
        return Err(Error::Missing {
            key: "datadefs",
            detail: detail.map(escape),
        });
    };
    if has_error {
        let detail = detail.map(escape);
        return Err(Error::Reported { detail });
    }
    check_columns(columns)?;
    rows.map_or(Ok(None), |(entry, node)| {
        rows::read(node, || value_text(positions, source, entry))
    })
}

/// The text of the value of the document's so many-th entry, as it came.
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

/// Whether a value under `error` says that there is none.
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

/// A text, the one under `message` of an object, or that of the first element of a list.
fn message<'t>(nodes: &[Node<'t>]) -> Option<&'t str> {
    match nodes.first()? {
        Node::String(text) => Some(text),
        Node::Array { len, .. } if *len > 0 => message(nodes.get(1..)?),
        Node::Object { .. } => entries(nodes)
            .filter(|(key, _)| *key == "message")
            .find_map(|(_, at)| match nodes.get(at)? {
                Node::String(text) => Some(*text),
                _ => None,
            }),
        _ => None,
    }
}

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

/// Whether `datadefs` is an array of nothing but objects: those have been taken out as columns.
fn check_columns(nodes: &[Node<'_>]) -> Result<(), Error> {
    let (len, mut nodes) = match nodes {
        [Node::Array { len, .. }, nodes @ ..] => (*len, nodes),
        [other, ..] => {
            return Err(Error::Type {
                path: "datadefs".into(),
                expected: "an array",
                found: describe(other).into(),
            });
        }
        [] => return Ok(()),
    };
    for index in 0..len {
        let Some(node) = nodes.first() else { break };
        if !matches!(node, Node::Object { .. }) {
            return Err(Error::Type {
                path: format!("datadefs[{index}]").into(),
                expected: "an object",
                found: describe(node).into(),
            });
        }
        nodes = nodes.get(width(node)..).unwrap_or_default();
    }
    Ok(())
}
