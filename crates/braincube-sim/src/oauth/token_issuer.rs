//! [`TokenIssuer`]: generates codes and tokens and records them.

use std::collections::VecDeque;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The number of codes and tokens that are recorded, the newest ones.
const MAX_RECORDED: usize = 10_000;

/// Generates codes and tokens and records them.
#[derive(Default)]
pub(super) struct TokenIssuer(Mutex<VecDeque<String>>);

impl TokenIssuer {
    /// Generates 32 random hexadecimal digits.
    ///
    /// The keys of the hash maps in the standard library come from the operating system. This is sufficient for a
    /// simulator, but not for a real server.
    pub(super) fn issue(&self) -> String {
        let random = |seed: u8| RandomState::new().hash_one(seed);
        let text = format!("{:016x}{:016x}", random(0), random(1));
        let mut issued = self.lock();
        if issued.len() == MAX_RECORDED {
            issued.pop_front();
        }
        issued.push_back(text.clone());
        text
    }

    /// The recorded codes and tokens, oldest first.
    pub(super) fn issued(&self) -> Vec<String> {
        self.lock().iter().cloned().collect()
    }

    /// No statement under the lock leaves the list inconsistent, so a poisoned lock can be used.
    fn lock(&self) -> MutexGuard<'_, VecDeque<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for TokenIssuer {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "TokenIssuer({} issued)", self.lock().len())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{MAX_RECORDED, TokenIssuer};

    #[test]
    fn codes_are_unique_and_the_newest_are_recorded() {
        let issuer = TokenIssuer::default();
        let texts: Vec<_> = (0..=MAX_RECORDED).map(|_| issuer.issue()).collect();
        assert_eq!(texts.iter().collect::<HashSet<_>>().len(), MAX_RECORDED + 1);
        assert!(texts.iter().all(|text| text.len() == 32));
        assert_eq!(issuer.issued(), texts[1..]);
        assert_eq!(format!("{issuer:?}"), "TokenIssuer(10000 issued)");
    }
}
