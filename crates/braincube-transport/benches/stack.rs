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
//! The clients send the same headers, over connections with the same options, and read each response piece by piece. A
//! round lets each of them send the same number of requests, one after the other; which of the two begins changes from
//! round to round.
//!
//! The server stands in three places:
//!
//! - asleep: on a thread of its own, as it would be in earnest. Each request waits for the other core to wake up, and each
//!   response for this one. On a machine that has little else to do, that takes longer than all the rest, and both clients
//!   as long;
//! - awake: on a thread of its own that never sleeps, nor does the clients' thread. It takes a machine of which nobody else
//!   uses two cores;
//! - here: on the clients' own thread. The time is then that of all the work, the client's, the server's and the kernel's,
//!   and of nothing that anyone would wait for. It is the steadiest of the three. A large response is left out: the buffers
//!   between the two, which would fill and empty at the same time, take turns there.

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

/// The sizes of the responses in bytes (an entity, a page, columns of data), and how many requests a round sends.
const SIZES: [(usize, u32); 3] = [(200, 400), (50_000, 200), (4_000_000, 6)];

/// From so many bytes on, a response is a large one.
const LARGE: usize = 1_000_000;

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

/// Where the server stands.
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
    let (bare, whole, ratio) = (median(bare_times), median(whole_times), median(ratios));
    let more = whole - bare;
    println!("{place:<8} {size:>9} {bare:>8.1} µs {whole:>8.1} µs {more:>6.1} µs {ratio:>7.3}");
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
