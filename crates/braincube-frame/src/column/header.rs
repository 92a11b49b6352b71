//! [`Header`]: what a column says of itself.

use braincube_model::{LongId, VariableType};
use simd_json::Node;

use crate::error::{Error, excerpt};
use crate::tape::{describe, entries};

/// What a column says of itself.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) id: LongId,
    /// Its `type`, if that is a string.
    pub(crate) declared: Option<VariableType>,
    /// Whether `data` is an array; otherwise it is missing or `null`.
    pub(crate) has_data: bool,
}

/// Reads the tape of a column's object, whose array `data` has been emptied.
pub(crate) fn read(nodes: &[Node<'_>], index: usize) -> Result<Header, Error> {
    let mut id = None;
    let mut declared = None;
    let mut data = None;
    for (key, at) in entries(nodes) {
        let (slot, key) = match key {
            "id" => (&mut id, "id"),
            "type" => (&mut declared, "type"),
            "data" => (&mut data, "data"),
            _ => continue,
        };
        let value = nodes.get(at);
        if std::mem::replace(slot, value).is_some() {
            return Err(Error::DuplicateKey {
                path: format!("datadefs[{index}]").into(),
                key,
            });
        }
    }
    Ok(Header {
        id: column_id(id, index)?,
        declared: match declared {
            Some(Node::String(name)) => Some(VariableType::from(*name)),
            _ => None,
        },
        has_data: match data {
            Some(Node::Array { .. }) => true,
            None | Some(Node::Static(simd_json::StaticNode::Null)) => false,
            Some(other) => {
                return Err(Error::Type {
                    path: format!("datadefs[{index}].data").into(),
                    expected: "an array",
                    found: describe(other).into(),
                });
            }
        },
    })
}

/// The `type` of the tape of an object, if it stands there once and is a string.
pub(crate) fn declared(nodes: &[Node<'_>]) -> Option<VariableType> {
    let mut types = entries(nodes).filter(|(key, _)| *key == "type");
    match (types.next().map(|(_, at)| nodes.get(at)), types.next()) {
        (Some(Some(Node::String(name))), None) => Some(VariableType::from(*name)),
        _ => None,
    }
}

fn column_id(node: Option<&Node<'_>>, index: usize) -> Result<LongId, Error> {
    let found = match node {
        Some(Node::String(text)) => {
            let id = text.parse::<LongId>().ok();
            if let Some(id) = id.filter(|id| id.variable_id().is_some()) {
                return Ok(id);
            }
            format!("{:?}", excerpt(text)).into()
        }
        Some(other) => describe(other).into(),
        None => "nothing".into(),
    };
    Err(Error::ColumnId {
        path: format!("datadefs[{index}].id").into(),
        found,
    })
}
