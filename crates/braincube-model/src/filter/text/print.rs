//! Prints the textual form, with as few brackets as read back to the same tree.

use std::fmt::{self, Write};

use crate::filter::deep::Step;
use crate::filter::{Filter, Literal};

/// How a gate is printed, by its place in the order of visits.
///
/// A row `a and b and c` is read as a balanced tree. So an operand that is the same gate again can
/// go without brackets only where the tree is the one that the row would be read as.
#[derive(Clone, Copy)]
struct Row {
    /// How many operands the row has when it is printed.
    length: usize,
    /// Whether operands that are the same gate are printed as a part of the row.
    flat: bool,
}

pub(super) fn print(filter: &Filter, f: &mut fmt::Formatter) -> fmt::Result {
    let rows = rows(filter);
    let mut visits = 0;
    // The gates entered and not left: the gate, its row, whether it is in brackets.
    let mut above: Vec<(&Filter, Row, bool)> = Vec::new();
    for step in filter.walk() {
        match step {
            Step::Enter(filter) => {
                let row = rows[visits];
                visits += 1;
                if !filter.is_gate() {
                    comparison(filter, f)?;
                    continue;
                }
                let brackets = above.last().is_some_and(|(gate, row, _)| match filter {
                    Filter::Not(_) => false,
                    _ => !(row.flat && gate.operator() == filter.operator()),
                });
                if brackets {
                    f.write_char('(')?;
                }
                if matches!(filter, Filter::Not(_)) {
                    f.write_str("not ")?;
                }
                above.push((filter, row, brackets));
            }
            Step::Between(gate) => f.write_str(match gate {
                Filter::And(..) => " and ",
                _ => " or ",
            })?,
            Step::Leave(_) => {
                if let Some((_, _, true)) = above.pop() {
                    f.write_char(')')?;
                }
            }
        }
    }
    Ok(())
}

/// The row of every filter of the tree, in the order of visits.
fn rows(filter: &Filter) -> Vec<Row> {
    const ONE: Row = Row {
        length: 1,
        flat: false,
    };
    let mut rows = Vec::new();
    let mut entered = Vec::new();
    // What the operands of the gates above have come to: the operator and the length.
    let mut lengths: Vec<(&str, usize)> = Vec::new();
    for step in filter.walk() {
        match step {
            Step::Enter(filter) => {
                if filter.is_gate() {
                    entered.push(rows.len());
                } else {
                    lengths.push((filter.operator(), 1));
                }
                rows.push(ONE);
            }
            Step::Between(_) => {}
            Step::Leave(gate) => {
                let row = match gate {
                    Filter::Not(_) => {
                        lengths.pop();
                        ONE
                    }
                    _ => {
                        let mut length = || match lengths.pop() {
                            Some((operator, length)) if operator == gate.operator() => length,
                            _ => 1,
                        };
                        let (right, left) = (length(), length());
                        join(left, right)
                    }
                };
                lengths.push((gate.operator(), row.length));
                if let Some(index) = entered.pop() {
                    rows[index] = row;
                }
            }
        }
    }
    rows
}

/// The row of a gate whose operands would be rows of these lengths.
const fn join(left: usize, right: usize) -> Row {
    let length = left + right;
    // The left half of a balanced tree is the larger one by at most one.
    if left >= right && left - right == length % 2 {
        Row { length, flat: true }
    } else {
        Row {
            length: 2,
            flat: false,
        }
    }
}

fn comparison(filter: &Filter, f: &mut fmt::Formatter) -> fmt::Result {
    let Some(variable) = filter.variable() else {
        return Ok(());
    };
    let (sign, equals) = match filter {
        Filter::Equals { .. } => ("=", true),
        Filter::Less { .. } => ("<", false),
        Filter::LessEquals { .. } => ("<=", false),
        Filter::Great { .. } => (">", false),
        Filter::GreatEquals { .. } => (">=", false),
        _ => ("between", false),
    };
    write!(f, "{variable} {sign}")?;
    for (index, value) in filter.values().enumerate() {
        f.write_str(if index == 0 { " " } else { " and " })?;
        literal(value, equals, f)?;
    }
    Ok(())
}

fn literal(value: &Literal, equals: bool, f: &mut fmt::Formatter) -> fmt::Result {
    match value {
        Literal::Date(date) => write!(f, "{date}"),
        // Elsewhere a text that reads as a date is the date.
        Literal::Text(text) if equals || super::date(text.as_str()).is_some() => {
            write!(f, "text {value}")
        }
        // Behind `=` a text in quotes is the one modality.
        Literal::Modalities(list) if equals && list.iter().len() == 1 => {
            let json = value.to_string();
            f.write_str(&json[1..json.len() - 1])
        }
        _ => write!(f, "{value}"),
    }
}
