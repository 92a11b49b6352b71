//! Filters: which rows of a memory base an extraction keeps.
//!
//! A filter is compiled to a list of steps in postfix order, `[a, b, AND]`, and the list is run over masks of rows.
//! Neither needs recursion, so a filter nested however deep cannot exhaust the stack. All of it is written
//! without the client's filter types, so that a mistake there cannot hide behind the same mistake here.
//!
//! - `{"EQUALS": [v, x]}`: the cell is x; or any of a list, `{"EQUALS": [v, [x, y]]}`. The only one for DISCRETE.
//! - `{"BETWEEN": [v, low, high]}`: low ≤ cell ≤ high.
//! - `{"LESS": [v, x]}`, `{"GREAT": [v, x]}`: strictly; `{"LESS_EQUALS": …}`, `{"GREAT_EQUALS": …}`: x included.
//! - `{"NOT": [f]}`, `{"AND": [f, g]}`, `{"OR": [f, g]}`: exactly one and two operands.
//!
//! Names of operators come in any case. Numbers are JSON numbers or text, dates are text `"YYYYMMDD_HHMMSS"`. A missing
//! cell fails every comparison, and so passes the `NOT` of it.

mod compile;
mod evaluate;
mod operand;
#[cfg(test)]
mod tests;

use std::ops::Bound;

use serde_json::value::RawValue;

use crate::memory_base::MemoryBase;
use crate::problem::Problem;

/// A filter on one memory base, ready to run.
#[derive(Debug)]
pub(crate) struct Filter {
    /// In postfix order: the operands of a gate stand before it.
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq)]
enum Step {
    /// Pushes a mask: the rows whose cell passes the test.
    Compare { place: usize, test: Test },
    /// Turns the top mask over.
    Not,
    /// Joins the two top masks.
    And,
    /// Joins the two top masks.
    Or,
}

#[derive(Clone, Debug, PartialEq)]
enum Test {
    /// The key of a NUMERIC or DATETIME cell lies between; at least one end is bounded.
    Within(Bound<f64>, Bound<f64>),
    /// The key of a NUMERIC or DATETIME cell is one of these.
    OneOf(Vec<f64>),
    /// The label of a DISCRETE cell is one of these places in the column's modalities.
    Modality(Vec<u32>),
}

impl Filter {
    /// Reads a filter on `base`; the problem says what is wrong with it.
    pub(crate) fn compile(json: &RawValue, base: &MemoryBase) -> Result<Self, Problem> {
        let steps = compile::compile(json, base)?;
        Ok(Self { steps })
    }

    /// The rows of `base` that pass, in their order.
    pub(crate) fn rows(&self, base: &MemoryBase) -> Vec<usize> {
        evaluate::rows(&self.steps, base)
    }
}
