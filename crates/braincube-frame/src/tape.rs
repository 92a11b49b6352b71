//! [`TapeParser`]: simd-json with memory that is used again, and errors that say where.

mod locate;
mod refused;

use std::fmt;

use simd_json::{Buffers, Node, Tape};

use crate::error::Error;
use crate::splitter::{MAX_DEPTH, PADDING};

pub(crate) use self::refused::replace_refused;

/// Parses pieces of JSON to simd-json's tape, one after the other in the same memory.
pub(crate) struct TapeParser {
    buffers: Buffers,
    tape: Tape<'static>,
    /// The longest piece so far.
    longest: usize,
}

impl Default for TapeParser {
    fn default() -> Self {
        Self {
            buffers: Buffers::with_max_depth(0, MAX_DEPTH),
            tape: Tape(Vec::new()),
            longest: 0,
        }
    }
}

impl fmt::Debug for TapeParser {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("TapeParser").finish_non_exhaustive()
    }
}

impl TapeParser {
    /// About how many bytes of memory it keeps: simd-json copies a piece and writes down, for each
    /// of its bytes in the worst case, where it stands.
    pub(crate) const fn capacity(&self) -> usize {
        self.longest * 5 + self.tape.0.capacity() * size_of::<Node<'_>>()
    }

    /// Parses `bytes[..len]`, behind which at least [`PADDING`] bytes stand, and reads it.
    ///
    /// `read` gets the tape and, for each value, colon, comma and closing bracket of the text in
    /// turn, the position of its first byte. `offset` says where in the answer a position is.
    /// Strings are unescaped in place, so `bytes` is not JSON any more afterwards.
    pub(crate) fn parse<T>(
        &mut self,
        bytes: &mut [u8],
        len: usize,
        offset: impl Fn(usize) -> u64,
        read: impl FnOnce(&[Node<'_>], &[u32]) -> Result<T, Error>,
    ) -> Result<T, Error> {
        debug_assert!(bytes.len() >= len + PADDING, "a piece without padding");
        self.longest = self.longest.max(len);
        let mut tape = std::mem::replace(&mut self.tape, Tape(Vec::new())).reset();
        let parsed = simd_json::fill_tape_padded(&mut *bytes, len, &mut self.buffers, &mut tape);
        let positions = self.buffers.structural_indexes();
        match parsed {
            Ok(()) => {
                let result = read(&tape.0, positions);
                self.tape = tape.reset();
                result
            }
            Err(error) => {
                let strings = tape.0.iter().filter(|node| is_string(node)).count();
                self.tape = tape.reset();
                let piece = bytes.get(..len).unwrap_or_default();
                Err(locate::locate(&error, piece, positions, strings, offset))
            }
        }
    }
}

const fn is_string(node: &Node<'_>) -> bool {
    matches!(node, Node::String(_))
}

/// How many nodes of the tape belong to a node, itself included.
pub(crate) const fn width(node: &Node<'_>) -> usize {
    match node {
        Node::Array { count, .. } | Node::Object { count, .. } => *count + 1,
        Node::String(_) | Node::Static(_) => 1,
    }
}

/// What a node is, for errors.
pub(crate) const fn describe(node: &Node<'_>) -> &'static str {
    use simd_json::StaticNode;
    match node {
        Node::String(_) => "a string",
        Node::Object { .. } => "an object",
        Node::Array { .. } => "an array",
        Node::Static(StaticNode::Null) => "null",
        Node::Static(StaticNode::Bool(_)) => "a boolean",
        Node::Static(_) => "a number",
    }
}

/// The keys of the object at the start of `nodes`, each with the node of its value and that node's
/// place in `nodes`.
pub(crate) fn entries<'t>(nodes: &[Node<'t>]) -> impl Iterator<Item = (&'t str, usize)> {
    let len = match nodes.first() {
        Some(Node::Object { len, .. }) => *len,
        _ => 0,
    };
    let mut at = 1;
    (0..len).map_while(move |_| {
        let Some(Node::String(key)) = nodes.get(at) else {
            return None;
        };
        let value = at + 1;
        at = value + width(nodes.get(value)?);
        Some((*key, value))
    })
}
