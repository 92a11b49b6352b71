//! [`Recent`]: labels that came lately, found by one look.

use super::interner::Words;
use crate::plain::SHORT;

/// How many labels there is room for.
const PLACES: usize = 256;

/// Labels that came lately, and their keys: those of which [`Words`] say all.
///
/// Each has one place, which the last that wants it takes. What is not here is looked up among all
/// labels: so it does no harm if somebody chooses labels that want the same place.
#[derive(Debug)]
pub(super) struct Recent(Box<[Entry; PLACES]>);

#[derive(Clone, Copy, Debug)]
struct Entry {
    words: Words,
    key: i32,
}

impl Recent {
    pub(super) fn new() -> Self {
        let words = Words::none();
        Self(Box::new([Entry { words, key: 0 }; PLACES]))
    }

    /// The key of a label, if it is here.
    #[inline]
    pub(super) fn find(&self, words: Words) -> Option<i32> {
        let Entry { words: known, key } = self.0[words.place(PLACES)];
        known.is(words).then_some(key)
    }

    /// Keeps the key of a label.
    pub(super) fn put(&mut self, words: Words, key: i32) {
        if words.len() <= SHORT {
            self.0[words.place(PLACES)] = Entry { words, key };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Recent, Words};

    #[test]
    fn a_label_is_found_until_another_takes_its_place() {
        let mut recent = Recent::new();
        let labels: Vec<_> = (0..10_000).map(|at| format!("label {at}")).collect();
        for (label, key) in labels.iter().zip(0..) {
            let words = Words::of(label.as_bytes());
            assert_eq!(recent.find(words), None, "{label}");
            recent.put(words, key);
            assert_eq!(recent.find(words), Some(key), "{label}");
        }
        let known = labels.iter().zip(0..).filter_map(|(label, key)| {
            let found = recent.find(Words::of(label.as_bytes()));
            found.map(|found| assert_eq!(found, key, "{label}"))
        });
        assert!((200..=256).contains(&known.count()));
    }

    #[test]
    fn labels_of_which_the_words_do_not_say_all_are_not_kept() {
        let mut recent = Recent::new();
        for label in ["", "a", "12345678", "1234567812345678"] {
            let words = Words::of(label.as_bytes());
            assert_eq!(recent.find(words), None, "{label}");
            recent.put(words, 7);
            assert_eq!(recent.find(words), Some(7), "{label}");
        }
        let (long, other) = (
            Words::of(b"a1234567812345678"),
            Words::of(b"b1234567812345678"),
        );
        recent.put(long, 8);
        assert_eq!((recent.find(long), recent.find(other)), (None, None));
    }
}
