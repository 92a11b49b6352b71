//! The JSON form of a filter, as the service reads it. Neither writing nor reading is recursive.

mod document;

use std::fmt::{self, Write};

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use self::document::Document;
use super::combine::Gate;
use super::error::Reason;
use super::tree::{Node, Operator, Step};
use super::{Filter, FilterError, Literal, Modalities, Number, ParseFilterError};
use crate::LongId;
use crate::json::{kind, offset_in};

/// The error for a list of numbers, which looks like a list of modalities.
const LIST_OF_NUMBERS: &str = r#"numbers are compared one by one, not as a list; write {"OR":[{"EQUALS":["mb20/d2",0.1]},{"EQUALS":["mb20/d2",0.2]}]}, or one number without brackets"#;

impl Filter {
    /// The filter as the service's JSON, for any depth.
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
        self.write_json(&mut json)
            .expect("writing to a string cannot fail");
        json
    }

    /// The number of bytes of [`to_json`](Self::to_json), without the text itself.
    pub fn json_len(&self) -> usize {
        struct Length(usize);

        impl Write for Length {
            fn write_str(&mut self, text: &str) -> fmt::Result {
                self.0 += text.len();
                Ok(())
            }
        }

        let mut length = Length(0);
        self.write_json(&mut length)
            .expect("counting bytes cannot fail");
        length.0
    }

    pub(super) fn write_json(&self, out: &mut impl Write) -> fmt::Result {
        for step in self.walk() {
            match step {
                Step::Enter(filter) => match filter.node() {
                    Node::Compare(operator, variable, value) => {
                        write!(out, "{{\"{}\":[\"{variable}\",{value}]}}", operator.name())?;
                    }
                    Node::Between(variable, [low, high]) => {
                        write!(out, "{{\"BETWEEN\":[\"{variable}\",{low},{high}]}}")?;
                    }
                    Node::Not => out.write_str("{\"NOT\":[")?,
                    Node::Join(gate) => write!(out, "{{\"{}\":[", gate.name())?,
                },
                Step::Between(_) => out.write_char(',')?,
                Step::Leave(_) => out.write_str("]}")?,
            }
        }
        Ok(())
    }

    /// Parses the service's JSON.
    ///
    /// Operators may be in any case. `AND` and `OR` may have any number of operands except none; they become a balanced
    /// tree, as of [`Filter::all`].
    ///
    /// If a filter is deeper than [`Filter::MAX_DEPTH`], its chains of `AND`s and of `OR`s are balanced, because the Python
    /// package nests a list of modalities to the left, with one level for each. A filter that is too deep even then, such
    /// as a chain of `NOT`s, is an error.
    ///
    /// # Errors
    ///
    /// If the text is not JSON or not a filter, contains a `BETWEEN` whose lower bound is above the upper one, or is too
    /// deep. The error contains the line and the column.
    pub fn from_json(json: &str) -> Result<Self, ParseFilterError> {
        read(json, false)
    }

    /// As [`Filter::from_json`], but accepts a range that contains no value: the service may send one.
    pub(super) fn from_json_with_empty_ranges(json: &str) -> Result<Self, ParseFilterError> {
        read(json, true)
    }
}

fn read(json: &str, empty_ranges: bool) -> Result<Filter, ParseFilterError> {
    let error = |offset, reason| ParseFilterError::at(json, offset, reason);
    // Reading a raw value is not recursive.
    let root: &RawValue = serde_json::from_str(json).map_err(|cause| {
        let lines = json
            .split_inclusive('\n')
            .take(cause.line().saturating_sub(1));
        let offset = lines.map(str::len).sum::<usize>() + cause.column().saturating_sub(1);
        let message = "the text is not JSON, or continues after the end of the JSON";
        error(offset, Reason::Message(message))
    })?;
    let document = Document::new(root.get());
    for chains in [Chains::Unchanged, Chains::Balanced] {
        let reader = Reader {
            document: &document,
            chains,
            empty_ranges,
        };
        let filter = reader
            .read()
            .map_err(|(token, reason)| error(offset_in(json, token), reason))?;
        if filter.check_depth().is_ok() {
            return Ok(filter);
        }
    }
    Err(error(0, Reason::Filter(FilterError::too_deep())))
}

/// How an `AND` that is an operand of an `AND` is read, or an `OR` in an `OR`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chains {
    /// As a gate of its own.
    Unchanged,
    /// Its operands become operands of the outer gate.
    Balanced,
}

/// The token at fault, and what is wrong.
type Fault<'a> = (&'a str, Reason);

/// A gate whose operands are being read.
struct OpenGate<'a> {
    /// `None` for `NOT`.
    gate: Option<Gate>,
    token: &'a str,
    /// In reverse order.
    unread: Vec<&'a str>,
    read: Vec<Filter>,
}

enum Operand<'a> {
    Comparison(Filter),
    Gate(OpenGate<'a>),
}

struct Reader<'d, 'a> {
    document: &'d Document<'a>,
    chains: Chains,
    /// Accepts a range whose lower bound is above the upper one.
    empty_ranges: bool,
}

impl<'a> Reader<'_, 'a> {
    fn read(&self) -> Result<Filter, Fault<'a>> {
        let root = self.document.root();
        let mut outer = Vec::new();
        // A gate with one operand is that operand.
        let mut gate = OpenGate::new(Some(Gate::And), root, vec![root]);
        loop {
            let Some(token) = gate.unread.pop() else {
                let filter = gate.close()?;
                match outer.pop() {
                    Some(above) => gate = above,
                    None => return Ok(filter),
                }
                gate.read.push(filter);
                continue;
            };
            match self.operand(token)? {
                Operand::Comparison(filter) => gate.read.push(filter),
                Operand::Gate(mut inner)
                    if self.chains == Chains::Balanced && inner.extends(&gate) =>
                {
                    gate.unread.append(&mut inner.unread);
                }
                Operand::Gate(inner) => outer.push(std::mem::replace(&mut gate, inner)),
            }
        }
    }

    fn operand(&self, token: &'a str) -> Result<Operand<'a>, Fault<'a>> {
        let fault = |message| Err((token, Reason::Message(message)));
        if !token.starts_with('{') {
            return Err(expected(token, "a filter, an object with one operator"));
        }
        let [key, list] = self.document.values(token)[..] else {
            return fault("a filter has exactly one operator");
        };
        let Ok(operator) = serde_json::from_str::<String>(key) else {
            return fault("a key is not a valid JSON string");
        };
        if !list.starts_with('[') {
            return Err(expected(list, "the operands in a list"));
        }
        let operands = self.document.values(list);
        let operator = operator.to_ascii_uppercase();
        let gate = match &*operator {
            "NOT" => None,
            "AND" => Some(Gate::And),
            "OR" => Some(Gate::Or),
            _ => {
                return self
                    .comparison(&operator, token, &operands)
                    .map(Operand::Comparison);
            }
        };
        Ok(Operand::Gate(OpenGate::new(gate, token, operands)))
    }

    fn comparison(
        &self,
        operator: &str,
        token: &'a str,
        operands: &[&'a str],
    ) -> Result<Filter, Fault<'a>> {
        let count = operands.len();
        if operator == "BETWEEN" {
            let [id, low, high] = operands else {
                return Err(wrong_number(token, "a variable and two values", count));
            };
            let variable = variable(id)?;
            let (low, high) = (value(low)?, value(high)?);
            if low.is_after(&high) && !self.empty_ranges {
                let error = FilterError::EmptyRange { low, high };
                return Err((self.document.root(), Reason::Filter(error)));
            }
            return Ok(Filter::Between {
                variable,
                low,
                high,
            });
        }
        let operator = Operator::from_name(operator).ok_or_else(|| {
            let found = operator.chars().take(32).collect();
            (token, Reason::Operator { found })
        })?;
        let [id, operand] = operands else {
            return Err(wrong_number(token, "a variable and a value", count));
        };
        let is_number = |token: &&str| kind(token) == "a number";
        if operator == Operator::Equals
            && operand.starts_with('[')
            && self.document.values(operand).iter().any(is_number)
        {
            return Err((operand, Reason::Message(LIST_OF_NUMBERS)));
        }
        Ok(operator.filter(variable(id)?, value(operand)?))
    }
}

impl<'a> OpenGate<'a> {
    fn new(gate: Option<Gate>, token: &'a str, mut operands: Vec<&'a str>) -> Self {
        operands.reverse();
        Self {
            gate,
            token,
            unread: operands,
            read: Vec::new(),
        }
    }

    /// Whether the operands can be moved to the outer gate. A gate without operands is an error and stays.
    fn extends(&self, outer: &Self) -> bool {
        self.gate.is_some() && self.gate == outer.gate && !self.unread.is_empty()
    }

    fn close(self) -> Result<Filter, Fault<'a>> {
        let found = self.read.len();
        let mut read = self.read.into_iter();
        let (filter, expected) = match self.gate {
            None => {
                let only = read.next().filter(|_| found == 1);
                (only.map(|filter| !filter), "one filter for NOT")
            }
            Some(gate) => (gate.join_all(read), "at least one filter for AND and OR"),
        };
        filter.ok_or_else(|| wrong_number(self.token, expected, found))
    }
}

/// The error for a wrong number of operands.
fn wrong_number<'a>(token: &'a str, expected: &'static str, found: usize) -> Fault<'a> {
    let found = found.to_string().into();
    (token, Reason::Expected { expected, found })
}

fn expected<'a>(token: &'a str, expected: &'static str) -> Fault<'a> {
    let found = kind(token).into();
    (token, Reason::Expected { expected, found })
}

fn variable(token: &str) -> Result<LongId, Fault<'_>> {
    let id = serde_json::from_str::<LongId>(token).ok();
    id.filter(|id| id.variable_id().is_some()).ok_or_else(|| {
        let expected = "the long id of a variable, such as \"mb20/d2000034\"";
        let found = token.chars().take(32).collect();
        (token, Reason::Expected { expected, found })
    })
}

fn value(token: &str) -> Result<Literal, Fault<'_>> {
    if token.starts_with('[') {
        let list: Vec<Box<str>> =
            serde_json::from_str(token).map_err(|_| expected(token, "a list of texts"))?;
        let list = Modalities::new(list).map_err(|error| (token, Reason::Filter(error)))?;
        return Ok(list.into());
    }
    let text = serde_json::from_str::<Box<str>>(token);
    let number = || Number::parse(token).map(Literal::from);
    let literal = text.map_or_else(|_| number(), |text| Some(Literal::from(&*text)));
    let takes = "a number that a float can hold, a text, or a list of texts";
    literal.ok_or_else(|| expected(token, takes))
}

impl Serialize for Filter {
    /// # Errors
    ///
    /// If the filter is deeper than [`Filter::MAX_DEPTH`]: it could not be deserialized again.
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
