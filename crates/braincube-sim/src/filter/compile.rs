//! From the JSON of a filter to its steps.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::filter::operand::{self, Literal};
use crate::filter::{Step, Test};
use crate::memory_base::MemoryBase;
use crate::problem::Problem;

/// Filters may be nested this deep. Every level is read once more than the one around it, so that a chain without end
/// would cost its length squared. The Python package `braincube_connector` 2.8.0 nests its filters to the left and cannot
/// write more than about this many.
const MAX_DEPTH: usize = 500;

pub(super) fn compile(json: &RawValue, base: &MemoryBase) -> Result<Vec<Step>, Problem> {
    // A filter is two levels of JSON, an object and a list; the innermost may hold a list of modalities.
    if json_depth(json.get()) > 2 * MAX_DEPTH + 1 {
        return Err(refuse(format!("is nested more than {MAX_DEPTH} deep")));
    }
    // Filters still to be read. A gate is noted before its operands; reversed at the end, it stands behind them.
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

/// How deep the objects and lists of a JSON text are nested.
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

/// One level of a filter: its operator in capitals and the JSON of its operands.
fn read(json: &RawValue) -> Result<(String, Vec<&RawValue>), Problem> {
    let malformed = || refuse("must be an object with one key, the operator, and a list behind it");
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
        _ => return Err(refuse(format!("has an unknown operator {operator:?}"))),
    };
    expect_operands(operator, arity, operands)?;
    let long_id: String = serde_json::from_str(operands[0].get()).map_err(|_| {
        refuse(format!(
            "{operator} must have the long id of a variable as its first operand"
        ))
    })?;
    let place = base.place(&long_id)?;
    let literal = Literal {
        long_id: &long_id,
        base,
        place,
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
    Ok(Step::Compare { place, test })
}

fn expect_operands(operator: &str, arity: usize, operands: &[&RawValue]) -> Result<(), Problem> {
    if operands.len() == arity {
        return Ok(());
    }
    let reason = format!("{operator} takes {arity} operands, not {}", operands.len());
    Err(refuse(reason))
}

pub(super) fn refuse(reason: impl AsRef<str>) -> Problem {
    Problem::BadRequest(format!("filter: {}", operand::shorten(reason.as_ref())))
}

#[cfg(test)]
mod tests {
    use super::json_depth;

    #[test]
    fn brackets_in_texts_do_not_nest() {
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
