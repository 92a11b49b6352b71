//! [`Gunzip`]: undoes gzip, in pieces that are large enough to be worth handing on. Pure; the body around it is an
//! [`UnpackedBody`](super::UnpackedBody).

use bytes::{Buf, Bytes};
use flate2::{Decompress, FlushDecompress, Status};

use crate::error::BoxError;

/// What every member begins with.
const FIRST_BYTE: u8 = 0x1f;

/// How far back a match may refer, as a power of two: as far as gzip allows.
const WINDOW_BITS: u8 = 15;

/// The room for the first piece, in bytes: most answers end in it.
const FIRST_PIECE: usize = 8 << 10;

/// The most room for a piece, in bytes. Each piece costs the copying of a window of 32 KiB and, as a rule, a change of
/// thread: pieces of 4 KiB doubled the time of an extraction, pieces of 1 MiB were no faster than these.
const PIECE: usize = 128 << 10;

/// Undoes gzip: one member or several in a row, however they are cut.
pub(super) struct Gunzip {
    member: Decompress,
    /// Whether a member has begun that has not ended.
    is_inside: bool,
    /// Whether the members are followed by zero bytes, which some programs write up to the end of a block.
    is_padding: bool,
    piece: Vec<u8>,
    room: usize,
}

impl Gunzip {
    pub(super) fn new() -> Self {
        Self {
            member: Decompress::new_gzip(WINDOW_BITS),
            is_inside: false,
            is_padding: false,
            piece: Vec::new(),
            room: FIRST_PIECE,
        }
    }

    /// A full piece of what the input unpacks to; `None` once all of the input is used up.
    ///
    /// # Errors
    ///
    /// The input is not gzip, its checksum or its length is wrong, or it is followed by anything but zero bytes.
    pub(super) fn unpack(&mut self, input: &mut Bytes) -> Result<Option<Bytes>, BoxError> {
        loop {
            if !self.is_inside {
                self.is_padding |= self.member.total_in() > 0 && input.first() == Some(&0);
                if self.is_padding {
                    return match std::mem::take(input).iter().all(|byte| *byte == 0) {
                        true => Ok(None),
                        false => Err(
                            "the zero bytes behind the gzip content are followed by others".into(),
                        ),
                    };
                }
                match input.first() {
                    None => return Ok(None),
                    Some(&FIRST_BYTE) => self.begin(),
                    // A byte alone is no end that came too early, as it would seem to be.
                    Some(_) => return Err("what stands here is no gzip".into()),
                }
            }
            if self.piece.capacity() == 0 {
                self.piece.reserve_exact(self.room);
            }
            let before = self.member.total_in();
            let piece = &mut self.piece;
            let status = self
                .member
                .decompress_vec(input, piece, FlushDecompress::None)?;
            let used = usize::try_from(self.member.total_in() - before);
            input.advance(used.expect("no more is used than there is"));
            self.is_inside = status != Status::StreamEnd;
            if self.piece.len() == self.piece.capacity() {
                self.room = (2 * self.room).min(PIECE);
                return Ok(self.rest());
            }
            if self.is_inside {
                debug_assert!(input.is_empty(), "there was room for more");
                return Ok(None);
            }
        }
    }

    fn begin(&mut self) {
        if self.member.total_in() > 0 {
            self.member.reset(true);
        }
        self.is_inside = true;
    }

    /// What has been unpacked since the last piece.
    pub(super) fn rest(&mut self) -> Option<Bytes> {
        let piece = std::mem::take(&mut self.piece);
        (!piece.is_empty()).then(|| piece.into())
    }

    /// Whether what came is whole members, or nothing at all.
    pub(super) const fn is_whole(&self) -> bool {
        !self.is_inside
    }
}

#[cfg(test)]
mod tests;
