//! Measures the memory needed for a response of any size.

use braincube_frame::FrameDecoder;
use bytes::Bytes;

use crate::peers;

/// Decodes a response of this size, which is generated in parts, and prints its length in bytes, its rows, the size of the
/// arrays in KiB, and the peak of the other memory in KiB.
pub(crate) fn run(megabytes: usize, columns: usize, type_first: bool) {
    let part = "\"123.25\",".repeat(8 * 1024);
    let parts = megabytes * 1_000_000 / columns / part.len();
    let before = peak_kilobytes();
    let mut decoder = FrameDecoder::new(vec![], peers::shipped());
    let mut bytes = 0;
    let mut push = |part: &str| {
        bytes += part.len();
        decoder
            .push_bytes(&Bytes::copy_from_slice(part.as_bytes()))
            .expect("the column decodes");
    };
    push("{\"datadefs\":[");
    for column in 0..columns {
        push(if column == 0 { "{" } else { ",{" });
        if type_first {
            push("\"type\":\"NUMERIC\",");
        }
        push("\"data\":[");
        for _ in 0..parts {
            push(&part);
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

/// The peak of the resident memory, on Linux.
fn peak_kilobytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|n| n.parse().ok()).unwrap_or_default()
}
