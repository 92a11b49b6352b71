//! When the threads of rayon's pool are started. A program of its own with one test, because there is one such pool, and the
//! threads of the program are counted.
#![cfg(all(feature = "parallel", target_os = "linux"))]
#![allow(clippy::unwrap_used, reason = "what surprises a test should end it")]

use braincube_frame::{Frame, FrameOptions, decode};

fn body(rows: usize) -> String {
    let cells = vec!["\"1.5\""; rows].join(",");
    let column = |id| format!(r#"{{"type":"NUMERIC","data":[{cells}],"id":"mb1/d{id}"}}"#);
    format!(r#"{{"datadefs":[{},{}]}}"#, column(1), column(2))
}

fn frame(body: &str, parallel: bool) -> Frame {
    let options = FrameOptions::default().with_parallel(parallel);
    decode(body.as_bytes(), Vec::new(), options).unwrap()
}

/// The number of threads of this program.
fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").unwrap().count()
}

#[test]
fn no_thread_is_started_for_less_than_a_megabyte() {
    let (small, large) = (body(60_000), body(200_000));
    assert!(small.len() < 1 << 20 && large.len() > 1 << 20);
    let before = threads();
    assert_eq!(frame(&small, true), frame(&small, false));
    assert_eq!(
        threads(),
        before,
        "for an response of {} bytes",
        small.len()
    );
    assert_eq!(frame(&large, true), frame(&large, false));
    assert!(
        threads() > before,
        "for an response of {} bytes",
        large.len()
    );
}
