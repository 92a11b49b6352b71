//! [`Block`]: 64 bytes in the vector registers that every processor of the target has.

use wide::{bytemuck, i8x16, u8x16};

use super::BLOCK;

/// 64 bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block([u8x16; 4]);

impl Block {
    #[inline]
    pub(crate) fn new(bytes: &[u8; BLOCK]) -> Self {
        let (parts, _) = bytes.as_chunks::<16>();
        let part = |at: usize| u8x16::new(parts.get(at).copied().unwrap_or_default());
        Self([part(0), part(1), part(2), part(3)])
    }

    /// What `of` makes of each part: `map` of the array is not always inlined.
    #[inline]
    fn each<T>(self, of: impl Fn(u8x16) -> T) -> [T; 4] {
        let [a, b, c, d] = self.0;
        [of(a), of(b), of(c), of(d)]
    }

    #[inline]
    fn mask(self, is: impl Fn(u8x16) -> u8x16) -> u64 {
        let [a, b, c, d] = self.each(|part| u64::from(is(part).to_bitmask()));
        (a | (b << 16)) | ((c | (d << 16)) << 32)
    }

    /// The bytes that are `wanted`.
    #[inline]
    pub(crate) fn equal(self, wanted: u8) -> u64 {
        self.mask(|part| part.simd_eq(u8x16::splat(wanted)))
    }

    /// Brackets, braces and backslashes, and `|`, `^`, `_`, `~` and DEL, which are next to them.
    #[inline]
    pub(crate) fn brackets(self) -> u64 {
        self.mask(is_bracket)
    }

    /// Whether [`brackets`](Self::brackets) are there.
    #[inline]
    pub(crate) fn has_brackets(self) -> bool {
        let [a, b, c, d] = self.each(is_bracket);
        ((a | b) | (c | d)).to_bitmask() != 0
    }

    /// Whether the number of bytes that are `wanted` is odd.
    #[inline]
    pub(crate) fn is_odd(self, wanted: u8) -> bool {
        let [a, b, c, d] = self.each(|part| part.simd_eq(u8x16::splat(wanted)));
        ((a ^ b) ^ (c ^ d)).to_bitmask().count_ones() % 2 == 1
    }

    /// Whether there is a control character.
    pub(crate) fn has_control(self) -> bool {
        self.controls().to_bitmask() != 0
    }

    /// Whether there is a backslash or a control character.
    #[inline]
    pub(crate) fn has_backslash_or_control(self) -> bool {
        let [a, b, c, d] = self.each(|part| part.simd_eq(u8x16::splat(b'\\')));
        (((a | b) | (c | d)) | self.controls()).to_bitmask() != 0
    }

    /// Where the least byte that stands there in any part is a control character.
    #[inline]
    fn controls(self) -> u8x16 {
        let [a, b, c, d] = self.0;
        let least = a.min(b).min(c.min(d));
        least.simd_eq(least.min(u8x16::splat(b' ' - 1)))
    }
}

#[inline]
fn is_bracket(part: u8x16) -> u8x16 {
    // One bit makes braces of brackets; bytes that are no ASCII are negative here.
    let part: i8x16 = bytemuck::cast(part | u8x16::splat(0x20));
    bytemuck::cast(part.simd_gt(i8x16::splat(b'z'.cast_signed())))
}
