//! [`Texts`]: many short texts in one allocation, so that a large file does not become millions of small ones.

/// Many short texts in one allocation.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    joined: String,
    /// Where each text ends in `joined`; it starts where the one before ends.
    ends: Vec<usize>,
}

impl Texts {
    pub(crate) fn push(&mut self, text: &str) {
        self.joined.push_str(text);
        self.ends.push(self.joined.len());
    }

    fn get(&self, index: usize) -> &str {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.joined[start..self.ends[index]]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        (0..self.ends.len()).map(|index| self.get(index))
    }
}

#[cfg(test)]
mod tests {
    use super::Texts;

    #[test]
    fn texts_come_back_as_they_were_pushed() {
        let mut texts = Texts::default();
        for text in ["é", "", "12.5"] {
            texts.push(text);
        }
        assert_eq!(texts.iter().collect::<Vec<_>>(), ["é", "", "12.5"]);
    }
}
