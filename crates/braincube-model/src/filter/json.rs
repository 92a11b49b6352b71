//! A filter as the service's JSON: written and read with a stack on the heap.

mod document;

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use self::document::Document;
use super::deep::Step;
use super::error::Reason;
use super::fold::{Gate, balanced};
use super::{Filter, FilterError, Literal, Modalities, ParseFilterError};
use crate::LongId;
use crate::json::object::{elements, literal, text};
use crate::json::{Key, kind, kind_of, offset_in};

/// Numbers in a list, as modalities are given.
const LIST_OF_NUMBERS: &str = r#"numbers are compared one by one, not as a list; write {"OR":[{"EQUALS":["mb20/d2",0.1]},{"EQUALS":["mb20/d2",0.2]}]}, or one number without brackets"#;

impl Filter {
    /// The filter as the service's JSON, however deep it is.
    ///
    /// ```
    /// use braincube_model::Filter;
    ///
    /// let filter = Filter::parse("mb20/d3 > 0")?;
    /// assert_eq!(filter.to_json(), r#"{"GREAT":["mb20/d3",0]}"#);
    /// # Ok::<(), braincube_model::filter::ParseFilterError>(())
    /// ```
    pub fn to_json(&self) -> String {
        let mut json = String::new();
        for step in self.walk() {
            match step {
                Step::Enter(filter) => filter.open_json(&mut json),
                Step::Between(_) => json.push(','),
                Step::Leave(_) => json.push_str("]}"),
            }
        }
        json
    }

    /// A gate up to its first operand, or a whole comparison.
    fn open_json(&self, json: &mut String) {
        json.push_str("{\"");
        json.push_str(self.operator());
        json.push_str("\":[");
        if let Some(variable) = self.variable() {
            json.push('"');
            json.push_str(&variable.to_string());
            json.push('"');
            for value in self.values() {
                json.push(',');
                value.write_json(json);
            }
            json.push_str("]}");
        }
    }

    /// Reads the service's JSON.
    ///
    /// Operators are read in any case. `AND` and `OR` may have any number of operands but none:
    /// they become a balanced tree, as of [`Filter::all`].
    ///
    /// A filter that is deeper than [`Filter::MAX_DEPTH`] is read with its chains of `AND`s and of `OR`s balanced, whichever
    /// way they are nested: the Python package nests a list of modalities to the left, one level for each. Only what is
    /// too deep even then, such as a chain of `NOT`s, is refused.
    ///
    /// # Errors
    ///
    /// If the text is not JSON or not a filter, has a `BETWEEN` whose lower bound is above the upper one, or is too deep.
    /// The error points at the line and column.
    pub fn from_json(json: &str) -> Result<Self, ParseFilterError> {
        let filter = Self::from_json_with_empty_ranges(json)?;
        filter.check_ranges().map_err(|reason| {
            // A filter does not keep the places of its comparisons.
            ParseFilterError::at(json, json.len() - json.trim_start().len(), reason)
        })?;
        Ok(filter)
    }

    /// As [`Filter::from_json`], also with a range that nothing is in, as the service may send one.
    pub(super) fn from_json_with_empty_ranges(json: &str) -> Result<Self, ParseFilterError> {
        let error = |offset, reason| ParseFilterError::at(json, offset, reason);
        // Reading a raw value needs no stack, however deep it is.
        let root: &RawValue = serde_json::from_str(json).map_err(|cause| {
            let lines = json
                .split_inclusive('\n')
                .take(cause.line().saturating_sub(1));
            let offset = lines.map(str::len).sum::<usize>() + cause.column().saturating_sub(1);
            error(
                offset,
                Reason::Message("the text is no JSON, or goes on after it"),
            )
        })?;
        let document = Document::new(root.get());
        for chains in [Chains::AsTheyStand, Chains::Balanced] {
            let filter = read(&document, chains)
                .map_err(|(token, reason)| error(offset_in(json, token), reason))?;
            if filter.check_depth().is_ok() {
                return Ok(filter);
            }
        }
        Err(error(0, Reason::Filter(FilterError::too_deep())))
    }

    fn check_ranges(&self) -> Result<(), Reason> {
        let empty = self.comparisons().find_map(|(_, filter)| match filter {
            Self::Between { low, high, .. } if low.is_after(high) => Some((low, high)),
            _ => None,
        });
        let Some((low, high)) = empty else {
            return Ok(());
        };
        let (low, high) = (low.clone(), high.clone());
        Err(Reason::Filter(FilterError::EmptyRange { low, high }))
    }
}

/// What becomes of an `AND` that is an operand of an `AND`, or an `OR` of an `OR`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chains {
    /// A gate of its own.
    AsTheyStand,
    /// Its operands become those of the gate above it.
    Balanced,
}

/// What is wrong, and the token that is.
type Fault<'a> = (&'a str, Reason);

/// A gate whose operands are being read.
struct Open<'a> {
    kind: GateKind,
    token: &'a str,
    /// The last first.
    unread: Vec<&'a str>,
    read: Vec<Filter>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum GateKind {
    Not,
    Join(Gate),
}

enum Node<'a> {
    Comparison(Filter),
    Gate(Open<'a>),
}

fn read<'a>(document: &Document<'a>, chains: Chains) -> Result<Filter, Fault<'a>> {
    let root = document.root();
    let mut open: Vec<Open> = Vec::new();
    let mut next = root;
    loop {
        let mut done = match node(document, next)? {
            Node::Comparison(filter) => Some(filter),
            Node::Gate(mut gate) => {
                match open.last_mut() {
                    Some(above) if chains == Chains::Balanced && gate.extends(above) => {
                        above.unread.append(&mut gate.unread);
                    }
                    _ => open.push(gate),
                }
                None
            }
        };
        // Up, as long as what has been read completes the gate above it.
        next = loop {
            let Some(gate) = open.last_mut() else {
                // The first node was a comparison, or the last gate is complete.
                return done.ok_or_else(|| (root, not_a_filter(root)));
            };
            gate.read.extend(done.take());
            if let Some(operand) = gate.unread.pop() {
                break operand;
            }
            done = open.pop().map(close).transpose()?;
        };
    }
}

impl Open<'_> {
    /// Whether the operands mean the same as operands of the gate above. One without operands is an error of its own.
    fn extends(&self, above: &Self) -> bool {
        self.kind != GateKind::Not && self.kind == above.kind && !self.unread.is_empty()
    }
}

fn close(gate: Open<'_>) -> Result<Filter, Fault<'_>> {
    let Open {
        kind, token, read, ..
    } = gate;
    let found = read.len();
    let (filter, operator, takes) = match kind {
        GateKind::Not => {
            let one = read.into_iter().next().filter(|_| found == 1);
            (one.map(|filter| !filter), "NOT", "one filter")
        }
        GateKind::Join(gate @ Gate::And) => (balanced(read, gate), "AND", "filters"),
        GateKind::Join(gate @ Gate::Or) => (balanced(read, gate), "OR", "filters"),
    };
    filter.ok_or_else(|| (token, operands(operator, takes, found)))
}

fn operands(operator: &'static str, takes: &'static str, found: usize) -> Reason {
    Reason::Operands {
        operator,
        takes,
        found,
    }
}

fn not_a_filter(token: &str) -> Reason {
    Reason::Expected {
        expected: "a filter, an object with one operator",
        found: kind_of(token).into(),
    }
}

fn node<'a>(document: &Document<'a>, token: &'a str) -> Result<Node<'a>, Fault<'a>> {
    let fault = |reason| (token, reason);
    if !token.starts_with('{') {
        return Err(fault(not_a_filter(token)));
    }
    let [key, list] = document.values(token)[..] else {
        return Err(fault(Reason::Message(
            "a filter has one operator, no more and no less",
        )));
    };
    let Ok(Key(operator)) = serde_json::from_str(key) else {
        return Err(fault(Reason::Message("a key is no text that JSON allows")));
    };
    if !list.starts_with('[') {
        let expected = "the operands in a list";
        let found = kind_of(list).into();
        return Err((list, Reason::Expected { expected, found }));
    }
    let mut operands = document.values(list);
    let operator = operator.to_ascii_uppercase();
    let kind = match &*operator {
        "NOT" => GateKind::Not,
        "AND" => GateKind::Join(Gate::And),
        "OR" => GateKind::Join(Gate::Or),
        _ => return comparison(&operator, token, &raw(&operands)?).map(Node::Comparison),
    };
    operands.reverse();
    Ok(Node::Gate(Open {
        kind,
        token,
        unread: operands,
        read: Vec::new(),
    }))
}

/// The operands of a comparison as JSON values.
fn raw<'a>(tokens: &[&'a str]) -> Result<Vec<&'a RawValue>, Fault<'a>> {
    let raw = |token: &&'a str| {
        let fault = |_| {
            (
                *token,
                Reason::Message("a text is not one that JSON allows"),
            )
        };
        serde_json::from_str(token).map_err(fault)
    };
    tokens.iter().map(raw).collect()
}

fn comparison<'a>(
    operator: &str,
    token: &'a str,
    items: &[&'a RawValue],
) -> Result<Filter, Fault<'a>> {
    let build: fn(LongId, Literal) -> Filter = match operator {
        "BETWEEN" => {
            let [id, low, high] = items else {
                let takes = "a variable and two values";
                return Err((token, operands("BETWEEN", takes, items.len())));
            };
            return Ok(Filter::Between {
                variable: variable(id)?,
                low: value(low)?,
                high: value(high)?,
            });
        }
        "EQUALS" => |variable, value| Filter::Equals { variable, value },
        "LESS" => |variable, value| Filter::Less { variable, value },
        "LESS_EQUALS" => |variable, value| Filter::LessEquals { variable, value },
        "GREAT" => |variable, value| Filter::Great { variable, value },
        "GREAT_EQUALS" => |variable, value| Filter::GreatEquals { variable, value },
        _ => {
            let found = operator.chars().take(32).collect();
            return Err((token, Reason::Operator { found }));
        }
    };
    let [id, operand] = items else {
        let takes = "a variable and a value";
        return Err((token, operands("a comparison", takes, items.len())));
    };
    if operator == "EQUALS" && has_number(operand) {
        return Err((operand.get(), Reason::Message(LIST_OF_NUMBERS)));
    }
    Ok(build(variable(id)?, value(operand)?))
}

fn variable(token: &RawValue) -> Result<LongId, Fault<'_>> {
    let id = text(token)
        .ok()
        .and_then(|text| text.parse::<LongId>().ok());
    id.filter(|id| id.variable_id().is_some()).ok_or_else(|| {
        let expected = "the long id of a variable, such as \"mb20/d2000034\"";
        let found = token.get().chars().take(32).collect();
        (token.get(), Reason::Expected { expected, found })
    })
}

/// Whether a value is a list that has a number in it.
fn has_number(token: &RawValue) -> bool {
    let is_number = |token: &&RawValue| kind(token) == "a number";
    elements(token).is_ok_and(|elements| elements.iter().any(is_number))
}

fn value(token: &RawValue) -> Result<Literal, Fault<'_>> {
    let fault = |expected| {
        let found = kind(token).into();
        (token.get(), Reason::Expected { expected, found })
    };
    if !token.get().starts_with('[') {
        return literal(token)
            .map_err(|_| fault("a number that a float can hold, a text, or a list of texts"));
    }
    let modalities =
        crate::json::object::list(token, text).map_err(|_| fault("a list of texts"))?;
    let list = Modalities::new(modalities).map_err(|error| (token.get(), Reason::Filter(error)))?;
    Ok(list.into())
}

impl Serialize for Filter {
    /// # Errors
    ///
    /// If the filter is deeper than [`Filter::MAX_DEPTH`]: it could not be read again.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.check_depth().map_err(S::Error::custom)?;
        RawValue::from_string(self.to_json())
            .map_err(S::Error::custom)?
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Filter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let token = Box::<RawValue>::deserialize(deserializer)?;
        Self::from_json_with_empty_ranges(token.get()).map_err(D::Error::custom)
    }
}
