//! Writes lists and data to standard output, as fast as they are read.

use std::io::{self, Write};

use crate::aside::aside;
use crate::failure::Failure;
use crate::stream::{Stream, check_output, for_terminal};

/// Makes sure that standard output can be written to, before what goes there is requested.
///
/// # Errors
///
/// If it is closed.
pub(crate) fn check_standard_output() -> Result<(), Failure> {
    check_output().map_err(|error| Failure::from(error).about(STANDARD_OUTPUT))
}

const STANDARD_OUTPUT: &str = "cannot write to standard output";

/// Lets `write` write to standard output. A terminal is sent neither control characters nor bytes that are not text; a
/// file or a pipe is sent every byte unchanged.
///
/// # Errors
///
/// If standard output cannot be written to; [`Failure::ReaderGone`] if its reader has gone, which is not a failure.
pub(super) async fn write(
    write: impl FnOnce(&mut dyn Write) -> Result<(), Failure> + Send + 'static,
) -> Result<(), Failure> {
    check_standard_output()?;
    let written = aside(|| match Stream::Output.is_terminal() {
        true => write_to_terminal(write),
        false => write_through(write),
    });
    written
        .await?
        .map_err(|failure| failure.about(STANDARD_OUTPUT))
}

fn write_to_terminal(
    write: impl FnOnce(&mut dyn Write) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut bytes = Vec::new();
    write(&mut bytes)?;
    Ok(Stream::Output.write_all(for_terminal(&bytes).as_bytes())?)
}

fn write_through(write: impl FnOnce(&mut dyn Write) -> Result<(), Failure>) -> Result<(), Failure> {
    let mut pipe = Pipe { is_gone: false };
    let written = {
        let mut buffered = io::BufWriter::new(&mut pipe);
        let written = write(&mut buffered);
        let flushed = buffered.flush();
        // What is still in the buffer is not written once more.
        let _ = buffered.into_parts();
        written.and(flushed.map_err(Failure::from))
    };
    match pipe.is_gone {
        true => Err(Failure::ReaderGone),
        false => written,
    }
}

/// Standard output. Notes that its reader has gone: the writers above it replace that error by others.
struct Pipe {
    is_gone: bool,
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = Stream::Output.write(bytes);
        if let Err(error) = &written {
            self.is_gone |= error.kind() == io::ErrorKind::BrokenPipe;
        }
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        Stream::Output.flush()
    }
}
