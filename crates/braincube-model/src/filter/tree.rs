//! Operations on a whole filter tree. A filter can be deeper than the stack of a thread, so none of them is recursive.

use std::fmt;
use std::sync::{Arc, LazyLock};

use super::combine::Gate;
use super::{Filter, FilterError, Literal, Number};
use crate::LongId;

/// An operator that compares a variable with one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equals,
    Less,
    LessEquals,
    Great,
    GreatEquals,
}

impl Operator {
    /// The operator with this name on the wire.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        use Operator::{Equals, Great, GreatEquals, Less, LessEquals};
        let mut all = [Equals, Less, LessEquals, Great, GreatEquals].into_iter();
        all.find(|operator| operator.name() == name)
    }

    /// The name of the operator on the wire.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Equals => "EQUALS",
            Self::Less => "LESS",
            Self::LessEquals => "LESS_EQUALS",
            Self::Great => "GREAT",
            Self::GreatEquals => "GREAT_EQUALS",
        }
    }

    /// The operator in the textual form.
    pub(super) const fn sign(self) -> &'static str {
        match self {
            Self::Equals => "=",
            Self::Less => "<",
            Self::LessEquals => "<=",
            Self::Great => ">",
            Self::GreatEquals => ">=",
        }
    }

    pub(super) const fn filter(self, variable: LongId, value: Literal) -> Filter {
        match self {
            Self::Equals => Filter::Equals { variable, value },
            Self::Less => Filter::Less { variable, value },
            Self::LessEquals => Filter::LessEquals { variable, value },
            Self::Great => Filter::Great { variable, value },
            Self::GreatEquals => Filter::GreatEquals { variable, value },
        }
    }
}

/// One step of a walk over a tree. A comparison is entered and never left.
#[derive(Clone, Copy)]
pub(super) enum Step<'a> {
    Enter(&'a Filter),
    /// From the left operand of a gate to the right one.
    Between(&'a Filter),
    Leave(&'a Filter),
}

/// One filter, without its operands.
#[derive(PartialEq, Eq)]
pub(super) enum Node<'a> {
    Compare(Operator, LongId, &'a Literal),
    Between(LongId, [&'a Literal; 2]),
    Not,
    Join(Gate),
}

impl Filter {
    /// How many gates may be nested in a filter that is read or sent.
    pub const MAX_DEPTH: usize = 256;

    pub(super) fn walk(&self) -> impl Iterator<Item = Step<'_>> {
        let mut stack = vec![Step::Enter(self)];
        std::iter::from_fn(move || {
            let step = stack.pop()?;
            match step {
                Step::Enter(filter @ Self::Not(operand)) => {
                    stack.extend([Step::Leave(filter), Step::Enter(operand)]);
                }
                Step::Enter(filter @ (Self::And(left, right) | Self::Or(left, right))) => {
                    stack.extend([
                        Step::Leave(filter),
                        Step::Enter(right),
                        Step::Between(filter),
                        Step::Enter(left),
                    ]);
                }
                _ => {}
            }
            Some(step)
        })
    }

    pub(super) const fn node(&self) -> Node<'_> {
        use Node::Compare;
        use Operator::{Equals, Great, GreatEquals, Less, LessEquals};
        match self {
            Self::Equals { variable, value } => Compare(Equals, *variable, value),
            Self::Less { variable, value } => Compare(Less, *variable, value),
            Self::LessEquals { variable, value } => Compare(LessEquals, *variable, value),
            Self::Great { variable, value } => Compare(Great, *variable, value),
            Self::GreatEquals { variable, value } => Compare(GreatEquals, *variable, value),
            Self::Between {
                variable,
                low,
                high,
            } => Node::Between(*variable, [low, high]),
            Self::Not(_) => Node::Not,
            Self::And(..) => Node::Join(Gate::And),
            Self::Or(..) => Node::Join(Gate::Or),
        }
    }

    /// Whether this is `NOT`, `AND` or `OR`, and not a comparison.
    pub const fn is_gate(&self) -> bool {
        matches!(self.node(), Node::Not | Node::Join(_))
    }

    /// The variable of a comparison; `None` for a gate.
    pub const fn variable(&self) -> Option<LongId> {
        match self.node() {
            Node::Compare(_, variable, _) | Node::Between(variable, _) => Some(variable),
            Node::Not | Node::Join(_) => None,
        }
    }

    /// The value of a comparison, or the two bounds of a `BETWEEN`.
    pub(super) fn values(&self) -> impl Iterator<Item = &Literal> {
        let values = match self.node() {
            Node::Compare(_, _, value) => [Some(value), None],
            Node::Between(_, [low, high]) => [Some(low), Some(high)],
            Node::Not | Node::Join(_) => [None, None],
        };
        values.into_iter().flatten()
    }

    /// Every filter of the tree, each before its operands.
    fn preorder(&self) -> impl Iterator<Item = &Self> {
        self.walk().filter_map(|step| match step {
            Step::Enter(filter) => Some(filter),
            Step::Between(_) | Step::Leave(_) => None,
        })
    }

    /// Every comparison of the tree, with its variable.
    pub(super) fn comparisons(&self) -> impl Iterator<Item = (LongId, &Self)> {
        self.preorder()
            .filter_map(|filter| Some((filter.variable()?, filter)))
    }

    /// The variables of all comparisons, in the order of the comparisons, with repetitions.
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
        self.comparisons().map(|(variable, _)| variable)
    }

    /// The largest number of nested gates: 0 for a comparison.
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

    /// The same gates with each comparison replaced by the result of `change`, which also receives whether the
    /// comparison is under an odd number of `NOT`s.
    pub(super) fn map_comparisons<E>(
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
                    let mut operand = || built.pop().expect(BUILT);
                    let last = operand();
                    let copy = match gate {
                        Self::And(..) => operand() & last,
                        Self::Or(..) => operand() | last,
                        _ => {
                            negated = !negated;
                            !last
                        }
                    };
                    built.push(copy);
                }
            }
        }
        Ok(built.pop().expect(BUILT))
    }

    /// Moves the operands that are gates and have no other owner into `gates`.
    fn take_gates(&mut self, gates: &mut Vec<Self>) {
        static LEAF: LazyLock<Arc<Filter>> = LazyLock::new(|| {
            let zero = Literal::Number(Number::from(0));
            Arc::new(Operator::Equals.filter(LongId::memory_base(0), zero))
        });
        let mut take = |operand: &mut Arc<Self>| {
            if operand.is_gate() {
                let operand = std::mem::replace(operand, Arc::clone(&LEAF));
                gates.extend(Arc::into_inner(operand));
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
        self.take_gates(&mut gates);
        while let Some(mut gate) = gates.pop() {
            gate.take_gates(&mut gates);
        }
    }
}

impl PartialEq for Filter {
    fn eq(&self, other: &Self) -> bool {
        // The operator determines the number of operands, so two trees with the same preorder are the same tree. Two walks
        // that agree in each step have the same length.
        let mut pairs = self.preorder().zip(other.preorder());
        pairs.all(|(a, b)| a.node() == b.node())
    }
}

impl Eq for Filter {}

impl fmt::Debug for Filter {
    /// The wire form: `Filter({"LESS":["mb20/d3",10]})`.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Filter(")?;
        self.write_json(f)?;
        f.write_str(")")
    }
}
