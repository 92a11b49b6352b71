//! The decoder beside its peers, on the same bytes, in one run.
//!
//! `cargo bench -p braincube-frame [--features parallel] [-- [--rounds N] [--percent N] [CORPUS…]]`
//! decodes each corpus by each way in turn, round after round, and prints a table of medians with
//! ratios: on a machine that does other things as well, the ratios hold where the times do not.
//!
//! Three more modes serve `cargo xtask bench`: `once WAY CORPUS PERCENT` decodes a single time, for
//! callgrind; `peak MEGABYTES` decodes a single column of that size, made up as it is pushed, and
//! prints how much memory that took; `write CORPUS PERCENT FILE` writes a corpus.

#![allow(
    missing_docs,
    clippy::print_stdout,
    clippy::expect_used,
    clippy::cast_precision_loss,
    reason = "a benchmark prints, and fails by panicking"
)]

#[path = "decode/corpus.rs"]
mod corpus;
#[path = "decode/peers.rs"]
mod peers;

use std::hint::black_box;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use braincube_frame::{FrameDecoder, FrameOptions};
use corpus::Corpus;
use peers::{PEERS, Peer, REFERENCE};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["once", way, corpus, percent, ..] => once(way, &make(corpus, percent)),
        ["write", corpus, percent, file, ..] => {
            std::fs::write(file, make(corpus, percent).body).expect("the file can be written");
        }
        ["peak", megabytes, ..] => peak(megabytes.parse().expect("a number")),
        // `cargo bench` says so; anything else, such as `cargo test`, only wants to know that it runs.
        _ if words.contains(&"--bench") => compare(&words),
        _ => check(),
    }
}

fn make(name: &str, percent: &str) -> Corpus {
    let percent = percent.parse().expect("the percentage is a number");
    corpus::make(name, percent).expect("the corpus is known")
}

/// Every way gives the same on every corpus.
fn check() {
    for name in corpus::NAMES {
        let corpus = corpus::make(name, 1).expect("the corpus is known");
        let expected = (PEERS[0].run)(&corpus.body);
        for peer in PEERS.iter().filter(|peer| peer.converts) {
            let sum = (peer.run)(&corpus.body);
            assert_eq!(sum.present, expected.present, "{name}: {}", peer.name);
            let difference = (sum.total - expected.total).abs();
            assert!(difference <= 1e-3, "{name}: {} {difference}", peer.name);
        }
    }
    println!("every way gives the same");
}

/// The number behind a flag.
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
    let any_named = corpus::NAMES.into_iter().any(named);
    for name in corpus::NAMES {
        if !any_named || named(name) {
            let corpus = corpus::make(name, percent).expect("the corpus is known");
            table(&corpus, rounds);
        }
    }
}

fn table(corpus: &Corpus, rounds: usize) {
    let bytes = corpus.body.len();
    // Short answers are decoded many times over, so that the clock can tell.
    let repeats = (200_000 / bytes).max(1);
    let mut times: Vec<Vec<Duration>> = PEERS.iter().map(|_| Vec::new()).collect();
    for _ in 0..=rounds {
        for (peer, times) in PEERS.iter().zip(&mut times) {
            let start = Instant::now();
            for _ in 0..repeats {
                black_box((peer.run)(black_box(&corpus.body)));
            }
            times.push(start.elapsed());
        }
    }
    println!(
        "\n### {}: {:.1} MB, {} values\n",
        corpus.name,
        bytes as f64 / 1e6,
        corpus.values
    );
    println!("| way | ms | MB/s | ns/value | time, of `to_tape` alone | times as fast as it |");
    println!("|---|---:|---:|---:|---:|---:|");
    let medians: Vec<f64> = times
        .iter()
        .map(|times| median(times) / repeats as f64)
        .collect();
    let reference = PEERS.iter().position(|peer| peer.name == REFERENCE);
    let reference = reference.map_or(f64::NAN, |at| medians[at]);
    for (Peer { name, .. }, seconds) in PEERS.iter().zip(medians) {
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

/// The median in seconds, without the first round.
fn median(times: &[Duration]) -> f64 {
    let mut times = times[1..].to_vec();
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64()
}

fn once(way: &str, corpus: &Corpus) {
    peers::SILENT.store(true, Ordering::Relaxed);
    if let Some(peer) = PEERS.iter().find(|peer| peer.name == way) {
        black_box((peer.run)(&corpus.body));
    }
    println!("{}", corpus.values);
}

/// Decodes one column of so many megabytes, of which no more than a piece is ever there.
fn peak(megabytes: usize) {
    let piece = "\"123.25\",".repeat(8 * 1024);
    let pieces = megabytes * 1_000_000 / piece.len();
    let before = peak_kilobytes();
    let mut decoder = FrameDecoder::new(vec![], FrameOptions::default());
    let mut push = |piece: &str| decoder.push(piece.as_bytes()).expect("the column decodes");
    push("{\"datadefs\":[{\"type\":\"NUMERIC\",\"data\":[");
    for _ in 0..pieces {
        push(&piece);
    }
    push("\"1\"],\"id\":\"mb20/d1\"}]}");
    let batch = decoder.finish().expect("the column decodes").into_batch();
    let arrays = batch.get_array_memory_size() as u64 / 1024;
    let beyond = peak_kilobytes().saturating_sub(before + arrays);
    println!(
        "{} {} {arrays} {beyond}",
        pieces * piece.len(),
        batch.num_rows()
    );
}

/// The peak of the memory that is in use, where Linux tells it.
fn peak_kilobytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|n| n.parse().ok()).unwrap_or_default()
}
