//! What the layers cost: requests through the whole stack beside those of a bare hyper client, to one server, in turn
//! and in one run.
//!
//! ```text
//! cargo bench -p braincube-transport --bench stack      # times and their ratios
//! stack layers 1000                                    # the layers alone, for callgrind
//! stack whole 1000                                     # the whole stack alone; `bare` for its peer
//! ```
//!
//! What they allocate is counted in `tests/allocations.rs`: to count it here would take time.
//!
//! Both clients run on one thread and the server on another. They send the same headers, over connections with the
//! same options, and read each answer piece by piece. A round lets each of them send the same number of requests, one
//! after the other; which of the two begins changes from round to round.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark is for the terminal, and one that cannot run should stop"
)]

#[path = "stack/peers.rs"]
mod peers;

use std::time::Instant;

use tokio::runtime::Runtime;

use crate::peers::{Bare, Layers, Peer, Whole};

/// The sizes of the answers in bytes (an entity, a page, columns of data), and how many requests a round sends.
const SIZES: [(usize, u32); 3] = [(200, 400), (50_000, 200), (4_000_000, 6)];

const ROUNDS: usize = 61;

fn main() {
    // `cargo bench` adds an argument of its own.
    let arguments = std::env::args().skip(1).filter(|it| it != "--bench");
    match arguments.collect::<Vec<_>>().as_slice() {
        [] => compare(),
        [way, requests] => alone(way, requests.parse().unwrap()),
        other => panic!("not understood: {other:?}"),
    }
}

/// Lets one of them alone send so many requests, for a tool that counts.
fn alone(way: &str, requests: u32) {
    let runtime = peers::current_thread();
    let size = SIZES[0].0;
    match way {
        "layers" => send(&runtime, &Layers::new(), requests),
        "bare" => send(&runtime, &Bare::new(&peers::serve(size), size), requests),
        "whole" => send(&runtime, &Whole::new(&peers::serve(size), size), requests),
        other => panic!("not understood: {other}"),
    };
}

fn compare() {
    println!(
        "{:>9} {:>11} {:>11} {:>7}",
        "bytes", "bare", "whole", "ratio"
    );
    let runtime = peers::current_thread();
    for (size, requests) in SIZES {
        let url = peers::serve(size);
        let (bare, whole) = (Bare::new(&url, size), Whole::new(&url, size));
        // Connections, and whatever else comes about once.
        send(&runtime, &bare, requests);
        send(&runtime, &whole, requests);
        let (mut bare_times, mut whole_times, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            let (first, second) = if round % 2 == 0 {
                let first = send(&runtime, &bare, requests);
                (first, send(&runtime, &whole, requests))
            } else {
                let second = send(&runtime, &whole, requests);
                (send(&runtime, &bare, requests), second)
            };
            bare_times.push(first);
            whole_times.push(second);
            ratios.push(second / first);
        }
        println!(
            "{size:>9} {:>8.1} µs {:>8.1} µs {:>7.3}",
            median(bare_times),
            median(whole_times),
            median(ratios),
        );
    }
    let layers = Layers::new();
    let times: Vec<f64> = (0..ROUNDS).map(|_| send(&runtime, &layers, 2000)).collect();
    println!(
        "the layers alone, over a service that answers at once: {:.2} µs",
        median(times),
    );
}

/// Sends so many requests; returns how many microseconds each took.
fn send(runtime: &Runtime, peer: &impl Peer, requests: u32) -> f64 {
    runtime.block_on(async {
        let started = Instant::now();
        for _ in 0..requests {
            peer.request().await;
        }
        started.elapsed().as_secs_f64() * 1e6 / f64::from(requests)
    })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
