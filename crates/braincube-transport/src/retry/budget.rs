//! [`Budget`]: what repeats are paid from, so that a failing service is not asked ever more.

use std::sync::atomic::{AtomicU32, Ordering};

/// What is there at first, and never more: a hundred repeats.
const FULL: u32 = 100 * REPEAT;
/// What a repeat costs.
const REPEAT: u32 = 5;
/// What a success earns that took no repeat.
const SUCCESS: u32 = 1;

/// A bucket of tokens, as the SDKs of AWS have one: a repeat takes five out, a success puts one in; a repeat that
/// succeeds puts its five back.
///
/// No time fills it: a service that answers nothing, however long, gets a hundred repeats in all.
#[derive(Debug)]
pub(crate) struct Budget {
    tokens: AtomicU32,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            tokens: AtomicU32::new(FULL),
        }
    }
}

impl Budget {
    /// Pays for a repeat; `false` if there is too little left.
    pub(super) fn withdraw(&self) -> bool {
        let less = |tokens: u32| tokens.checked_sub(REPEAT);
        self.update(less)
    }

    /// Takes note of a success, and of whether it took a repeat.
    pub(super) fn deposit(&self, repeated: bool) {
        let earned = if repeated { REPEAT } else { SUCCESS };
        // Mostly it is full, and then nobody writes.
        let more = |tokens: u32| (tokens < FULL).then(|| FULL.min(tokens + earned));
        self.update(more);
    }

    fn update(&self, change: impl FnMut(u32) -> Option<u32>) -> bool {
        let order = Ordering::Relaxed;
        self.tokens.fetch_update(order, order, change).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::Budget;

    /// How many repeats are left.
    fn left(budget: &Budget) -> usize {
        std::iter::repeat_with(|| budget.withdraw())
            .take_while(|paid| *paid)
            .count()
    }

    #[test]
    fn h12_a_hundred_repeats_without_a_success_are_all() {
        let budget = Budget::default();
        budget.deposit(false);
        assert_eq!(left(&budget), 100, "nothing is saved up beyond");
        assert!(!budget.withdraw());
    }

    #[test]
    fn h12_five_successes_earn_a_repeat_and_one_that_succeeds_costs_nothing() {
        let budget = Budget::default();
        assert_eq!(left(&budget), 100);
        for (successes, repeats) in [(4, 0), (1, 1), (10, 2), (1000, 100)] {
            (0..successes).for_each(|_| budget.deposit(false));
            assert_eq!(left(&budget), repeats, "{successes}");
        }
        budget.deposit(true);
        assert_eq!(left(&budget), 1);
    }
}
