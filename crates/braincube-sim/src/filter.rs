//! Filters select the rows of an extraction.
//!
//! A filter is compiled to steps in postfix order, `[a, b, AND]`, which are evaluated on masks of rows. Neither is recursive,
//! so a deeply nested filter cannot exhaust the stack. The types of the client are not used, so that an error in them is
//! not repeated here.
//!
//! - `{"EQUALS": [v, x]}`: cell = x, or one of a list, `{"EQUALS": [v, [x, y]]}`. The only operator for DISCRETE variables.
//! - `{"BETWEEN": [v, low, high]}`: low ≤ cell ≤ high.
//! - `{"LESS": [v, x]}`, `{"GREAT": [v, x]}`: cell < x, cell > x; `{"LESS_EQUALS": …}`, `{"GREAT_EQUALS": …}`: ≤ and ≥.
//! - `{"NOT": [f]}`, `{"AND": [f, g]}`, `{"OR": [f, g]}`: exactly one and exactly two operands.
//!
//! Operators are case-insensitive. Numbers are JSON numbers or texts, dates are texts `"YYYYMMDD_HHMMSS"`. A missing cell fails
//! every comparison, and so it passes a `NOT`.

mod compile;
#[cfg(test)]
mod tests;

use std::ops::{Bound, Range, RangeBounds as _};

use serde_json::value::RawValue;

use crate::column::Column;
use crate::memory_base::MemoryBase;
use crate::problem::Problem;

/// A compiled filter on one memory base.
#[derive(Debug)]
pub(crate) struct Filter {
    /// In postfix order: the operands of a gate precede it.
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq)]
enum Step {
    /// Pushes a mask of the rows whose cell passes the test.
    Compare { column: usize, test: Test },
    /// Inverts the top mask.
    Not,
    /// Combines the two top masks.
    And,
    /// Combines the two top masks.
    Or,
}

#[derive(Clone, Debug, PartialEq)]
enum Test {
    /// The key of a NUMERIC or DATETIME cell is in this range.
    Within(Bound<f64>, Bound<f64>),
    /// The key of a NUMERIC or DATETIME cell is one of these.
    OneOf(Vec<f64>),
    /// The label of a DISCRETE cell has one of these indices in the modalities of the column.
    Modality(Vec<u32>),
}

impl Filter {
    /// Compiles a filter on `base`.
    pub(crate) fn compile(json: &RawValue, base: &MemoryBase) -> Result<Self, Problem> {
        let steps = compile::compile(json, base)?;
        Ok(Self { steps })
    }

    /// The rows of `base` that pass, in ascending order.
    pub(crate) fn rows(&self, base: &MemoryBase) -> Vec<usize> {
        rows(&self.steps, base)
    }
}

/// Number of rows that are evaluated at once, so that the masks of a deep filter stay small.
const BLOCK: usize = 4_096;

fn rows(steps: &[Step], base: &MemoryBase) -> Vec<usize> {
    let mut kept = Vec::new();
    for start in (0..base.rows()).step_by(BLOCK) {
        let block = start..base.rows().min(start + BLOCK);
        let mask = mask(steps, base, block.clone());
        kept.extend(
            block
                .zip(mask)
                .filter_map(|(row, passes)| passes.then_some(row)),
        );
    }
    kept
}

/// Returns a mask: whether each row of the block passes.
fn mask(steps: &[Step], base: &MemoryBase, block: Range<usize>) -> Vec<bool> {
    const POSTFIX: &str = "the operands of a gate precede it";
    let mut masks: Vec<Vec<bool>> = Vec::new();
    for step in steps {
        match step {
            Step::Compare { column, test } => {
                masks.push(compare(base.column(*column), test, block.clone()));
            }
            Step::Not => {
                let top = masks.last_mut().expect(POSTFIX);
                top.iter_mut().for_each(|passes| *passes = !*passes);
            }
            Step::And | Step::Or => {
                let other = masks.pop().expect(POSTFIX);
                let top = masks.last_mut().expect(POSTFIX);
                let both = *step == Step::And;
                for (passes, other) in top.iter_mut().zip(other) {
                    *passes = if both {
                        *passes && other
                    } else {
                        *passes || other
                    };
                }
            }
        }
    }
    masks.pop().expect("a filter has at least one step")
}

fn compare(column: &Column, test: &Test, block: Range<usize>) -> Vec<bool> {
    match (column, test) {
        (Column::Ordered { .. }, Test::Within(low, high)) => {
            let range = (*low, *high);
            let keys = column.keys(block);
            keys.map(|key| range.contains(&key)).collect()
        }
        (Column::Ordered { .. }, Test::OneOf(wanted)) => {
            let keys = column.keys(block);
            keys.map(|key| wanted.contains(&key)).collect()
        }
        (Column::Discrete { codes, .. }, Test::Modality(wanted)) => {
            let one_of = |code: u32| wanted.contains(&code);
            codes[block]
                .iter()
                .map(|code| code.is_some_and(one_of))
                .collect()
        }
        _ => unreachable!("a test is compiled for the type of its column"),
    }
}
