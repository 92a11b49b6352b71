//! [`Pipe`]: standard output, which may go away.

use std::io::{self, StdoutLock, Write};

use crate::aside::aside;
use crate::failure::Failure;

/// Standard output. Remembers that its reader has gone: writers on top of it turn that into errors
/// of their own, which no longer tell.
pub(super) struct Pipe {
    out: StdoutLock<'static>,
    is_gone: bool,
}

impl Pipe {
    /// Writes to standard output, as fast as it is read; where the reader has gone, that is the end of it and no failure.
    pub(super) async fn write(
        write: impl FnOnce(&mut dyn Write) -> Result<(), Failure> + Send + 'static,
    ) -> Result<(), Failure> {
        let written = aside(|| Self::fill(write)).await?;
        written.map_err(|failure| failure.about("cannot write to standard output"))
    }

    fn fill(write: impl FnOnce(&mut dyn Write) -> Result<(), Failure>) -> Result<(), Failure> {
        let mut pipe = Self {
            out: io::stdout().lock(),
            is_gone: false,
        };
        let written = {
            let mut buffered = io::BufWriter::new(&mut pipe);
            let written = write(&mut buffered);
            let flushed = buffered.flush();
            // What is still in the buffer is not written once more.
            let _ = buffered.into_parts();
            written.and(flushed.map_err(Failure::from))
        };
        if pipe.is_gone {
            Err(Failure::ReaderGone)
        } else {
            written
        }
    }

    fn note<T>(&mut self, done: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &done {
            self.is_gone |= error.kind() == io::ErrorKind::BrokenPipe;
        }
        done
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let done = self.out.write(bytes);
        self.note(done)
    }

    fn flush(&mut self) -> io::Result<()> {
        let done = self.out.flush();
        self.note(done)
    }
}
