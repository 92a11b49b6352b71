//! Compares the decoder with alternatives, on the same bytes in one run.
//!
//! `cargo bench -p braincube-frame --bench decode [--features parallel] [-- [--only DECODERS] [--rounds N] [--percent N]
//! [CORPUS…]]` decodes each corpus with each decoder alternately, round after round, and prints a table of medians with
//! ratios. On a busy machine the ratios are more reliable than the times.
//!
//! `cargo xtask bench` uses five more modes:
//!
//! - `once DECODER CORPUS PERCENT` decodes once, for callgrind.
//! - `cpu DECODER CORPUS PERCENT ROUNDS` prints the CPU time of all threads and the elapsed time in milliseconds, each the
//!   median of the rounds.
//! - `peak MEGABYTES COLUMNS ORDER` decodes a response of this size, which is generated while it is pushed, and prints the
//!   memory that this needs.
//! - `paced CORPUS MEGABITS` pushes a corpus at the speed of a link and prints when the frame is complete.
//! - `write CORPUS PERCENT FILE` writes a corpus to a file.

#![allow(
    missing_docs,
    clippy::print_stdout,
    clippy::expect_used,
    clippy::cast_precision_loss,
    reason = "a benchmark prints and may panic"
)]

#[path = "decode/corpus.rs"]
mod corpus;
#[path = "decode/paced.rs"]
mod paced;
#[path = "decode/peak.rs"]
mod peak;
#[path = "decode/peers.rs"]
mod peers;

use std::hint::black_box;
use std::time::{Duration, Instant};

use corpus::Corpus;
use peers::{PEERS, Peer, REFERENCE};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["once", way, corpus, percent, ..] => once(way, &make(corpus, percent)),
        ["cpu", way, corpus, percent, rounds, ..] => {
            let rounds = rounds.parse().expect("a number of rounds");
            cpu(way, &make(corpus, percent), rounds);
        }
        ["write", corpus, percent, file, ..] => {
            std::fs::write(file, make(corpus, percent).body).expect("the file can be written");
        }
        ["peak", megabytes, columns, order, ..] => peak::run(
            megabytes.parse().expect("a number of megabytes"),
            columns.parse().expect("a number of columns"),
            *order == "type-first",
        ),
        ["paced", corpus, megabits, ..] => {
            let megabits = megabits.parse().expect("a number of megabits");
            paced::run(&make(corpus, "100").body, megabits);
        }
        // `cargo bench` passes this flag, `cargo test` does not.
        _ if words.contains(&"--bench") => compare(&words),
        _ => check(),
    }
}

fn make(name: &str, percent: &str) -> Corpus {
    let percent = percent.parse().expect("the percentage is a number");
    corpus::make(name, percent).expect("the corpus is known")
}

/// Checks that all decoders return the same on all corpora.
fn check() {
    for name in corpus::NAMES {
        let corpus = corpus::make(name, 1).expect("the corpus is known");
        let expected = peers::sum((PEERS[0].run)(&corpus.body));
        for peer in PEERS.iter().filter(|peer| peer.converts) {
            let sum = peers::sum((peer.run)(&corpus.body));
            assert_eq!(sum.present, expected.present, "{name}: {}", peer.name);
            let difference = (sum.total - expected.total).abs();
            assert!(difference <= 1e-3, "{name}: {} {difference}", peer.name);
        }
    }
    println!("all decoders return the same");
}

/// The number after a flag.
fn number(words: &[&str], flag: &str, default: usize) -> usize {
    let at = words.iter().position(|word| *word == flag);
    let value = at.and_then(|at| words.get(at + 1));
    value.map_or(default, |value| value.parse().expect("a number"))
}

fn compare(words: &[&str]) {
    check();
    let rounds = number(words, "--rounds", 5);
    let percent = number(words, "--percent", 100);
    let named = |name: &str| words.contains(&name);
    let only = words.iter().position(|word| *word == "--only");
    let only = only.map_or("", |at| words.get(at + 1).copied().unwrap_or_default());
    let any_named = corpus::NAMES.into_iter().any(named);
    for name in corpus::NAMES {
        if !any_named || named(name) {
            let corpus = corpus::make(name, percent).expect("the corpus is known");
            let ways = PEERS.iter().filter(|peer| peer.name.contains(only));
            table(&corpus, &ways.collect::<Vec<_>>(), rounds);
        }
    }
}

fn table(corpus: &Corpus, ways: &[&Peer], rounds: usize) {
    let bytes = corpus.body.len();
    // Short responses are decoded many times, because of the resolution of the clock.
    let repeats = (200_000 / bytes).max(1);
    let mut times: Vec<Vec<Duration>> = ways.iter().map(|_| Vec::new()).collect();
    for round in 0..=rounds {
        for at in order(ways.len(), round) {
            let (peer, times) = (ways[at], &mut times[at]);
            let mut spent = Duration::ZERO;
            for _ in 0..repeats {
                let start = Instant::now();
                let arrays = (peer.run)(black_box(&corpus.body));
                spent += start.elapsed();
                // Freeing the arrays is not measured.
                drop(black_box(arrays));
            }
            times.push(spent);
        }
    }
    println!(
        "\n### {}: {:.1} MB, {} values\n",
        corpus.name,
        bytes as f64 / 1e6,
        corpus.values
    );
    println!(
        "| decoder | ms | MB/s | ns/value | time relative to `to_tape` | speed relative to `to_tape` |"
    );
    println!("|---|---:|---:|---:|---:|---:|");
    let medians: Vec<f64> = times
        .iter()
        .map(|times| median(times) / repeats as f64)
        .collect();
    let reference = ways.iter().position(|peer| peer.name == REFERENCE);
    let reference = reference.map_or(f64::NAN, |at| medians[at]);
    for (Peer { name, .. }, seconds) in ways.iter().zip(medians) {
        println!(
            "| {name} | {:.3} | {:.0} | {:.1} | {:.2} | {:.2} |",
            seconds * 1e3,
            bytes as f64 / 1e6 / seconds,
            seconds * 1e9 / corpus.values as f64,
            seconds / reference,
            reference / seconds,
        );
    }
}

/// The order of the decoders in a round.
///
/// Some decoders leave freed memory in the process, which the next one reuses. So the order changes in each round: no
/// decoder is always the first, or always follows the same one.
fn order(ways: usize, round: usize) -> impl Iterator<Item = usize> {
    let reaches_all =
        |step: &usize| (2..=*step).all(|d| !(step.is_multiple_of(d) && ways.is_multiple_of(d)));
    let steps: Vec<usize> = (1..=ways).filter(reaches_all).collect();
    let step = steps[round % steps.len()];
    (0..ways).map(move |at| (round + at * step) % ways)
}

/// The median in seconds, without the first round.
fn median(times: &[Duration]) -> f64 {
    let mut times = times[1..].to_vec();
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64()
}

fn find(way: &str) -> Option<&'static Peer> {
    PEERS.iter().find(|peer| peer.name == way)
}

fn once(way: &str, corpus: &Corpus) {
    if let Some(peer) = find(way) {
        black_box((peer.run)(&corpus.body));
    }
    println!("{}", corpus.values);
}

fn cpu(way: &str, corpus: &Corpus, rounds: usize) {
    let peer = find(way).expect("the decoder is known");
    let (mut cpu, mut elapsed) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let (cpu_before, start) = (cpu_time(), Instant::now());
        drop(black_box((peer.run)(&corpus.body)));
        elapsed.push(start.elapsed());
        cpu.push(cpu_time() - cpu_before);
    }
    let median = |times: &mut Vec<Duration>| {
        times.sort_unstable();
        times[times.len() / 2].as_secs_f64() * 1e3
    };
    println!("{:.2} {:.2}", median(&mut cpu), median(&mut elapsed));
}

/// The CPU time of all threads of this process, on Linux. The decoder does not end threads.
fn cpu_time() -> Duration {
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten();
    let nanos = tasks.flatten().filter_map(|task| {
        let times = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        times.split_whitespace().next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanos.sum())
}
