//! [`Mint`]: makes codes and tokens, and remembers what it has made.

use std::collections::VecDeque;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// So many are remembered, the newest ones.
const MOST: usize = 10_000;

/// Makes codes and tokens, and remembers what it has made.
#[derive(Default)]
pub(super) struct Mint(Mutex<VecDeque<String>>);

impl Mint {
    /// A text that nobody guesses by accident: 32 hexadecimal digits.
    ///
    /// The keys of the standard library's hash maps come from the operating system. That is enough for a simulator, and
    /// would not be for a real server.
    pub(super) fn make(&self) -> String {
        let random = |seed: u8| RandomState::new().hash_one(seed);
        let text = format!("{:016x}{:016x}", random(0), random(1));
        let mut made = self.lock();
        if made.len() == MOST {
            made.pop_front();
        }
        made.push_back(text.clone());
        text
    }

    /// What has been made, the oldest first.
    pub(super) fn made(&self) -> Vec<String> {
        self.lock().iter().cloned().collect()
    }

    /// Every statement that holds the lock leaves the list whole, so a poisoned one is still good.
    fn lock(&self) -> MutexGuard<'_, VecDeque<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Mint {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Mint({} made)", self.lock().len())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{MOST, Mint};

    #[test]
    fn no_two_are_the_same_and_the_newest_are_remembered() {
        let mint = Mint::default();
        let texts: Vec<_> = (0..=MOST).map(|_| mint.make()).collect();
        assert_eq!(texts.iter().collect::<HashSet<_>>().len(), MOST + 1);
        assert!(texts.iter().all(|text| text.len() == 32));
        assert_eq!(mint.made(), texts[1..]);
        assert_eq!(format!("{mint:?}"), "Mint(10000 made)");
    }
}
