//! [`Batch`]: short numbers, read four at a time, exactly.

use std::ops::Range;

use wide::{bytemuck, i16x8, i32x4, u8x16, u64x2};

use crate::plain::Spot;

/// How many cells a batch has.
pub(super) const CELLS: usize = 32;

/// The most bytes of a cell that is read here: a minus and eight others.
const MOST_BYTES: usize = 9;

/// How many digits a word has.
const DIGITS: usize = 8;

/// Turns ASCII digits into their values, and no other byte into 0 to 9.
const ZEROS: u64 = u64::from_le_bytes([b'0'; DIGITS]);

/// What that makes of a point.
const POINT: u8 = b'.' ^ b'0';

/// A word that is no number.
const NONE: u64 = u64::MAX;

/// The bytes of a word that a text has, by its length less 1.
const TEXT: [u64; DIGITS] = {
    let mut masks = [u64::MAX; DIGITS];
    let mut len = 1;
    while len < DIGITS {
        masks[len - 1] = u64::MAX >> (64 - 8 * len);
        len += 1;
    }
    masks
};

/// By how much eight digits are too large, by how many of them stand in front of the point. There
/// are as many as four bits can tell, so that none has to be asked for.
const DIVISORS: [f64; 16] = {
    let mut divisors = [1.0; 16];
    let mut whole = DIGITS;
    while whole > 0 {
        divisors[whole - 1] = divisors[whole] * 10.0;
        whole -= 1;
    }
    divisors
};

/// Cells that wait to be read at once, four to a group.
#[derive(Debug)]
pub(super) struct Batch {
    /// The text of each cell behind its minus: each byte the value of a digit, or what is none;
    /// behind it zeros.
    words: [[u64; 4]; CELLS / 4],
    /// The length of that text.
    lens: [[usize; 4]; CELLS / 4],
    /// The highest bit of each that has a minus.
    signs: [[u64; 4]; CELLS / 4],
    /// Where each cell ends.
    ends: [usize; CELLS],
}

/// What the cells of a batch are.
#[derive(Debug)]
pub(super) struct Numbers {
    values: [[f64; 4]; CELLS / 4],
    /// A bit for each cell that is no number as far as is known here, whose value says nothing.
    unknown: u32,
}

impl Default for Batch {
    fn default() -> Self {
        Self {
            words: [[NONE; 4]; CELLS / 4],
            lens: [[0; 4]; CELLS / 4],
            signs: [[0; 4]; CELLS / 4],
            ends: [0; CELLS],
        }
    }
}

impl Batch {
    /// Puts a cell in its place.
    #[inline]
    pub(super) fn put(&mut self, at: usize, cell: Spot<'_>) {
        let at = at % CELLS;
        let is_negative = cell.len() <= MOST_BYTES && cell.first() == b'-';
        let len = cell.len().wrapping_sub(usize::from(is_negative));
        let word = match TEXT.get(len.wrapping_sub(1)) {
            Some(text) => (cell.word(len) ^ ZEROS) & text,
            None => NONE,
        };
        // A point alone has no digits, and would be 0.
        let word = if word == POINT as u64 { NONE } else { word };
        self.words.as_flattened_mut()[at] = word;
        self.lens.as_flattened_mut()[at] = len;
        self.signs.as_flattened_mut()[at] = u64::from(is_negative) << 63;
        self.ends[at] = cell.span().end;
    }

    /// Where the cell in a place starts and ends.
    pub(super) fn span(&self, at: usize) -> Range<usize> {
        let at = at % CELLS;
        let minus = usize::from(self.signs.as_flattened()[at] != 0);
        let end = self.ends[at];
        end - minus - self.lens.as_flattened()[at]..end
    }

    /// Reads so many cells.
    pub(super) fn read(&self, count: usize) -> Numbers {
        let mut numbers = Numbers {
            values: [[0.0; 4]; CELLS / 4],
            unknown: 0,
        };
        for group in 0..count.min(CELLS).div_ceil(4) {
            let unknown = self.read_four(group, &mut numbers.values[group]);
            numbers.unknown |= unknown << (4 * group);
        }
        numbers
    }

    /// Reads a group of cells; gives a bit for each that is no number.
    #[inline]
    fn read_four(&self, group: usize, values: &mut [f64; 4]) -> u32 {
        let [a, b, c, d] = self.words[group];
        let (front, back) = (Pair::new([a, b]), Pair::new([c, d]));
        let fours = bytemuck::cast([front.fours, back.fours]);
        let weights = i16x8::new([10_000, 1, 10_000, 1, 10_000, 1, 10_000, 1]);
        let digits = i16x8::from_i32x8_saturate(fours).dot(weights).to_array();
        let points = front.points | (back.points << 16);
        let cells = digits.iter().zip(self.lens[group]).zip(self.signs[group]);
        for (at, (value, ((digits, len), sign))) in values.iter_mut().zip(cells).enumerate() {
            // The point is behind the last digit of the whole, or else the end.
            let point = ((points >> (8 * at)) & 0xFF) | (1 << (len % 16));
            let whole = point.trailing_zeros() as usize;
            let absolute = f64::from(*digits) / DIVISORS[whole % DIVISORS.len()];
            // Which of many numbers are negative cannot be foreseen, and a branch would try to.
            *value = f64::from_bits(absolute.to_bits() | sign);
        }
        front.unknown | (back.unknown << 2)
    }
}

impl Numbers {
    /// The numbers of so many cells.
    pub(super) fn values(&self, count: usize) -> &[f64] {
        self.values.as_flattened().get(..count).unwrap_or_default()
    }

    /// Those of the cells whose texts are to be read otherwise.
    pub(super) fn unknown(&self, count: usize) -> impl Iterator<Item = usize> {
        let mut left = self.unknown;
        std::iter::from_fn(move || {
            let at = left.trailing_zeros() as usize;
            left &= left.wrapping_sub(1);
            (at < count).then_some(at)
        })
    }
}

/// Two cells.
struct Pair {
    /// Of each cell, the number of its first four digits and that of the others.
    fours: i32x4,
    /// A bit for each byte that is a point.
    points: u32,
    /// A bit for each cell that is no number.
    unknown: u32,
}

impl Pair {
    #[inline]
    fn new(words: [u64; 2]) -> Self {
        let words = u64x2::new(words);
        let points = bytemuck::cast::<_, u8x16>(words).simd_eq(u8x16::splat(POINT));
        // The digits behind the point move down over it: all bytes from it on are taken of those
        // that stand one further up. A second point is no digit.
        let from_point = u64x2::ZERO - bytemuck::cast::<_, u64x2>(points & u8x16::splat(1));
        let digits = words ^ ((words ^ (words >> 8_u32)) & from_point);
        let bytes: u8x16 = bytemuck::cast(digits);
        let is_digit = bytes.min(u8x16::splat(9)).simd_eq(bytes);
        // Neighbours become one number: digits become pairs, and those fours.
        let halves: i16x8 = bytemuck::cast(digits);
        let pairs = (halves & i16x8::splat(0xFF)) * i16x8::splat(10) + (halves >> 8_u32);
        let unknown = match is_digit.to_bitmask() {
            0xFFFF => 0,
            mask => u32::from(mask & 0xFF != 0xFF) | (u32::from(mask >> 8 != 0xFF) << 1),
        };
        Self {
            fours: pairs.dot(i16x8::new([100, 1, 100, 1, 100, 1, 100, 1])),
            points: points.to_bitmask(),
            unknown,
        }
    }
}

#[cfg(test)]
mod tests;
