//! Displays the textual form with as few brackets as possible, so that it parses to the same tree.

use std::fmt::{self, Write};
use std::ops::Range;

use crate::filter::combine::Gate;
use crate::filter::tree::{Node, Step};
use crate::filter::{Filter, Literal};

/// A filter that has been written.
struct Written {
    range: Range<usize>,
    /// `None` for a filter that never needs brackets.
    gate: Option<Gate>,
    /// The number of operands, including those of operands without brackets.
    operands: usize,
}

pub(super) fn print(filter: &Filter, f: &mut fmt::Formatter) -> fmt::Result {
    const NOT: &str = "not ";
    let mut text = String::new();
    let mut written: Vec<Written> = Vec::new();
    // Whether an operand needs brackets is known when the whole gate has been written, so they are inserted at the end.
    let mut brackets: Vec<(usize, char)> = Vec::new();
    for step in filter.walk() {
        match step {
            Step::Enter(Filter::Not(_)) => text.push_str(NOT),
            Step::Enter(filter) if filter.is_gate() => {}
            Step::Enter(filter) => {
                let start = text.len();
                comparison(filter, &mut text)?;
                written.push(Written {
                    range: start..text.len(),
                    gate: None,
                    operands: 1,
                });
            }
            Step::Between(Filter::And(..)) => text.push_str(" and "),
            Step::Between(_) => text.push_str(" or "),
            Step::Leave(Filter::Not(_)) => {
                let Some(operand) = written.last_mut() else {
                    continue;
                };
                if operand.gate.take().is_some() {
                    brackets.extend([(operand.range.start, '('), (operand.range.end, ')')]);
                }
                operand.range.start -= NOT.len();
            }
            Step::Leave(gate) => {
                let (Some(right), Some(left)) = (written.pop(), written.pop()) else {
                    continue;
                };
                let gate = match gate.node() {
                    Node::Join(gate) => Some(gate),
                    _ => None,
                };
                let count = |operand: &Written| match operand.gate == gate {
                    true => operand.operands,
                    false => 1,
                };
                let (lefts, rights) = (count(&left), count(&right));
                // `a and b and c` parses to a balanced tree, whose left half is larger by at most one operand.
                let is_balanced = lefts == rights || lefts == rights + 1;
                for operand in [&left, &right] {
                    if operand.gate.is_some() && !(is_balanced && operand.gate == gate) {
                        brackets.extend([(operand.range.start, '('), (operand.range.end, ')')]);
                    }
                }
                written.push(Written {
                    range: left.range.start..right.range.end,
                    gate,
                    operands: if is_balanced { lefts + rights } else { 2 },
                });
            }
        }
    }
    brackets.sort_by_key(|(position, _)| *position);
    let mut copied = 0;
    for (position, bracket) in brackets {
        f.write_str(&text[copied..position])?;
        f.write_char(bracket)?;
        copied = position;
    }
    f.write_str(&text[copied..])
}

fn comparison(filter: &Filter, out: &mut String) -> fmt::Result {
    match filter.node() {
        Node::Compare(operator, variable, value) => {
            let sign = operator.sign();
            write!(out, "{variable} {sign} ")?;
            literal(value, sign == "=", out)
        }
        Node::Between(variable, [low, high]) => {
            write!(out, "{variable} between ")?;
            literal(low, false, out)?;
            out.push_str(" and ");
            literal(high, false, out)
        }
        Node::Not | Node::Join(_) => Ok(()),
    }
}

fn literal(value: &Literal, after_equals: bool, out: &mut String) -> fmt::Result {
    match value {
        Literal::Date(date) => write!(out, "{date}"),
        // After other operators, a text in the form of a date is parsed as a date.
        Literal::Text(text) if after_equals || super::date(text.as_str()).is_some() => {
            write!(out, "text {value}")
        }
        // After `=`, a text in quotes is parsed as a single modality.
        Literal::Modalities(list) if after_equals && list.iter().len() == 1 => {
            let json = value.to_string();
            out.push_str(&json[1..json.len() - 1]);
            Ok(())
        }
        _ => write!(out, "{value}"),
    }
}
