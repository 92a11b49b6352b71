//! New codes and tokens.

use std::hash::{BuildHasher, RandomState};

/// A text that nobody guesses by accident: 32 hexadecimal digits.
///
/// The keys of the standard library's hash maps come from the operating system. That is enough for a simulator, and
/// would not be for a real server.
pub(super) fn generate() -> String {
    let random = |seed: u8| RandomState::new().hash_one(seed);
    format!("{:016x}{:016x}", random(0), random(1))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    #[test]
    fn no_two_are_the_same() {
        let texts: HashSet<_> = (0..1000).map(|_| super::generate()).collect();
        assert_eq!(texts.len(), 1000);
        assert!(texts.iter().all(|text| text.len() == 32));
    }
}
