//! [`Queue`]: columns that are decoded several at once.

use rayon::iter::{IntoParallelRefMutIterator, ParallelIterator};

use super::job::Job;
use crate::column::ColumnReader;
use crate::error::Error;

/// How many columns wait for each thread: enough that none runs dry while the last are decoded.
const JOBS_PER_THREAD: usize = 4;

/// Below so many bytes the threads cost more than they bring.
const WORTH_BYTES: usize = 256 * 1024;

/// Columns that wait until there are enough of them for all threads.
#[derive(Debug, Default)]
pub(super) struct Queue {
    jobs: Vec<Job>,
    bytes: usize,
    /// Memory of columns that have been decoded.
    spare: Vec<Vec<u8>>,
    reader: ColumnReader,
}

impl Queue {
    /// Takes a column; gives memory for the next.
    pub(super) fn push(&mut self, job: Job) -> Vec<u8> {
        self.bytes += job.bytes.len();
        self.jobs.push(job);
        self.spare.pop().unwrap_or_default()
    }

    pub(super) fn is_full(&self) -> bool {
        self.jobs.len() >= JOBS_PER_THREAD * rayon::current_num_threads()
            && self.bytes >= WORTH_BYTES
    }

    /// Decodes the columns that wait; gives them in their order.
    pub(super) fn run(&mut self) -> Vec<(Job, Result<usize, Error>)> {
        let mut jobs = std::mem::take(&mut self.jobs);
        let bytes = std::mem::take(&mut self.bytes);
        let rows: Vec<_> = if bytes < WORTH_BYTES {
            jobs.iter_mut()
                .map(|job| job.run(&mut self.reader))
                .collect()
        } else {
            let each = jobs.par_iter_mut();
            each.map_init(ColumnReader::default, |reader, job| job.run(reader))
                .collect()
        };
        let spare = jobs.iter_mut().map(|job| std::mem::take(&mut job.bytes));
        self.spare.extend(spare);
        jobs.into_iter().zip(rows).collect()
    }
}
