//! Writes lists and data to standard output or a file.

mod destination;
mod file;
mod format;
mod records;
mod table;
mod text;

use std::io::{self, BufWriter, Write};

pub(crate) use self::destination::Destination;
pub(crate) use self::format::Format;
pub(crate) use self::records::Records;
use crate::exit::Failure;
use crate::signals::spawn_thread;
use crate::stream::{Stream, check_output, for_terminal};

const STANDARD_OUTPUT: &str = "cannot write to standard output";

/// Checks that standard output is open, before a request is sent.
pub(crate) fn check_standard_output() -> Result<(), Failure> {
    check_output().map_err(|error| Failure::from(error).about(STANDARD_OUTPUT))
}

/// Prints a list.
pub(crate) async fn print_records(records: Records, format: Format) -> Result<(), Failure> {
    print(move |out| records.write(out, format, Stream::width())).await
}

/// Prints a text and a line break.
pub(crate) async fn print_line(text: String) -> Result<(), Failure> {
    print(move |out| Ok(writeln!(out, "{text}")?)).await
}

/// Prints bytes.
pub(crate) async fn print_bytes(bytes: impl AsRef<[u8]> + Send + 'static) -> Result<(), Failure> {
    print(move |out| Ok(out.write_all(bytes.as_ref())?)).await
}

/// Lets `write` write to standard output. On a terminal, control characters and bytes that are not UTF-8 are escaped; to a
/// file or a pipe, the bytes are written unchanged.
///
/// # Errors
///
/// If writing fails; [`Failure::ReaderGone`] if the reader of a pipe has closed it.
async fn print(
    write: impl FnOnce(&mut (dyn Write + Send)) -> Result<(), Failure> + Send + 'static,
) -> Result<(), Failure> {
    check_standard_output()?;
    let written = spawn_thread(|| match Stream::Output.is_terminal() {
        true => write_to_terminal(Stream::Output, write),
        false => write_unchanged(write),
    });
    written
        .await?
        .map_err(|failure| failure.about(STANDARD_OUTPUT))
}

/// Lets `write` write to a terminal, with control characters escaped.
fn write_to_terminal(
    mut terminal: impl Write,
    write: impl FnOnce(&mut (dyn Write + Send)) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut bytes = Vec::new();
    write(&mut bytes)?;
    Ok(terminal.write_all(for_terminal(&bytes).as_bytes())?)
}

fn write_unchanged(
    write: impl FnOnce(&mut (dyn Write + Send)) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut pipe = Pipe { is_closed: false };
    let written = {
        let mut buffered = BufWriter::new(&mut pipe);
        let written = write(&mut buffered);
        let flushed = buffered.flush();
        // Drops the rest of the buffer, which `Drop` would try to write again.
        let _ = buffered.into_parts();
        written.and(flushed.map_err(Failure::from))
    };
    match pipe.is_closed {
        true => Err(Failure::ReaderGone),
        false => written,
    }
}

/// Standard output. Records whether its reader has closed it, because the writers of Arrow replace this error.
struct Pipe {
    is_closed: bool,
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = Stream::Output.write(bytes);
        if let Err(error) = &written {
            self.is_closed |= error.kind() == io::ErrorKind::BrokenPipe;
        }
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        Stream::Output.flush()
    }
}
