//! Compiles the JSON of a filter.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::column::{Column, parse_number};
use crate::date_time;
use crate::filter::{Step, Test};
use crate::memory_base::{MemoryBase, VariableType};
use crate::problem::Problem;

/// Maximum depth of nested filters. Each level is parsed once more than the one around it, so the cost is quadratic. The
/// Python package `braincube_connector` 2.8.0 nests its filters to the left and cannot write much deeper ones.
const MAX_DEPTH: usize = 500;

pub(super) fn compile(json: &RawValue, base: &MemoryBase) -> Result<Vec<Step>, Problem> {
    // A filter has two levels of JSON, an object and a list; the innermost may contain a list of labels.
    if json_depth(json.get()) > 2 * MAX_DEPTH + 1 {
        return Err(refuse(format!("nested more than {MAX_DEPTH} levels deep")));
    }
    // The remaining filters. A gate is pushed before its operands; the steps are reversed at the end.
    let mut open = vec![json];
    let mut steps = Vec::new();
    while let Some(json) = open.pop() {
        let (operator, operands) = read(json)?;
        let gate = match operator.as_str() {
            "NOT" => Some((Step::Not, 1)),
            "AND" => Some((Step::And, 2)),
            "OR" => Some((Step::Or, 2)),
            _ => None,
        };
        match gate {
            Some((gate, arity)) => {
                expect_operands(&operator, arity, &operands)?;
                steps.push(gate);
                open.extend(operands);
            }
            None => steps.push(comparison(&operator, &operands, base)?),
        }
    }
    steps.reverse();
    Ok(steps)
}

/// The depth of nested objects and lists in a JSON text.
fn json_depth(json: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut in_text, mut escaped) = (false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_text,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Parses one level of a filter: its operator in upper case and the JSON of its operands.
fn read(json: &RawValue) -> Result<(String, Vec<&RawValue>), Problem> {
    let malformed =
        || refuse("expected an object with one key, the operator, and a list as its value");
    let object: BTreeMap<String, &RawValue> =
        serde_json::from_str(json.get()).map_err(|_| malformed())?;
    let mut entries = object.into_iter();
    let (Some((operator, operands)), None) = (entries.next(), entries.next()) else {
        return Err(malformed());
    };
    let operands = serde_json::from_str(operands.get()).map_err(|_| malformed())?;
    Ok((operator.to_ascii_uppercase(), operands))
}

fn comparison(operator: &str, operands: &[&RawValue], base: &MemoryBase) -> Result<Step, Problem> {
    use std::ops::Bound::{Excluded, Included, Unbounded};

    let arity = match operator {
        "EQUALS" | "LESS" | "LESS_EQUALS" | "GREAT" | "GREAT_EQUALS" => 2,
        "BETWEEN" => 3,
        _ => return Err(refuse(format!("unknown operator {operator:?}"))),
    };
    expect_operands(operator, arity, operands)?;
    let long_id: String = serde_json::from_str(operands[0].get()).map_err(|_| {
        refuse(format!(
            "the first operand of {operator} must be the long id of a variable"
        ))
    })?;
    let column = base.index(&long_id)?;
    let literal = Literal {
        long_id: &long_id,
        base,
        column,
    };
    let key = |index: usize| literal.key(operands[index]);
    let test = match operator {
        "EQUALS" => literal.any_of(operands[1])?,
        "BETWEEN" => Test::Within(Included(key(1)?), Included(key(2)?)),
        "LESS" => Test::Within(Unbounded, Excluded(key(1)?)),
        "LESS_EQUALS" => Test::Within(Unbounded, Included(key(1)?)),
        "GREAT" => Test::Within(Excluded(key(1)?), Unbounded),
        _ => Test::Within(Included(key(1)?), Unbounded),
    };
    Ok(Step::Compare { column, test })
}

fn expect_operands(operator: &str, arity: usize, operands: &[&RawValue]) -> Result<(), Problem> {
    if operands.len() == arity {
        return Ok(());
    }
    let reason = format!(
        "{operator} has {} operands; expected {arity}",
        operands.len()
    );
    Err(refuse(reason))
}

fn refuse(reason: impl AsRef<str>) -> Problem {
    Problem::BadRequest(format!("filter: {}", shorten(reason.as_ref())))
}

/// Parses the literals of a comparison with one variable.
struct Literal<'a> {
    long_id: &'a str,
    base: &'a MemoryBase,
    column: usize,
}

impl Literal<'_> {
    /// Parses a number or a date.
    fn key(&self, json: &RawValue) -> Result<f64, Problem> {
        let text = scalar(json);
        let (key, expected) = match self.base.variables()[self.column].variable_type {
            VariableType::Numeric => (text.as_deref().and_then(parse_number), "a finite number"),
            VariableType::Datetime => {
                let date = text.as_deref().and_then(date_time::parse_wire);
                (date.map(date_time::order_key), "a date \"YYYYMMDD_HHMMSS\"")
            }
            VariableType::Discrete => {
                let id = self.long_id;
                return Err(refuse(format!(
                    "{id} is DISCRETE and can be compared with EQUALS only"
                )));
            }
        };
        key.ok_or_else(|| {
            let (id, json) = (self.long_id, shorten(json.get()));
            refuse(format!(
                "{id} must be compared with {expected}, not with {json}"
            ))
        })
    }

    /// Parses the operand of EQUALS: a literal or a list of them.
    fn any_of(&self, json: &RawValue) -> Result<Test, Problem> {
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
        match self.base.column(self.column) {
            Column::Ordered { .. } => Ok(Test::OneOf(
                literals
                    .map(|literal| self.key(literal))
                    .collect::<Result<_, _>>()?,
            )),
            Column::Discrete { modalities, .. } => {
                let labels = literals.map(|literal| self.label(literal));
                let labels = labels.collect::<Result<Vec<String>, Problem>>()?;
                let known = modalities.iter().zip(0..);
                // A label that does not occur is not an error: it selects no row.
                let wanted = known.filter(|(known, _)| labels.iter().any(|l| **l == *known.label));
                Ok(Test::Modality(wanted.map(|(_, code)| code).collect()))
            }
        }
    }

    fn label(&self, json: &RawValue) -> Result<String, Problem> {
        scalar(json).ok_or_else(|| {
            let (id, json) = (self.long_id, shorten(json.get()));
            refuse(format!(
                "{id} must be compared with labels, not with {json}"
            ))
        })
    }
}

/// Returns the text of a JSON string or number; a number keeps its digits.
fn scalar(json: &RawValue) -> Option<String> {
    let json = json.get();
    match json.bytes().next()? {
        b'"' => serde_json::from_str(json).ok(),
        b'-' | b'0'..=b'9' => Some(json.to_owned()),
        _ => None,
    }
}

/// Shortens a text of the client for a message.
fn shorten(text: &str) -> String {
    const MAX_CHARS: usize = 120;
    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::json_depth;

    #[test]
    fn brackets_in_strings_are_not_counted() {
        for (json, depth) in [
            ("1", 0),
            ("{}", 1),
            (r#"[[],{"a":[1]},2]"#, 3),
            (r#"["[[[", "\"[[", "\\", [1]]"#, 2),
        ] {
            assert_eq!(json_depth(json), depth, "{json}");
        }
    }
}
