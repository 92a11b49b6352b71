//! [`Recent`]: labels that came lately, found by one look.

use super::words::Whole;

/// How many labels there is room for.
const PLACES: usize = 256;

/// Labels that came lately, and their keys: those of which [`Whole`] says all.
///
/// Each has one place, which the last that wants it takes. What is not here is looked up among all
/// labels: so it does no harm if somebody chooses labels that want the same place.
#[derive(Debug)]
pub(super) struct Recent(Box<[(Whole, i32); PLACES]>);

impl Default for Recent {
    fn default() -> Self {
        Self(Box::new([(Whole::NONE, 0); PLACES]))
    }
}

impl Recent {
    /// The key of a label, if it is here.
    #[inline]
    pub(super) fn find(&self, label: Whole) -> Option<i32> {
        let (known, key) = &self.0[label.place(PLACES)];
        known.is(label).then_some(*key)
    }

    /// Keeps the key of a label.
    pub(super) fn put(&mut self, label: Whole, key: i32) {
        if label.is_whole() {
            self.0[label.place(PLACES)] = (label, key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Recent;
    use crate::array::dictionary::words::tests::read;

    #[test]
    fn a_label_is_found_until_another_takes_its_place() {
        let mut recent = Recent::default();
        let labels: Vec<_> = (0..10_000).map(|at| format!("label {at}")).collect();
        let labels = read(&labels);
        for (label, key) in labels.iter().zip(0..) {
            assert_eq!(recent.find(*label), None, "{key}");
            recent.put(*label, key);
            assert_eq!(recent.find(*label), Some(key));
        }
        let known = labels.iter().zip(0..).filter_map(|(label, key)| {
            let found = recent.find(*label);
            found.map(|found| assert_eq!(found, key))
        });
        assert!((200..=256).contains(&known.count()));
    }

    #[test]
    fn labels_of_any_length_are_found_but_those_of_which_not_all_is_known() {
        let mut recent = Recent::default();
        let labels: Vec<_> = (0..40).map(|len| "x".repeat(len)).collect();
        for (label, len) in read(&labels).into_iter().zip(0..) {
            assert_eq!(recent.find(label), None, "{len}");
            recent.put(label, len);
            assert_eq!(recent.find(label), (len <= 32).then_some(len));
        }
    }
}
