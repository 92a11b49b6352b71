//! What is done to a whole tree: walked, copied, compared, measured, dropped. All of it with a
//! stack on the heap, because a filter may be deeper than a thread's stack.

use std::fmt;

use super::{Filter, FilterError, Literal, Number};
use crate::LongId;

const COMPARISON: &str = "what is not a gate is a comparison, which has a variable and its values";

/// One step of a walk over a tree: into a filter, from a gate's left operand to its right, out of
/// a gate. A comparison is entered and never left.
#[derive(Clone, Copy)]
pub(super) enum Step<'a> {
    Enter(&'a Filter),
    Between(&'a Filter),
    Leave(&'a Filter),
}

pub(super) struct Walk<'a> {
    stack: Vec<Step<'a>>,
}

impl<'a> Iterator for Walk<'a> {
    type Item = Step<'a>;

    fn next(&mut self) -> Option<Step<'a>> {
        let step = self.stack.pop()?;
        if let Step::Enter(filter) = step {
            match filter {
                Filter::Not(operand) => {
                    self.stack
                        .extend([Step::Leave(filter), Step::Enter(operand)]);
                }
                Filter::And(left, right) | Filter::Or(left, right) => self.stack.extend([
                    Step::Leave(filter),
                    Step::Enter(right),
                    Step::Between(filter),
                    Step::Enter(left),
                ]),
                _ => {}
            }
        }
        Some(step)
    }
}

impl Filter {
    /// How many gates may stand above a comparison in a filter that is read or sent.
    pub const MAX_DEPTH: usize = 256;

    pub(super) fn walk(&self) -> Walk<'_> {
        Walk {
            stack: vec![Step::Enter(self)],
        }
    }

    /// Every filter of the tree, each before its operands.
    fn preorder(&self) -> impl Iterator<Item = &Self> {
        self.walk().filter_map(|step| match step {
            Step::Enter(filter) => Some(filter),
            Step::Between(_) | Step::Leave(_) => None,
        })
    }

    /// Whether this is `NOT`, `AND` or `OR`, and not a comparison.
    pub const fn is_gate(&self) -> bool {
        matches!(self, Self::Not(_) | Self::And(..) | Self::Or(..))
    }

    /// How many gates stand one above the other at most: 0 for a comparison.
    pub fn depth(&self) -> usize {
        let (mut depth, mut deepest) = (0_usize, 0);
        for step in self.walk() {
            match step {
                Step::Enter(filter) if filter.is_gate() => {
                    depth += 1;
                    deepest = deepest.max(depth);
                }
                Step::Leave(_) => depth -= 1,
                Step::Enter(_) | Step::Between(_) => {}
            }
        }
        deepest
    }

    pub(crate) fn check_depth(&self) -> Result<(), FilterError> {
        if self.depth() > Self::MAX_DEPTH {
            return Err(FilterError::too_deep());
        }
        Ok(())
    }

    /// The variables compared, in the order in which they stand, as often as they stand there.
    ///
    /// ```
    /// use braincube_model::Filter;
    ///
    /// let filter: Filter = "mb20/d1 > 0 and not mb20/d2 = 1".parse()?;
    /// let ids: Vec<String> = filter.variables().map(|id| id.to_string()).collect();
    /// assert_eq!(ids, ["mb20/d1", "mb20/d2"]);
    /// # Ok::<(), braincube_model::filter::ParseFilterError>(())
    /// ```
    pub fn variables(&self) -> impl Iterator<Item = LongId> {
        self.preorder().filter_map(Self::variable)
    }

    /// The variable that a comparison is about; `None` for a gate.
    pub const fn variable(&self) -> Option<LongId> {
        match self {
            Self::Equals { variable, .. }
            | Self::Between { variable, .. }
            | Self::Less { variable, .. }
            | Self::LessEquals { variable, .. }
            | Self::Great { variable, .. }
            | Self::GreatEquals { variable, .. } => Some(*variable),
            Self::Not(_) | Self::And(..) | Self::Or(..) => None,
        }
    }

    /// The name of the operator on the wire.
    pub(super) const fn operator(&self) -> &'static str {
        match self {
            Self::Equals { .. } => "EQUALS",
            Self::Between { .. } => "BETWEEN",
            Self::Less { .. } => "LESS",
            Self::LessEquals { .. } => "LESS_EQUALS",
            Self::Great { .. } => "GREAT",
            Self::GreatEquals { .. } => "GREAT_EQUALS",
            Self::Not(_) => "NOT",
            Self::And(..) => "AND",
            Self::Or(..) => "OR",
        }
    }

    /// What a comparison compares with: one value, or the two bounds of a `BETWEEN`.
    pub(super) fn values(&self) -> impl Iterator<Item = &Literal> {
        let (first, second) = match self {
            Self::Equals { value, .. }
            | Self::Less { value, .. }
            | Self::LessEquals { value, .. }
            | Self::Great { value, .. }
            | Self::GreatEquals { value, .. } => (Some(value), None),
            Self::Between { low, high, .. } => (Some(low), Some(high)),
            Self::Not(_) | Self::And(..) | Self::Or(..) => (None, None),
        };
        first.into_iter().chain(second)
    }

    /// A copy of a comparison; `None` for a gate.
    fn clone_comparison(&self) -> Option<Self> {
        let variable = self.variable()?;
        let mut values = self.values().cloned();
        let value = values.next()?;
        Some(match self {
            Self::Equals { .. } => Self::Equals { variable, value },
            Self::Less { .. } => Self::Less { variable, value },
            Self::LessEquals { .. } => Self::LessEquals { variable, value },
            Self::Great { .. } => Self::Great { variable, value },
            Self::GreatEquals { .. } => Self::GreatEquals { variable, value },
            Self::Between { .. } => Self::Between {
                variable,
                low: value,
                high: values.next()?,
            },
            Self::Not(_) | Self::And(..) | Self::Or(..) => return None,
        })
    }

    /// The same gates over other comparisons. `change` gets each comparison that is entered, and whether it stands under
    /// an odd number of `NOT`.
    pub(super) fn rebuilt<E>(
        &self,
        mut change: impl FnMut(&Self, bool) -> Result<Self, E>,
    ) -> Result<Self, E> {
        const BUILT: &str = "a walk leaves a gate after its operands";
        let mut built = Vec::new();
        let mut negated = false;
        for step in self.walk() {
            match step {
                Step::Enter(Self::Not(_)) => negated = !negated,
                Step::Enter(filter) if filter.is_gate() => {}
                Step::Enter(comparison) => built.push(change(comparison, negated)?),
                Step::Between(_) => {}
                Step::Leave(gate) => {
                    let mut operand = || Box::new(built.pop().expect(BUILT));
                    let last = operand();
                    let copy = match gate {
                        Self::And(..) => Self::And(operand(), last),
                        Self::Or(..) => Self::Or(operand(), last),
                        _ => {
                            negated = !negated;
                            Self::Not(last)
                        }
                    };
                    built.push(copy);
                }
            }
        }
        Ok(built.pop().expect(BUILT))
    }

    /// Every comparison of the tree, with its variable.
    pub(super) fn comparisons(&self) -> impl Iterator<Item = (LongId, &Self)> {
        self.preorder()
            .filter_map(|filter| Some((filter.variable()?, filter)))
    }

    /// The operands of a gate, in whose place something small is left.
    fn take_operands(&mut self, into: &mut Vec<Self>) {
        let mut take = |operand: &mut Self| {
            if operand.is_gate() {
                let nothing = Self::Equals {
                    variable: LongId::memory_base(0),
                    value: Literal::Number(Number::from(0)),
                };
                into.push(std::mem::replace(operand, nothing));
            }
        };
        match self {
            Self::Not(operand) => take(operand),
            Self::And(left, right) | Self::Or(left, right) => {
                take(left);
                take(right);
            }
            _ => {}
        }
    }
}

impl Drop for Filter {
    fn drop(&mut self) {
        let mut gates = Vec::new();
        self.take_operands(&mut gates);
        while let Some(mut gate) = gates.pop() {
            gate.take_operands(&mut gates);
        }
    }
}

impl Clone for Filter {
    fn clone(&self) -> Self {
        let copy = |comparison: &Self, _| Ok(comparison.clone_comparison().expect(COMPARISON));
        let copied: Result<Self, std::convert::Infallible> = self.rebuilt(copy);
        let Ok(copied) = copied;
        copied
    }
}

impl PartialEq for Filter {
    fn eq(&self, other: &Self) -> bool {
        // The operator says how many operands follow, so that the order of visits is the tree.
        let same = |(a, b): (&Self, &Self)| {
            a.operator() == b.operator()
                && a.variable() == b.variable()
                && a.values().eq(b.values())
        };
        // Two walks that agree at each step end together.
        self.preorder().zip(other.preorder()).all(same)
    }
}

impl Eq for Filter {}

impl fmt::Debug for Filter {
    /// The wire form: `Filter({"LESS":["mb20/d3",10]})`.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Filter({})", self.to_json())
    }
}
