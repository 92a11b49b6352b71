//! Finding the end of a JSON string, eight bytes at a time.

const LOW_BITS: u64 = 0x0101_0101_0101_0101;
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;

/// The first quote or backslash at or behind `from`; the length of `bytes` if there is none.
pub(super) fn quote_or_backslash(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let word = u64::from_le_bytes(*word);
        let found = zero_bytes(word ^ (LOW_BITS * b'"' as u64))
            | zero_bytes(word ^ (LOW_BITS * b'\\' as u64));
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    let end = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'));
    end.map_or(bytes.len(), |end| at + end)
}

/// Marks bytes that are zero with their highest bit. The lowest mark is always true; one above it
/// may be false, because the subtraction borrows.
const fn zero_bytes(word: u64) -> u64 {
    word.wrapping_sub(LOW_BITS) & !word & HIGH_BITS
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::quote_or_backslash;

    proptest! {
        #[test]
        fn the_words_find_what_the_bytes_find(
            bytes in proptest::collection::vec(
                prop_oneof![Just(b'"'), Just(b'\\'), Just(b'#'), Just(b']'), Just(0x80), any::<u8>()],
                0..40,
            ),
            from in 0usize..40,
        ) {
            let slow = bytes
                .iter()
                .enumerate()
                .skip(from)
                .find(|(_, byte)| matches!(byte, b'"' | b'\\'))
                .map_or(bytes.len(), |(at, _)| at);
            prop_assert_eq!(quote_or_backslash(&bytes, from), slow);
        }
    }
}
