//! The literals of a comparison, read as the variable's type wants them.

use serde_json::value::RawValue;

use crate::column::{Column, parse_number};
use crate::date_time;
use crate::filter::Test;
use crate::filter::compile::refuse;
use crate::memory_base::MemoryBase;
use crate::problem::Problem;
use crate::variable::VariableType;

/// Reads literals that are compared with one variable.
pub(super) struct Literal<'a> {
    pub(super) long_id: &'a str,
    pub(super) base: &'a MemoryBase,
    pub(super) place: usize,
}

impl Literal<'_> {
    /// A literal that orders: a number or a date.
    pub(super) fn key(&self, json: &RawValue) -> Result<f64, Problem> {
        let text = scalar(json);
        let (key, wanted) = match self.base.variables()[self.place].variable_type {
            VariableType::Numeric => (text.as_deref().and_then(parse_number), "a finite number"),
            VariableType::Datetime => {
                let date = text.as_deref().and_then(date_time::parse_wire);
                (date.map(date_time::order_key), "a date \"YYYYMMDD_HHMMSS\"")
            }
            VariableType::Discrete => {
                let id = self.long_id;
                return Err(refuse(format!(
                    "{id} is DISCRETE, it can be compared by EQUALS only"
                )));
            }
        };
        key.ok_or_else(|| {
            let (id, json) = (self.long_id, shorten(json.get()));
            refuse(format!("{id} is compared with {wanted}, {json} is none"))
        })
    }

    /// The operand of EQUALS: one literal or a list of them.
    pub(super) fn any_of(&self, json: &RawValue) -> Result<Test, Problem> {
        let literals: Vec<&RawValue> = match serde_json::from_str(json.get()) {
            Ok(list) => list,
            Err(_) => vec![json],
        };
        if literals.is_empty() {
            return Err(refuse(format!(
                "{} is compared with an empty list",
                self.long_id
            )));
        }
        let literals = literals.into_iter();
        match self.base.column(self.place) {
            Column::Ordered { .. } => Ok(Test::OneOf(
                literals
                    .map(|literal| self.key(literal))
                    .collect::<Result<_, _>>()?,
            )),
            Column::Discrete { modalities, .. } => {
                let labels = literals.map(|literal| self.label(literal));
                let labels = labels.collect::<Result<Vec<String>, Problem>>()?;
                let known = modalities.iter().zip(0..);
                // A label that no row has is no mistake: it keeps no row.
                let wanted = known.filter(|(known, _)| labels.iter().any(|l| **l == *known.label));
                Ok(Test::Modality(wanted.map(|(_, code)| code).collect()))
            }
        }
    }

    fn label(&self, json: &RawValue) -> Result<String, Problem> {
        scalar(json).ok_or_else(|| {
            let (id, json) = (self.long_id, shorten(json.get()));
            refuse(format!("{id} is compared with labels, {json} is none"))
        })
    }
}

/// The text of a JSON text or number; a number keeps its digits.
fn scalar(json: &RawValue) -> Option<String> {
    let json = json.get();
    match json.bytes().next()? {
        b'"' => serde_json::from_str(json).ok(),
        b'-' | b'0'..=b'9' => Some(json.to_owned()),
        _ => None,
    }
}

/// The beginning of a text that somebody else wrote, for a message.
pub(super) fn shorten(text: &str) -> String {
    const MAX_CHARS: usize = 120;
    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
