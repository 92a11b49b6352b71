//! Decodes an answer that was saved to a file, and writes the frame as an Arrow IPC stream:
//! `cargo run --example to_arrow -- ANSWER.json FRAME.arrows`.

use std::fs::File;
use std::process::ExitCode;

use arrow::ipc::writer::StreamWriter;
use braincube_frame::{FrameOptions, decode};

fn main() -> ExitCode {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let [answer, frame] = paths.as_slice() else {
        return fail("give the file of an answer and the file to write");
    };
    match convert(answer, frame) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error.to_string()),
    }
}

fn convert(answer: &str, frame: &str) -> Result<(), Box<dyn std::error::Error>> {
    let body = std::fs::read(answer)?;
    let batch = decode(&body, Vec::new(), FrameOptions::default())?.into_batch();
    let mut writer = StreamWriter::try_new(File::create(frame)?, &batch.schema())?;
    writer.write(&batch)?;
    writer.finish()?;
    Ok(())
}

#[allow(
    clippy::print_stderr,
    reason = "an example tells a person what went wrong"
)]
fn fail(problem: &str) -> ExitCode {
    eprintln!("{problem}");
    ExitCode::FAILURE
}
