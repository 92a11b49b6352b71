//! Decodes random responses, valid and invalid, with the crate and with a simple reference implementation (the oracle).
//! Both must return the same result, the same cells and the same report.
//!
//! `BRAINCUBE_FRAME_SEED` runs the response of one seed, `BRAINCUBE_FRAME_RESPONSES` another number of
//! responses; with both, that number from that seed on.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

#[path = "adversary/generate.rs"]
mod generate;
#[path = "adversary/json.rs"]
mod json;
#[path = "adversary/oracle.rs"]
mod oracle;
#[path = "adversary/query.rs"]
mod query;
#[path = "adversary/random.rs"]
mod random;
#[path = "common/spaced.rs"]
mod spaced;
#[path = "adversary/table.rs"]
mod table;
#[path = "adversary/text.rs"]
mod text;
#[path = "adversary/values.rs"]
mod values;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use braincube_frame::{Error, Frame, FrameDecoder};

use crate::oracle::{Expected, expect};
use crate::query::Query;
use crate::random::Random;
use crate::table::Table;

/// The number of responses, unless the environment sets it.
const RESPONSES: u64 = if cfg!(debug_assertions) {
    2_000
} else {
    100_000
};

/// One in this number of responses is also decoded after a megabyte of white space, which is slow.
#[cfg(feature = "parallel")]
const BEHIND_SPACE: u64 = if cfg!(debug_assertions) { 20 } else { 8 };

#[test]
fn random_responses_have_the_result_of_the_oracle() {
    let number = |name| Some(std::env::var(name).ok()?.parse::<u64>().unwrap());
    let seed = number("BRAINCUBE_FRAME_SEED");
    let responses = number("BRAINCUBE_FRAME_RESPONSES");
    let start = seed.unwrap_or(0);
    let seeds = start..start + responses.unwrap_or(if seed.is_some() { 1 } else { RESPONSES });
    let count = seeds.end - seeds.start;
    let (mut frames, mut rejected) = (0, 0);
    for seed in seeds {
        match catch_unwind(AssertUnwindSafe(|| one_response(seed))) {
            Ok(true) => frames += 1,
            Ok(false) => rejected += 1,
            Err(panic) => {
                println!("BRAINCUBE_FRAME_SEED={seed}");
                resume_unwind(panic);
            }
        }
    }
    println!("{frames} frames, {rejected} rejected");
    // If nearly all responses have the same result, little was tested. A single one may.
    assert!(count < 1000 || (frames > count / 5 && rejected > count / 5));
}

/// Decodes one response in several ways. Returns whether it is valid.
fn one_response(seed: u64) -> bool {
    let mut random = Random::new(seed);
    let query = Query::random(&mut random);
    let body = generate::body(&mut random);
    let expected = expect(&body, &query);

    let whole = in_parts(&body, &query, &[]);
    compare(&whole, &expected, &body, "in one part");

    let most = *random.pick(&[3, 64, 1_000, 40_000]);
    let mut ends = Vec::new();
    let mut end = 0;
    while end + most < body.len() {
        end += 1 + random.below(most);
        ends.push(end);
    }
    let parts = in_parts(&body, &query, &ends);
    same(&whole, &parts, &body, "in parts");

    // With white space between them, all cells are on the slow path.
    let spaced = spaced::spaced(&body);
    let slow = in_parts(&spaced, &query, &[]);
    compare(&slow, &expected, &spaced, "with spaces");

    #[cfg(feature = "parallel")]
    {
        // Of several errors in one column, another one may be returned.
        let parallel = in_parts(&body, &query.parallel(), &ends);
        compare(&parallel, &expected, &body, "in parallel");
        // Other threads decode what follows the first megabyte.
        if seed.is_multiple_of(BEHIND_SPACE) {
            let behind = spaced::behind_a_megabyte(&body);
            let query = query.parallel();
            let parallel = in_parts(&behind, &query, &[1 << 20, behind.len() - body.len() / 2]);
            compare(&parallel, &expected, &behind, "in parallel, far behind");
            let parallel = braincube_frame::decode(&behind, query.expected(), query.options);
            compare(&parallel, &expected, &behind, "in parallel, as a whole");
        }
    }
    whole.is_ok()
}

fn in_parts(body: &[u8], query: &Query, ends: &[usize]) -> Result<Frame, Error> {
    let mut decoder = FrameDecoder::new(query.expected(), query.options.clone());
    let mut start = 0;
    for end in ends.iter().copied().chain([body.len()]) {
        decoder.push(&body[start..end])?;
        start = end;
    }
    decoder.finish()
}

#[track_caller]
fn compare(result: &Result<Frame, Error>, oracle: &Expected, body: &[u8], how: &str) {
    match (result, oracle) {
        (Ok(frame), Expected::Frame(expected)) => {
            let found = Table::of(frame);
            assert!(
                found == *expected,
                "{how}: {}\nfound    {found:?}\nexpected {expected:?}",
                text::shown(body)
            );
            assert_eq!(frame.report().json_bytes(), body.len() as u64);
        }
        (Err(error), Expected::Rejected(kinds)) => assert!(
            kinds.is_empty() || kinds.contains(&error.kind()),
            "{how}: {error} ({:?}), expected {kinds:?}: {}",
            error.kind(),
            text::shown(body)
        ),
        (Err(error), Expected::Frame(_)) => {
            panic!("{how}: rejected, {error}: {}", text::shown(body))
        }
        (Ok(_), Expected::Rejected(kinds)) => {
            panic!("{how}: taken, expected {kinds:?}: {}", text::shown(body))
        }
    }
}

/// Compares two results, including the position of an error.
#[track_caller]
fn same(left: &Result<Frame, Error>, right: &Result<Frame, Error>, body: &[u8], how: &str) {
    let same = match (left, right) {
        (Ok(left), Ok(right)) => Table::of(left) == Table::of(right),
        (Err(left), Err(right)) => format!("{left:?}") == format!("{right:?}"),
        _ => false,
    };
    assert!(
        same,
        "{how}: {left:?}\nand {right:?}: {}",
        text::shown(body)
    );
}
