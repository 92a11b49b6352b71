//! [`Scratch`]: the memory that decoders work in, left by one to the next.
//!
//! An answer of some hundred cells is decoded in less time than it takes to ask for such memory.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use braincube_model::LongId;

use crate::array::Tables;
use crate::column::ColumnReader;
use crate::columns::Arrived;
use crate::splitter::Document;

/// Memory that is not in use.
static LEFT: Mutex<Vec<Scratch>> = Mutex::new(Vec::new());

/// How many decoders may leave their memory.
const MOST_LEFT: usize = 4;

/// What has grown larger than this is given back to the system.
const MOST_BYTES: usize = 256 * 1024;

/// The memory that a decoder works in.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub(crate) reader: ColumnReader,
    /// For the ids of the columns that came.
    pub(crate) seen: HashSet<LongId>,
    /// For the columns that came.
    pub(crate) arrived: Vec<Arrived>,
    /// For the labels of columns.
    pub(crate) tables: Tables,
    /// For the column that is open.
    pub(crate) column: Vec<u8>,
    /// For what stands around the columns.
    pub(crate) document: Document,
}

impl Scratch {
    /// Memory that another decoder has left, or new.
    pub(crate) fn take() -> Self {
        let mut left = LEFT.lock().unwrap_or_else(PoisonError::into_inner);
        left.pop().unwrap_or_default()
    }

    /// Leaves the memory to the next decoder.
    pub(crate) fn leave(mut self) {
        let seen = self.seen.capacity() * size_of::<LongId>();
        let bytes = self.reader.capacity() + self.column.capacity() + self.document.capacity();
        let bytes = bytes + seen + self.arrived.capacity() * size_of::<Arrived>();
        if bytes > MOST_BYTES {
            return;
        }
        self.tables.clear();
        self.seen.clear();
        self.arrived.clear();
        self.column.clear();
        self.document.clear();
        let mut left = LEFT.lock().unwrap_or_else(PoisonError::into_inner);
        if left.len() < MOST_LEFT {
            left.push(self);
        }
    }
}
