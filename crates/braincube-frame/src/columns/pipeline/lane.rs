//! [`Lane`]: one column on its way through the pipeline.

use std::collections::VecDeque;

use super::super::job::{Begun, Decoded, Job};
use crate::column::ColumnReader;
use crate::error::Error;

/// One column on its way through the pipeline.
#[derive(Debug)]
pub(super) struct Lane {
    /// What has been cut and not decoded.
    pub(super) work: VecDeque<Work>,
    /// What has been decoded; whoever works on the lane has it.
    pub(super) begun: Begun,
    /// Whether a thread works on the lane, or will.
    pub(super) is_taken: bool,
    /// What the column has become.
    pub(super) outcome: Option<Result<(Job, Decoded), Error>>,
}

impl Lane {
    pub(super) const fn new(begun: Begun) -> Self {
        Self {
            work: VecDeque::new(),
            begun,
            is_taken: false,
            outcome: None,
        }
    }
}

/// A piece of a column.
#[derive(Debug)]
pub(super) enum Work {
    /// Cells; see [`crate::splitter::Chunk`].
    Cells {
        bytes: Vec<u8>,
        open: usize,
        offset: u64,
    },
    /// What is left of the column.
    End(Box<Job>),
}

/// What a piece of work has left.
#[derive(Debug)]
pub(super) struct Left {
    /// Memory that can be used again.
    pub(super) bytes: Vec<u8>,
    /// Set once nothing more comes of the column.
    pub(super) outcome: Option<Result<(Job, Decoded), Error>>,
}

impl Work {
    /// How many bytes wait with it.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Cells { bytes, .. } => bytes.len(),
            Self::End(job) => job.bytes.len(),
        }
    }

    /// Decodes it.
    pub(super) fn run(self, begun: &mut Begun, reader: &mut ColumnReader) -> Left {
        match self {
            Self::Cells {
                bytes,
                open,
                offset,
            } => {
                let padded = bytes.get(open..).unwrap_or_default();
                let read = begun.read(reader, padded, offset, false);
                Left {
                    bytes,
                    outcome: read.err().map(Err),
                }
            }
            Self::End(mut job) => {
                let decoded = job.run(std::mem::take(begun), reader);
                Left {
                    bytes: std::mem::take(&mut job.bytes),
                    outcome: Some(decoded.map(|decoded| (*job, decoded))),
                }
            }
        }
    }
}
