//! Reading `resultLength`, the number of rows that an answer says it has.

use simd_json::{Node, StaticNode};

use crate::error::{Error, excerpt};
use crate::tape::describe;

/// The number of rows; `None` for JSON's `null`. `text` is how a number is written.
///
/// Any spelling of a whole number is one, `40.0`, `4e1` and `"40"` too: many writers of JSON have but floats, and every
/// other number of an answer stands in quotes.
pub(super) fn read<'s>(
    node: &Node<'_>,
    text: impl FnOnce() -> &'s str,
) -> Result<Option<u64>, Error> {
    let found = match node {
        Node::Static(StaticNode::Null) => return Ok(None),
        Node::Static(StaticNode::U64(rows)) => return Ok(Some(*rows)),
        Node::Static(StaticNode::Bool(_)) | Node::Array { .. } | Node::Object { .. } => {
            describe(node).into()
        }
        Node::String(text) => match count(text) {
            Some(rows) => return Ok(Some(rows)),
            None => format!("{:?}", excerpt(text)).into(),
        },
        // What a float made of it may be another number.
        Node::Static(_) => {
            let text = text();
            match count(text) {
                Some(rows) => return Ok(Some(rows)),
                None => excerpt(text),
            }
        }
    };
    Err(Error::Type {
        path: "resultLength".into(),
        expected: "a number of rows",
        found,
    })
}

fn count(text: &str) -> Option<u64> {
    text.parse().ok().or_else(|| whole(text.parse().ok()?))
}

/// The whole number that a float is, if it is one that no other is rounded to.
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
