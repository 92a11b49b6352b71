//! [`Block`]: 64 bytes in the vector registers that every processor of the target has.

use wide::i8x16;

use super::BLOCK;

/// 64 bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block([i8x16; 4]);

impl Block {
    #[inline]
    pub(crate) fn new(bytes: &[u8; BLOCK]) -> Self {
        let (parts, _) = bytes.as_chunks::<16>();
        let part = |at: usize| {
            let bytes: [u8; 16] = parts.get(at).copied().unwrap_or_default();
            i8x16::new(bytes.map(u8::cast_signed))
        };
        Self([part(0), part(1), part(2), part(3)])
    }

    #[inline]
    fn mask(self, is: impl Fn(i8x16) -> i8x16) -> u64 {
        let [a, b, c, d] = self.0.map(|part| u64::from(is(part).to_bitmask()));
        (a | (b << 16)) | ((c | (d << 16)) << 32)
    }

    /// The bytes that are `wanted`.
    #[inline]
    pub(crate) fn equal(self, wanted: u8) -> u64 {
        let wanted = i8x16::splat(wanted.cast_signed());
        self.mask(|part| part.simd_eq(wanted))
    }

    /// Brackets, braces and backslashes, and `|`, `^`, `_`, `~` and DEL, which are next to them.
    #[inline]
    pub(crate) fn brackets(self) -> u64 {
        // One bit makes braces of brackets; bytes that are no ASCII are negative here.
        let (bit, below) = (i8x16::splat(0x20), i8x16::splat(b'z'.cast_signed()));
        self.mask(|part| (part | bit).simd_gt(below))
    }

    /// Whether [`brackets`](Self::brackets) are there.
    #[inline]
    pub(crate) fn has_brackets(self) -> bool {
        let (bit, below) = (i8x16::splat(0x20), i8x16::splat(b'z'.cast_signed()));
        let [a, b, c, d] = self.0.map(|part| (part | bit).simd_gt(below));
        ((a | b) | (c | d)).to_bitmask() != 0
    }

    /// Whether the number of bytes that are `wanted` is odd.
    #[inline]
    pub(crate) fn is_odd(self, wanted: u8) -> bool {
        let wanted = i8x16::splat(wanted.cast_signed());
        let [a, b, c, d] = self.0.map(|part| part.simd_eq(wanted));
        ((a ^ b) ^ (c ^ d)).to_bitmask().count_ones() % 2 == 1
    }

    /// Whether there is a control character.
    pub(crate) fn has_control(self) -> bool {
        let (turn, space) = (i8x16::splat(i8::MIN), i8x16::splat(i8::MIN + 0x20));
        self.mask(|part| space.simd_gt(part ^ turn)) != 0
    }

    /// Whether there is a backslash or a control character.
    #[inline]
    pub(crate) fn has_backslash_or_control(self) -> bool {
        let backslash = i8x16::splat(b'\\'.cast_signed());
        // Turning the highest bit over puts the bytes as they are counted without a sign in the
        // order of those with one.
        let (turn, space) = (i8x16::splat(i8::MIN), i8x16::splat(i8::MIN + 0x20));
        let [a, b, c, d] = self
            .0
            .map(|part| part.simd_eq(backslash) | space.simd_gt(part ^ turn));
        (a | b | c | d).to_bitmask() != 0
    }
}
