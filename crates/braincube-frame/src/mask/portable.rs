//! The slow twin of [`super::Block`], byte by byte.

use super::BLOCK;

/// 64 bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block<'a>(&'a [u8; BLOCK]);

impl<'a> Block<'a> {
    pub(super) const fn new(bytes: &'a [u8; BLOCK]) -> Self {
        Self(bytes)
    }

    fn mask(self, is: impl Fn(u8) -> bool) -> u64 {
        let bits = self.0.iter().enumerate();
        bits.fold(0, |mask, (at, byte)| mask | (u64::from(is(*byte)) << at))
    }

    /// The bytes that are `wanted`.
    pub(super) fn equal(self, wanted: u8) -> u64 {
        self.mask(|byte| byte == wanted)
    }

    /// Brackets, braces and backslashes, and `|`, `^`, `_`, `~` and DEL, which are next to them.
    pub(super) fn brackets(self) -> u64 {
        self.mask(|byte| byte < 0x80 && byte | 0x20 > b'z')
    }

    /// Whether there is a control character.
    pub(super) fn has_control(self) -> bool {
        self.mask(|byte| byte < b' ') != 0
    }

    /// Whether there is a backslash or a control character.
    pub(super) fn has_backslash_or_control(self) -> bool {
        self.mask(|byte| byte == b'\\' || byte < b' ') != 0
    }
}
