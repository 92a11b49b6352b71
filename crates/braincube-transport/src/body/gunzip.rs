//! [`Gunzip`]: decompresses gzip into chunks. Without I/O; [`DecompressedBody`](super::DecompressedBody) feeds it.

use bytes::{Buf, Bytes};
use flate2::{Decompress, FlushDecompress, Status};

use crate::error::BoxError;

/// The first byte of every gzip member.
const FIRST_BYTE: u8 = 0x1f;

/// The size of the window as a power of two: the largest that gzip allows.
const WINDOW_BITS: u8 = 15;

/// The size of the first chunk, in bytes, which is enough for most responses.
const FIRST_CHUNK: usize = 8 << 10;

/// The largest chunk, in bytes. Each chunk costs the copy of a window of 32 KiB and usually a change of thread: chunks of
/// 4 KiB doubled the time of an extraction, and chunks of 1 MiB were not faster than these.
const MAX_CHUNK: usize = 128 << 10;

/// Decompresses gzip: one member or several in a row.
pub(super) struct Gunzip {
    member: Decompress,
    /// Whether a member has begun and not ended.
    is_inside: bool,
    /// Whether zero bytes follow the members, which some programs write up to the end of a block.
    is_padding: bool,
    chunk: Vec<u8>,
    capacity: usize,
}

impl Gunzip {
    pub(super) fn new() -> Self {
        Self {
            member: Decompress::new_gzip(WINDOW_BITS),
            is_inside: false,
            is_padding: false,
            chunk: Vec::new(),
            capacity: FIRST_CHUNK,
        }
    }

    /// A full chunk of decompressed bytes; `None` when all of the input has been consumed.
    ///
    /// # Errors
    ///
    /// The input is not gzip, its checksum or length is wrong, or it is followed by other bytes than zero.
    pub(super) fn unpack(&mut self, input: &mut Bytes) -> Result<Option<Bytes>, BoxError> {
        loop {
            if !self.is_inside {
                self.is_padding |= self.member.total_in() > 0 && input.first() == Some(&0);
                if self.is_padding {
                    return match std::mem::take(input).iter().all(|byte| *byte == 0) {
                        true => Ok(None),
                        false => {
                            Err("the zero bytes after the gzip data are followed by others".into())
                        }
                    };
                }
                match input.first() {
                    None => return Ok(None),
                    Some(&FIRST_BYTE) => self.begin(),
                    // The decompressor would take a single byte for a truncated header.
                    Some(_) => return Err("the data is not gzip".into()),
                }
            }
            if self.chunk.capacity() == 0 {
                self.chunk.reserve_exact(self.capacity);
            }
            let before = self.member.total_in();
            let chunk = &mut self.chunk;
            let status = self
                .member
                .decompress_vec(input, chunk, FlushDecompress::None)?;
            let used = usize::try_from(self.member.total_in() - before);
            input.advance(used.expect("it consumes no more than there is"));
            self.is_inside = status != Status::StreamEnd;
            if self.chunk.len() == self.chunk.capacity() {
                self.capacity = (2 * self.capacity).min(MAX_CHUNK);
                return Ok(self.rest());
            }
            if self.is_inside {
                debug_assert!(input.is_empty(), "the chunk has space left");
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

    /// The bytes decompressed since the last chunk.
    pub(super) fn rest(&mut self) -> Option<Bytes> {
        let chunk = std::mem::take(&mut self.chunk);
        (!chunk.is_empty()).then(|| chunk.into())
    }

    /// Whether the input so far consists of complete members, or is empty.
    pub(super) const fn is_complete(&self) -> bool {
        !self.is_inside
    }
}

#[cfg(test)]
mod tests;
