//! How much memory an answer of any size takes.

use braincube_frame::{FrameDecoder, FrameOptions};

/// Decodes an answer of so many megabytes, of which no more than a piece is ever there, and prints
/// its bytes, its rows, and the kilobytes of the arrays and of what was needed beyond them.
pub(crate) fn run(megabytes: usize, columns: usize, type_first: bool) {
    let piece = "\"123.25\",".repeat(8 * 1024);
    let pieces = megabytes * 1_000_000 / columns / piece.len();
    let before = peak_kilobytes();
    let mut decoder = FrameDecoder::new(vec![], FrameOptions::default());
    let mut bytes = 0;
    let mut push = |piece: &str| {
        bytes += piece.len();
        decoder.push(piece.as_bytes()).expect("the column decodes");
    };
    push("{\"datadefs\":[");
    for column in 0..columns {
        push(if column == 0 { "{" } else { ",{" });
        if type_first {
            push("\"type\":\"NUMERIC\",");
        }
        push("\"data\":[");
        for _ in 0..pieces {
            push(&piece);
        }
        push(&format!("\"1\"],\"id\":\"mb20/d{column}\""));
        push(if type_first {
            "}"
        } else {
            ",\"type\":\"NUMERIC\"}"
        });
    }
    push("]}");
    let batch = decoder.finish().expect("the columns decode").into_batch();
    let arrays = batch.get_array_memory_size() as u64 / 1024;
    let beyond = peak_kilobytes().saturating_sub(before + arrays);
    println!("{bytes} {} {arrays} {beyond}", batch.num_rows());
}

/// The peak of the memory that is in use, where Linux tells it.
fn peak_kilobytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|n| n.parse().ok()).unwrap_or_default()
}
