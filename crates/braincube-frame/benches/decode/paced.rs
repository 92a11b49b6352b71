//! Measures when the frame is complete if the response is received over a link.

#![allow(
    clippy::disallowed_methods,
    reason = "the link is emulated by sleeping"
)]

use std::time::{Duration, Instant};

use braincube_frame::FrameDecoder;
use bytes::Bytes;

use crate::peers;

/// Pushes each part when a link of this speed (in Mbit/s) would have transferred it. Prints three medians of five runs in
/// milliseconds: the time of the transfer, the time until the frame is complete, and the time from the last byte to
/// the frame.
pub(crate) fn run(body: &Bytes, megabits: f64) {
    let on_link = |bytes: usize| Duration::from_secs_f64(bytes as f64 * 8.0 / (megabits * 1e6));
    let transfer = on_link(body.len());
    let mut totals: Vec<Duration> = (0..5)
        .map(|_| {
            let mut decoder = FrameDecoder::new(vec![], peers::shipped());
            let start = Instant::now();
            let mut received = 0;
            for part in peers::parts(body) {
                received += part.len();
                std::thread::sleep(on_link(received).saturating_sub(start.elapsed()));
                decoder.push_bytes(&part).expect("the corpus decodes");
            }
            let frame = decoder.finish().expect("the corpus decodes");
            let total = start.elapsed();
            drop(frame);
            total
        })
        .collect();
    totals.sort_unstable();
    let [_, _, total, ..] = *totals else {
        return;
    };
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "{:.2} {:.2} {:.2}",
        milliseconds(transfer),
        milliseconds(total),
        milliseconds(total.saturating_sub(transfer))
    );
}
