//! Reading what stands around the columns, once all bytes came.

use simd_json::{Node, StaticNode};

use crate::error::Error;
use crate::splitter::Document;
use crate::tape::{TapeParser, describe, entries, width};

/// How many bytes of the service's own message an error keeps.
const DETAIL_BYTES: usize = 256;

/// Checks what stands around the columns; gives `resultLength`, if it is there.
pub(crate) fn read(document: &mut Document, parser: &mut TapeParser) -> Result<Option<u64>, Error> {
    let len = document.pad();
    let mut bytes = std::mem::take(&mut document.bytes);
    let offset = |at: usize| document.offset(at);
    let rows = parser.parse(&mut bytes, len, offset, |nodes, _| read_nodes(nodes));
    document.bytes = bytes;
    rows
}

fn read_nodes(nodes: &[Node<'_>]) -> Result<Option<u64>, Error> {
    let mut columns = None;
    let mut rows = None;
    let mut detail = None;
    for (key, at) in entries(nodes) {
        let value = nodes.get(at..).unwrap_or_default();
        match key {
            "datadefs" => columns = Some(value),
            "resultLength" if rows.is_some() => {
                return Err(Error::DuplicateKey {
                    path: "the answer".into(),
                    key: "resultLength",
                });
            }
            "resultLength" => rows = value.first(),
            "error" | "message" if detail.is_none() => detail = message(value),
            _ => {}
        }
    }
    let Some(columns) = columns else {
        return Err(Error::Missing {
            key: "datadefs",
            detail: detail.map(escape),
        });
    };
    check_columns(columns)?;
    rows.map_or(Ok(None), row_count)
}

/// A text, or the one under `message` of an object.
fn message<'t>(nodes: &[Node<'t>]) -> Option<&'t str> {
    match nodes.first()? {
        Node::String(text) => Some(text),
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
                found: describe(other),
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
                found: describe(node),
            });
        }
        nodes = nodes.get(width(node)..).unwrap_or_default();
    }
    Ok(())
}

fn row_count(node: &Node<'_>) -> Result<Option<u64>, Error> {
    let rows = match node {
        Node::Static(StaticNode::Null) => return Ok(None),
        Node::Static(StaticNode::U64(rows)) => Some(*rows),
        Node::Static(StaticNode::F64(rows)) => whole(*rows),
        // Everything else that is a number here is quoted, so this may be too.
        Node::String(text) => text.parse().ok().or_else(|| whole(text.parse().ok()?)),
        _ => None,
    };
    match rows {
        Some(rows) => Ok(Some(rows)),
        None => Err(Error::Type {
            path: "resultLength".into(),
            expected: "a number of rows",
            found: describe(node),
        }),
    }
}

/// The number of rows that a float is: `40.0` is one, as many JSON writers spell whole numbers.
fn whole(rows: f64) -> Option<u64> {
    const EXACT_BELOW: f64 = 9_007_199_254_740_992.0;
    let is_whole = rows.fract() == 0.0 && (0.0..EXACT_BELOW).contains(&rows);
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is a whole number in the range of integers that a float counts exactly"
    )]
    is_whole.then_some(rows as u64)
}
