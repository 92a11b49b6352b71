//! What the layers cost: requests through the whole stack beside those of a bare hyper client, to one server, in turn
//! and in one run.
//!
//! ```text
//! cargo bench -p braincube-transport --bench stack      # times and their ratios
//! stack layers 1000                                    # the layers alone, for callgrind
//! stack whole 1000                                     # the whole stack, with its server; `bare` for its peer
//! ```
//!
//! What they allocate is counted in `tests/allocations.rs`: to count it here would take time.
//!
//! The clients send the same headers, over connections with the same options, and read each answer piece by piece. A
//! round lets each of them send the same number of requests, one after the other; which of the two begins changes from
//! round to round.
//!
//! The server stands in two places:
//!
//! - on a thread of its own, as it would be in earnest. Each request then waits for the other core to wake up, which
//!   takes both clients as long and, on a machine that has little else to do, longer than all the rest;
//! - on the clients' own thread, where nobody has to be woken. The time is then that of the work alone: the client's,
//!   the server's and the kernel's. What the layers cost is a larger part of it than of anything one would wait for.

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
    let serve_here = || peers::serve_on(&runtime, size);
    match way {
        "layers" => send(&runtime, &Layers::new(), requests),
        "bare" => send(&runtime, &Bare::new(&serve_here(), size), requests),
        "whole" => send(&runtime, &Whole::new(&serve_here(), size), requests),
        other => panic!("not understood: {other}"),
    };
}

/// Where the server runs.
#[derive(Clone, Copy)]
enum Server {
    OtherThread,
    SameThread,
}

fn compare() {
    println!(
        "{:<13} {:>9} {:>11} {:>11} {:>7}",
        "server on", "bytes", "bare", "whole", "ratio"
    );
    for server in [Server::OtherThread, Server::SameThread] {
        for (size, requests) in SIZES {
            compare_at(server, size, requests);
        }
    }
    let runtime = peers::current_thread();
    let layers = Layers::new();
    let times: Vec<f64> = (0..ROUNDS).map(|_| send(&runtime, &layers, 2000)).collect();
    println!(
        "the layers alone, over a service that answers at once: {:.2} µs",
        median(times),
    );
}

fn compare_at(server: Server, size: usize, requests: u32) {
    let runtime = peers::current_thread();
    let (place, url) = match server {
        Server::OtherThread => ("its own", peers::serve(size)),
        Server::SameThread => ("the clients'", peers::serve_on(&runtime, size)),
    };
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
        "{place:<13} {size:>9} {:>8.1} µs {:>8.1} µs {:>7.3}",
        median(bare_times),
        median(whole_times),
        median(ratios),
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
