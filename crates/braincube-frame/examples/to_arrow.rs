//! Decodes an answer that was saved to a file, and writes the frame in Arrow IPC:
//! `cargo run --example to_arrow -- ANSWER.json FRAME.arrows [--integers]`.
//!
//! A name that ends in `.arrow` becomes a file that can be read at any place, any other a stream.
//! With `--integers`, columns of nothing but integers become `Int64`.

use std::fs::File;
use std::path::Path;
use std::process::ExitCode;

use arrow::ipc::writer::{FileWriter, StreamWriter};
use braincube_frame::{FrameOptions, Numbers, decode};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        [answer, frame] => convert(answer, frame, Numbers::Float64),
        [answer, frame, "--integers"] => convert(answer, frame, Numbers::Infer),
        _ => return fail("give the file of an answer and the file to write"),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error.to_string()),
    }
}

fn convert(answer: &str, frame: &str, numbers: Numbers) -> Result<(), Box<dyn std::error::Error>> {
    let body = std::fs::read(answer)?;
    let options = FrameOptions::default().with_numbers(numbers);
    let batch = decode(&body, Vec::new(), options)?.into_batch();
    let is_file = Path::new(frame).extension() == Some("arrow".as_ref());
    let frame = File::create(frame)?;
    if is_file {
        let mut writer = FileWriter::try_new(frame, &batch.schema())?;
        writer.write(&batch)?;
        writer.finish()?;
    } else {
        let mut writer = StreamWriter::try_new(frame, &batch.schema())?;
        writer.write(&batch)?;
        writer.finish()?;
    }
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
