//! When the frame is there, where the answer comes over a link.

#![allow(
    clippy::disallowed_methods,
    reason = "the link is emulated by waiting for it"
)]

use std::time::{Duration, Instant};

use braincube_frame::{FrameDecoder, FrameOptions};

/// What a connection hands over at once.
const PIECE: usize = 64 * 1024;

/// Pushes each piece once a link of so many megabits a second has brought it. Prints the
/// milliseconds that the transfer takes, those until the frame is there, and those between the last
/// byte and the frame; medians of five times.
pub(crate) fn run(body: &[u8], megabits: f64) {
    let on_link = |bytes: usize| Duration::from_secs_f64(bytes as f64 * 8.0 / (megabits * 1e6));
    let transfer = on_link(body.len());
    let mut totals: Vec<Duration> = (0..5)
        .map(|_| {
            let mut decoder = FrameDecoder::new(vec![], FrameOptions::default());
            let start = Instant::now();
            let mut came = 0;
            for piece in body.chunks(PIECE) {
                came += piece.len();
                std::thread::sleep(on_link(came).saturating_sub(start.elapsed()));
                decoder.push(piece).expect("the corpus decodes");
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
