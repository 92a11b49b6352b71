//! The random number generator SplitMix64.

/// The increment of the state.
pub(super) const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// Returns the number that SplitMix64 generates from a state.
pub(super) fn splitmix64(state: u64) -> u64 {
    let mut bits = state.wrapping_add(GAMMA);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
