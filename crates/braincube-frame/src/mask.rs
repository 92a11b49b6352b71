//! [`Block`]: 64 bytes as bit masks, in which bit `i` describes byte `i`.

use wide::{bytemuck, i8x16, u8x16};

/// The number of bytes of a [`Block`].
pub(crate) const BLOCK: usize = 64;

/// XORs each bit with all lower bits. For a mask of quotes, the result marks the opening quotes and the bytes of strings.
pub(crate) const fn prefix_xor(mut mask: u64) -> u64 {
    mask ^= mask << 1;
    mask ^= mask << 2;
    mask ^= mask << 4;
    mask ^= mask << 8;
    mask ^= mask << 16;
    mask ^ (mask << 32)
}

/// Marks the bytes that are escaped by a backslash. `carry` is whether the first byte is escaped, and is set to whether the
/// first byte after the block is.
pub(crate) const fn escaped(backslashes: u64, carry: &mut bool) -> u64 {
    const EVEN: u64 = 0x5555_5555_5555_5555;
    let first = *carry as u64;
    if backslashes == 0 {
        *carry = false;
        return first;
    }
    let backslashes = backslashes & !first;
    let after = (backslashes << 1) | first;
    // Adding the start of a run of backslashes to the run carries into the bit after the run. Whether that bit is even or
    // odd, compared with the start, is the parity of the length of the run.
    let odd_starts = backslashes & !EVEN & !after;
    let (ends, overflow) = odd_starts.overflowing_add(backslashes);
    *carry = overflow;
    (EVEN ^ (ends << 1)) & after
}

/// 64 bytes in vector registers of the baseline of the target.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block([u8x16; 4]);

impl Block {
    #[inline]
    pub(crate) fn new(bytes: &[u8; BLOCK]) -> Self {
        let (parts, _) = bytes.as_chunks::<16>();
        let part = |at: usize| u8x16::new(parts.get(at).copied().unwrap_or_default());
        Self([part(0), part(1), part(2), part(3)])
    }

    /// Like `map` of the array, which is not always inlined.
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

    /// Marks the bytes equal to `wanted`.
    #[inline]
    pub(crate) fn equal(self, wanted: u8) -> u64 {
        self.mask(|part| part.simd_eq(u8x16::splat(wanted)))
    }

    /// Marks brackets, braces and backslashes, and their neighbours `|`, `^`, `_`, `~` and DEL.
    #[inline]
    pub(crate) fn brackets(self) -> u64 {
        self.mask(is_bracket)
    }

    /// Whether [`brackets`](Self::brackets) marks a byte.
    #[inline]
    pub(crate) fn has_brackets(self) -> bool {
        let [a, b, c, d] = self.each(is_bracket);
        ((a | b) | (c | d)).to_bitmask() != 0
    }

    /// Whether the number of bytes equal to `wanted` is odd.
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

    /// Marks the columns of the four parts whose smallest byte is a control character.
    #[inline]
    fn controls(self) -> u8x16 {
        let [a, b, c, d] = self.0;
        let least = a.min(b).min(c.min(d));
        least.simd_eq(least.min(u8x16::splat(b' ' - 1)))
    }
}

#[inline]
fn is_bracket(part: u8x16) -> u8x16 {
    // The bit 0x20 turns brackets into braces; bytes that are not ASCII are negative.
    let part: i8x16 = bytemuck::cast(part | u8x16::splat(0x20));
    bytemuck::cast(part.simd_gt(i8x16::splat(b'z'.cast_signed())))
}

#[cfg(test)]
mod tests;
