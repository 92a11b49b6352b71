//! [`Block`]: 64 bytes at once, as bit masks: bit `i` says something of byte `i`.

mod block;
#[cfg(test)]
mod portable;
#[cfg(test)]
mod tests;

pub(crate) use self::block::Block;

/// How many bytes a [`Block`] has.
pub(crate) const BLOCK: usize = 64;

/// For each bit, whether an odd number of bits at and below it is set: the bits from an opening
/// quote up to the one before the closing quote, given the quotes.
pub(crate) const fn prefix_xor(mut mask: u64) -> u64 {
    mask ^= mask << 1;
    mask ^= mask << 2;
    mask ^= mask << 4;
    mask ^= mask << 8;
    mask ^= mask << 16;
    mask ^ (mask << 32)
}

/// The bytes that a backslash escapes; `carry` says that the first byte is escaped, and then
/// whether the byte behind the block is.
pub(crate) const fn escaped(backslashes: u64, carry: &mut bool) -> u64 {
    const EVEN: u64 = 0x5555_5555_5555_5555;
    let first = *carry as u64;
    if backslashes == 0 {
        *carry = false;
        return first;
    }
    let backslashes = backslashes & !first;
    let behind = (backslashes << 1) | first;
    // A run of backslashes that begins at an odd bit: adding it to the run carries into the byte
    // behind the run, and so tells runs of odd length from runs of even length.
    let odd_starts = backslashes & !EVEN & !behind;
    let (ends, overflow) = odd_starts.overflowing_add(backslashes);
    *carry = overflow;
    (EVEN ^ (ends << 1)) & behind
}
