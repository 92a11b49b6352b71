//! Compares the masks with reference implementations.

use proptest::prelude::*;

use super::{BLOCK, Block, escaped, prefix_xor};

/// The reference implementation, byte by byte.
#[derive(Clone, Copy, Debug)]
struct PortableBlock<'a>(&'a [u8; BLOCK]);

impl<'a> PortableBlock<'a> {
    const fn new(bytes: &'a [u8; BLOCK]) -> Self {
        Self(bytes)
    }

    fn mask(self, is: impl Fn(u8) -> bool) -> u64 {
        let bits = self.0.iter().enumerate();
        bits.fold(0, |mask, (at, byte)| mask | (u64::from(is(*byte)) << at))
    }

    fn equal(self, wanted: u8) -> u64 {
        self.mask(|byte| byte == wanted)
    }

    fn brackets(self) -> u64 {
        self.mask(|byte| byte < 0x80 && byte | 0x20 > b'z')
    }

    fn has_control(self) -> bool {
        self.mask(|byte| byte < b' ') != 0
    }

    fn has_backslash_or_control(self) -> bool {
        self.mask(|byte| byte == b'\\' || byte < b' ') != 0
    }
}

fn bytes() -> impl Strategy<Value = [u8; BLOCK]> {
    let byte = prop_oneof![
        Just(b'"'),
        Just(b'\\'),
        Just(b','),
        Just(b'['),
        Just(b'}'),
        Just(b'_'),
        Just(0x1F),
        Just(0x20),
        Just(0x7F),
        Just(0xDB),
        any::<u8>(),
    ];
    prop::collection::vec(byte, BLOCK).prop_map(|bytes| bytes.try_into().unwrap())
}

proptest! {
    #[test]
    fn fast_and_portable_blocks_agree(bytes in bytes(), wanted in any::<u8>()) {
        let (fast, slow) = (Block::new(&bytes), PortableBlock::new(&bytes));
        for byte in [wanted, b'"', b',', b'\\'] {
            prop_assert_eq!(fast.equal(byte), slow.equal(byte));
            prop_assert_eq!(fast.is_odd(byte), slow.equal(byte).count_ones() % 2 == 1);
        }
        prop_assert_eq!(fast.brackets(), slow.brackets());
        prop_assert_eq!(fast.has_brackets(), slow.brackets() != 0);
        prop_assert_eq!(fast.has_backslash_or_control(), slow.has_backslash_or_control());
        prop_assert_eq!(fast.has_control(), slow.has_control());
        for (at, byte) in bytes.iter().enumerate() {
            let is_bracket = b"[]{}\\".contains(byte);
            prop_assert!(!is_bracket || (fast.brackets() >> at) & 1 == 1, "{}", byte);
        }
    }

    #[test]
    fn escaped_bytes_are_those_behind_an_odd_run(backslashes in any::<u64>(), first in any::<bool>()) {
        let (mut slow, mut next) = (0u64, first);
        for at in 0..64 {
            let is_escaped = std::mem::take(&mut next);
            slow |= u64::from(is_escaped) << at;
            next = !is_escaped && (backslashes >> at) & 1 == 1;
        }
        let mut carry = first;
        prop_assert_eq!(escaped(backslashes, &mut carry), slow);
        prop_assert_eq!(carry, next);
    }

    #[test]
    fn prefix_xor_is_the_parity_of_the_bits_below(mask in any::<u64>()) {
        let parity = |at: u32| u64::from((mask << (63 - at)).count_ones() % 2) << at;
        prop_assert_eq!(prefix_xor(mask), (0..64).map(parity).fold(0, |all, bit| all | bit));
    }
}
