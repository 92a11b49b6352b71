//! [`Faults`]: decides which faults apply to a request.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::random::{GAMMA, splitmix64};
use super::{Fault, Kind};

/// All faults of a simulator and their counters.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    scripts: Mutex<Vec<Script>>,
}

#[derive(Debug)]
struct Script {
    fault: Fault,
    /// The number of matching requests.
    seen: u64,
    /// How often the fault was applied.
    hits: u64,
}

/// A fault that applies to a request.
#[derive(Debug)]
pub(super) struct FaultHit {
    pub(super) kind: Kind,
    /// How often the fault was applied before.
    pub(super) before: u64,
}

impl Faults {
    pub(crate) fn new(faults: Vec<Fault>) -> Self {
        let script = |fault| Script {
            fault,
            seen: 0,
            hits: 0,
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
            hits: 0,
        });
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    /// Returns the faults that apply to a request with this path, in their order.
    pub(super) fn hits(&self, path: &str) -> Vec<FaultHit> {
        self.lock()
            .iter_mut()
            .filter_map(|script| script.hit(path))
            .collect()
    }

    /// No statement under the lock leaves the counters inconsistent, so a poisoned lock can be used.
    fn lock(&self) -> MutexGuard<'_, Vec<Script>> {
        self.scripts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Script {
    fn hit(&mut self, path: &str) -> Option<FaultHit> {
        if !path.contains(&*self.fault.path) {
            return None;
        }
        let number = self.seen;
        self.seen += 1;
        let applies = number >= self.fault.after
            && self.hits < self.fault.times
            && fraction(self.fault.seed, number) < self.fault.chance;
        applies.then(|| {
            self.hits += 1;
            FaultHit {
                kind: self.fault.kind.clone(),
                before: self.hits - 1,
            }
        })
    }
}

/// A fraction from 0 (inclusive) to 1 (exclusive), determined by seed and number.
fn fraction(seed: u64, number: u64) -> f64 {
    let bits = splitmix64(seed.wrapping_add(number.wrapping_mul(GAMMA)));
    let high = u32::try_from(bits >> 32).unwrap_or(u32::MAX);
    f64::from(high) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::Faults;
    use crate::fault::Fault;

    fn hit_requests(fault: Fault, requests: usize) -> Vec<usize> {
        let faults = Faults::new(vec![fault]);
        (0..requests)
            .filter(|_| !faults.hits("/braindata/mb20/LF").is_empty())
            .collect()
    }

    #[test]
    fn faults_are_limited_by_path_position_and_count() {
        let fault = || Fault::status(503);
        assert_eq!(hit_requests(fault(), 3), [0, 1, 2]);
        assert_eq!(hit_requests(fault().on("/LF"), 2), [0, 1]);
        assert!(hit_requests(fault().on("/summary"), 2).is_empty());
        assert_eq!(hit_requests(fault().after(1).times(2), 6), [1, 2]);
        assert!(hit_requests(fault().times(0), 2).is_empty());
    }

    #[test]
    fn chance_is_uniform_and_reproducible() {
        let fault = |seed| Fault::status(503).chance(0.05, seed);
        let some = hit_requests(fault(7), 10_000);
        assert!((400..600).contains(&some.len()), "{}", some.len());
        assert_eq!(some, hit_requests(fault(7), 10_000));
        assert_ne!(some, hit_requests(fault(8), 10_000));
        assert!(hit_requests(fault(7).chance(0.0, 7), 100).is_empty());
        assert_eq!(hit_requests(fault(7).chance(1.0, 7), 100).len(), 100);
    }
}
