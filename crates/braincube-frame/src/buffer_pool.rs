//! [`Buffers`]: the buffers of a decoder, reused by the next one.
//!
//! Allocating them would take longer than decoding a response of a few hundred cells.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use braincube_model::LongId;

use crate::column::ColumnReader;
use crate::columns::DecodedColumn;
use crate::splitter::Document;

/// Buffers that are not in use.
static POOL: Mutex<Vec<Buffers>> = Mutex::new(Vec::new());

/// The number of buffers that are kept.
const MAX_BUFFERS: usize = 4;

/// Larger buffers are not kept.
const MAX_BYTES: usize = 256 * 1024;

/// The buffers of a decoder.
#[derive(Debug, Default)]
pub(crate) struct Buffers {
    pub(crate) reader: ColumnReader,
    /// The ids of the columns received.
    pub(crate) seen: HashSet<LongId>,
    pub(crate) decoded: Vec<DecodedColumn>,
    /// The open column.
    pub(crate) column: Vec<u8>,
    pub(crate) document: Document,
}

impl Buffers {
    /// Buffers of an earlier decoder, or new ones.
    pub(crate) fn take() -> Self {
        let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
        pool.pop().unwrap_or_default()
    }

    /// Returns the buffers to the pool.
    pub(crate) fn put(mut self) {
        let seen = self.seen.capacity() * size_of::<LongId>();
        let bytes = self.reader.capacity() + self.column.capacity() + self.document.capacity();
        let bytes = bytes + seen + self.decoded.capacity() * size_of::<DecodedColumn>();
        if bytes > MAX_BYTES {
            return;
        }
        self.seen.clear();
        self.decoded.clear();
        self.column.clear();
        self.document.clear();
        let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
        if pool.len() < MAX_BUFFERS {
            pool.push(self);
        }
    }
}
