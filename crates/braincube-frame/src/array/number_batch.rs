//! [`NumberBatch`]: parses short numbers with SIMD instructions, four at a time.

use std::ops::Range;

use wide::{bytemuck, i16x8, i32x4, u8x16, u64x2};

use crate::strings::{CellRef, StringCells};

/// The number of cells of a batch.
const CELLS: usize = 32;

/// The maximum length of a cell that is parsed here: a minus, seven digits and a point, or a minus and eight digits.
const MAX_BYTES: usize = 9;

/// The number of digits of a word.
const DIGITS: usize = 8;

/// XOR with it maps ASCII digits to their values, and all other bytes to larger values.
const ZEROS: u64 = u64::from_le_bytes([b'0'; DIGITS]);

/// A point after the XOR with [`ZEROS`].
const POINT: u8 = b'.' ^ b'0';

/// A word that is not a number.
const INVALID: u64 = u64::MAX;

/// The bytes of a word that belong to a text, by its length less 1.
const TEXT: [u64; DIGITS] = {
    let mut masks = [u64::MAX; DIGITS];
    let mut len = 1;
    while len < DIGITS {
        masks[len - 1] = u64::MAX >> (64 - 8 * len);
        len += 1;
    }
    masks
};

/// The divisor of the eight digits, by the number of digits before the point. It has 16 elements so that a remainder
/// replaces the bounds check.
const DIVISORS: [f64; 16] = {
    let mut divisors = [1.0; 16];
    let mut whole = DIGITS;
    while whole > 0 {
        divisors[whole - 1] = divisors[whole] * 10.0;
        whole -= 1;
    }
    divisors
};

/// Cells that are parsed together, in groups of four.
#[derive(Debug)]
pub(super) struct NumberBatch {
    /// The text of each cell after its minus, as values of digits, followed by zeros.
    words: [[u64; 4]; CELLS / 4],
    /// The length of that text.
    lens: [[usize; 4]; CELLS / 4],
    /// The sign bit of each cell.
    signs: [[u64; 4]; CELLS / 4],
    /// The end of each cell in its chunk.
    ends: [usize; CELLS],
    /// The number of cells.
    count: usize,
}

/// The result of a batch.
#[derive(Debug)]
pub(super) struct Parsed {
    values: [[f64; 4]; CELLS / 4],
    count: usize,
    /// Marks the cells that are not short numbers. Their values are arbitrary.
    other: u32,
    /// Whether any cell has a point.
    pub(super) has_point: bool,
}

impl NumberBatch {
    /// Calls `take` with batches of the cells, in order.
    #[inline]
    pub(super) fn for_each(cells: &StringCells<'_>, mut take: impl FnMut(&Self)) {
        let mut batch = Self {
            words: [[INVALID; 4]; CELLS / 4],
            lens: [[0; 4]; CELLS / 4],
            signs: [[0; 4]; CELLS / 4],
            ends: [0; CELLS],
            count: 0,
        };
        let all: Result<(), std::convert::Infallible> = cells.try_each(|cell| {
            batch.push(cell);
            if batch.count == CELLS {
                take(&batch);
                batch.count = 0;
            }
            Ok(())
        });
        let Ok(()) = all;
        take(&batch);
    }

    #[inline]
    fn push(&mut self, cell: CellRef<'_>) {
        let at = self.count % CELLS;
        let is_negative = cell.len() <= MAX_BYTES && cell.first() == b'-';
        let len = cell.len().wrapping_sub(usize::from(is_negative));
        let word = match TEXT.get(len.wrapping_sub(1)) {
            // The pairs of digits are formed in little-endian order.
            Some(text) if cfg!(target_endian = "little") => (cell.word(len) ^ ZEROS) & text,
            _ => INVALID,
        };
        // A point without digits would be 0.
        let word = if word == POINT as u64 { INVALID } else { word };
        self.words.as_flattened_mut()[at] = word;
        self.lens.as_flattened_mut()[at] = len;
        self.signs.as_flattened_mut()[at] = u64::from(is_negative) << 63;
        self.ends[at] = cell.span().end;
        self.count += 1;
    }

    /// The position of a cell in its chunk.
    pub(super) fn span(&self, at: usize) -> Range<usize> {
        let at = at % CELLS;
        let minus = usize::from(self.signs.as_flattened()[at] != 0);
        let end = self.ends[at];
        end - minus - self.lens.as_flattened()[at]..end
    }

    /// Parses the cells.
    pub(super) fn parse(&self) -> Parsed {
        let mut parsed = Parsed {
            values: [[0.0; 4]; CELLS / 4],
            count: self.count,
            other: 0,
            has_point: false,
        };
        for group in 0..self.count.min(CELLS).div_ceil(4) {
            let (other, points) = self.parse_four(group, &mut parsed.values[group]);
            parsed.other |= other << (4 * group);
            parsed.has_point |= points != 0;
        }
        parsed
    }

    /// Parses a group of cells. Returns marks of the cells that are not short numbers, and of the points.
    #[inline]
    fn parse_four(&self, group: usize, values: &mut [f64; 4]) -> (u32, u32) {
        let [a, b, c, d] = self.words[group];
        let (front, back) = (Pair::new([a, b]), Pair::new([c, d]));
        let fours = bytemuck::cast([front.fours, back.fours]);
        let weights = i16x8::new([10_000, 1, 10_000, 1, 10_000, 1, 10_000, 1]);
        let digits = i16x8::from_i32x8_saturate(fours).dot(weights).to_array();
        let points = front.points | (back.points << 16);
        let cells = digits.iter().zip(self.lens[group]).zip(self.signs[group]);
        for (at, (value, ((digits, len), sign))) in values.iter_mut().zip(cells).enumerate() {
            // Without a point, it follows the last digit. The eight digits and the power of ten are exact, so the division
            // is correctly rounded.
            let point = ((points >> (8 * at)) & 0xFF) | (1 << (len % 16));
            let whole = point.trailing_zeros() as usize;
            let absolute = f64::from(*digits) / DIVISORS[whole % DIVISORS.len()];
            // A branch on the sign would often be mispredicted.
            *value = f64::from_bits(absolute.to_bits() | sign);
        }
        (front.other | (back.other << 2), points)
    }
}

impl Parsed {
    /// The values of the cells.
    pub(super) fn values(&self) -> &[f64] {
        let values = self.values.as_flattened();
        values.get(..self.count).unwrap_or_default()
    }

    /// The indices of the cells that are not short numbers.
    pub(super) fn others(&self) -> impl Iterator<Item = usize> + use<> {
        let (mut left, count) = (self.other, self.count);
        std::iter::from_fn(move || {
            let at = left.trailing_zeros() as usize;
            left &= left.wrapping_sub(1);
            (at < count).then_some(at)
        })
    }
}

/// Two cells.
struct Pair {
    /// For each cell, the values of its first and of its last four digits.
    fours: i32x4,
    /// Marks the points, one bit per byte.
    points: u32,
    /// Marks the cells that are not short numbers.
    other: u32,
}

impl Pair {
    #[inline]
    fn new(words: [u64; 2]) -> Self {
        let words = u64x2::new(words);
        let points = bytemuck::cast::<_, u8x16>(words).simd_eq(u8x16::splat(POINT));
        // Removes the point: from its position on, each byte is replaced by the next one. A second point stays and is not
        // a digit.
        let from_point = u64x2::ZERO - bytemuck::cast::<_, u64x2>(points & u8x16::splat(1));
        let digits = words ^ ((words ^ (words >> 8_u32)) & from_point);
        let bytes: u8x16 = bytemuck::cast(digits);
        let is_digit = bytes.min(u8x16::splat(9)).simd_eq(bytes);
        // Digits are combined to pairs, and pairs to fours.
        let halves: i16x8 = bytemuck::cast(digits);
        let pairs = (halves & i16x8::splat(0xFF)) * i16x8::splat(10) + (halves >> 8_u32);
        let other = match is_digit.to_bitmask() {
            0xFFFF => 0,
            mask => u32::from(mask & 0xFF != 0xFF) | (u32::from(mask >> 8 != 0xFF) << 1),
        };
        Self {
            fours: pairs.dot(i16x8::new([100, 1, 100, 1, 100, 1, 100, 1])),
            points: points.to_bitmask(),
            other,
        }
    }
}

#[cfg(test)]
mod tests;
