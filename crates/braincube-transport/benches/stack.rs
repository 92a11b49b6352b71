//! The cost of the transport: its requests compared with those of a bare hyper client to the same server, in the same run.
//!
//! ```text
//! cargo bench -p braincube-transport --bench stack      # times and their ratios
//! stack layers 1000                                    # the transport without a client, for callgrind
//! stack whole 1000                                     # the transport with its server; `bare` for the hyper client
//! ```
//!
//! Their allocations are counted in `tests/allocations.rs`, because counting takes time.
//!
//! The clients send the same headers over connections with the same options, and read each response chunk by chunk. In each
//! round, both send the same number of requests; which of them begins alternates.
//!
//! The server runs in three places:
//!
//! - asleep: on its own thread, as in production. Each request waits until the other core has woken up, and each response until
//!   this one has. On an idle machine that takes longer than everything else, for both clients;
//! - awake: on its own thread that never sleeps, and neither does the clients' thread. It needs two unused cores;
//! - here: on the clients' thread. The time is that of the work of the client, the server and the kernel, without waits, and is
//!   the most stable of the three. Large responses are omitted, because their buffers cannot fill and empty at the same time.

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

/// The sizes of the responses in bytes (an entity, a page, columns of data), and the number of requests per round.
const SIZES: [(usize, u32); 3] = [(200, 400), (50_000, 200), (4_000_000, 6)];

/// The minimum size of a large response.
const LARGE: usize = 1_000_000;

const ROUNDS: usize = 61;

fn main() {
    // `cargo bench` adds an argument.
    let arguments = std::env::args().skip(1).filter(|it| it != "--bench");
    match arguments.collect::<Vec<_>>().as_slice() {
        [] => compare(),
        [way, requests] => alone(way, requests.parse().unwrap()),
        other => panic!("not understood: {other:?}"),
    }
}

/// Sends this many requests with one of the clients, for callgrind.
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
#[derive(Clone, Copy, PartialEq)]
enum Server {
    Asleep,
    Awake,
    Here,
}

fn compare() {
    println!(
        "{:<8} {:>9} {:>11} {:>11} {:>9} {:>7}",
        "server", "bytes", "bare", "whole", "more", "ratio"
    );
    for server in [Server::Asleep, Server::Awake, Server::Here] {
        for (size, requests) in SIZES {
            if server != Server::Here || size < LARGE {
                compare_at(server, size, requests);
            }
        }
    }
    let runtime = peers::current_thread();
    let layers = Layers::new();
    let times: Vec<f64> = (0..ROUNDS).map(|_| send(&runtime, &layers, 2000)).collect();
    println!(
        "the layers alone, over a service that responses at once: {:.2} µs",
        median(times),
    );
}

fn compare_at(server: Server, size: usize, requests: u32) {
    let runtime = match server {
        Server::Awake => peers::awake(),
        Server::Asleep | Server::Here => peers::current_thread(),
    };
    let (place, served) = match server {
        Server::Asleep => ("asleep", Some(peers::serve(peers::current_thread(), size))),
        Server::Awake => ("awake", Some(peers::serve(peers::awake(), size))),
        Server::Here => ("here", None),
    };
    let url = match &served {
        Some(served) => served.url.clone(),
        None => peers::serve_on(&runtime, size),
    };
    let (bare, whole) = (Bare::new(&url, size), Whole::new(&url, size));
    // For connections, and everything else that happens once.
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
    let (bare, whole, ratio) = (median(bare_times), median(whole_times), median(ratios));
    let more = whole - bare;
    println!("{place:<8} {size:>9} {bare:>8.1} µs {whole:>8.1} µs {more:>6.1} µs {ratio:>7.3}");
}

/// Sends this many requests; returns the microseconds per request.
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
