//! Decodes a response in a file and writes the frame in the Arrow IPC format:
//! `cargo run --example to_arrow -- RESPONSE.json FRAME.arrows [--integers]`.
//!
//! With the extension `.arrow` the IPC file format is written, else the stream format.
//! With `--integers`, columns that contain only integers become `Int64`.

use std::fs::File;
use std::path::Path;
use std::process::ExitCode;

use arrow::ipc::writer::{FileWriter, StreamWriter};
use braincube_frame::{FrameOptions, Numbers, decode};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        [response, frame] => convert(response, frame, Numbers::Float64),
        [response, frame, "--integers"] => convert(response, frame, Numbers::Infer),
        _ => return fail("usage: to_arrow RESPONSE.json FRAME.arrows [--integers]"),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error.to_string()),
    }
}

fn convert(
    response: &str,
    frame: &str,
    numbers: Numbers,
) -> Result<(), Box<dyn std::error::Error>> {
    let body = std::fs::read(response)?;
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

#[allow(clippy::print_stderr, reason = "an example prints its errors")]
fn fail(problem: &str) -> ExitCode {
    eprintln!("{problem}");
    ExitCode::FAILURE
}
