//! [`Faults`]: which fault strikes which request.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Fault, Kind};

/// All faults of a simulator, with what they have done so far.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    scripts: Mutex<Vec<Script>>,
}

#[derive(Debug)]
struct Script {
    fault: Fault,
    /// How many requests it could have struck.
    seen: u64,
    /// How many it has struck.
    struck: u64,
}

/// A fault that strikes a request.
#[derive(Debug)]
pub(super) struct Strike {
    pub(super) kind: Kind,
    /// How often the same fault has struck before.
    pub(super) before: u64,
}

impl Faults {
    pub(crate) fn new(faults: Vec<Fault>) -> Self {
        let script = |fault| Script {
            fault,
            seen: 0,
            struck: 0,
        };
        let scripts = faults.into_iter().map(script).collect();
        Self {
            scripts: Mutex::new(scripts),
        }
    }

    pub(crate) fn add(&self, fault: Fault) {
        self.lock().push(Script {
            fault,
            seen: 0,
            struck: 0,
        });
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    /// What strikes a request to this path, in the order of the faults.
    pub(super) fn strikes(&self, path: &str) -> Vec<Strike> {
        self.lock()
            .iter_mut()
            .filter_map(|script| script.strike(path))
            .collect()
    }

    /// The counts are whole after every statement, so a poisoned lock is still good.
    fn lock(&self) -> MutexGuard<'_, Vec<Script>> {
        self.scripts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Script {
    fn strike(&mut self, path: &str) -> Option<Strike> {
        if !path.contains(&*self.fault.path) {
            return None;
        }
        let number = self.seen;
        self.seen += 1;
        let strikes = number >= self.fault.after
            && self.struck < self.fault.times
            && fraction(self.fault.seed, number) < self.fault.chance;
        strikes.then(|| {
            self.struck += 1;
            Strike {
                kind: self.fault.kind.clone(),
                before: self.struck - 1,
            }
        })
    }
}

/// A fraction from 0 to 1, never 1, that depends on nothing but the seed and the number.
fn fraction(seed: u64, number: u64) -> f64 {
    let bits = mixed(seed.wrapping_add(number.wrapping_mul(GAMMA)));
    let high = u32::try_from(bits >> 32).unwrap_or(u32::MAX);
    f64::from(high) / (f64::from(u32::MAX) + 1.0)
}

/// The step of the generator SplitMix64.
const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// The number that the generator SplitMix64 gives for a state.
pub(super) fn mixed(state: u64) -> u64 {
    let mut bits = state.wrapping_add(GAMMA);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::Faults;
    use crate::fault::Fault;

    fn struck(fault: Fault, requests: usize) -> Vec<usize> {
        let faults = Faults::new(vec![fault]);
        (0..requests)
            .filter(|_| !faults.strikes("/braindata/mb20/LF").is_empty())
            .collect()
    }

    #[test]
    fn where_when_and_how_often() {
        let fault = || Fault::status(503);
        assert_eq!(struck(fault(), 3), [0, 1, 2]);
        assert_eq!(struck(fault().on("/LF"), 2), [0, 1]);
        assert!(struck(fault().on("/summary"), 2).is_empty());
        assert_eq!(struck(fault().after(1).times(2), 6), [1, 2]);
        assert!(struck(fault().times(0), 2).is_empty());
    }

    #[test]
    fn chance_is_even_and_repeatable() {
        let fault = |seed| Fault::status(503).chance(0.05, seed);
        let some = struck(fault(7), 10_000);
        assert!((400..600).contains(&some.len()), "{}", some.len());
        assert_eq!(some, struck(fault(7), 10_000));
        assert_ne!(some, struck(fault(8), 10_000));
        assert!(struck(fault(7).chance(0.0, 7), 100).is_empty());
        assert_eq!(struck(fault(7).chance(1.0, 7), 100).len(), 100);
    }
}
