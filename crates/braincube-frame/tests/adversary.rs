//! Random answers, right and wrong, are decoded by the crate and by an oracle that is written as
//! plainly as it can be: both must give the same verdict, the same cells and the same report.
//!
//! `BRAINCUBE_FRAME_SEED` runs the answer of one seed, `BRAINCUBE_FRAME_ANSWERS` another number of
//! them; with both, so many from that seed on.

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
#[path = "adversary/question.rs"]
mod question;
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

#[cfg(feature = "parallel")]
use braincube_frame::decode;
use braincube_frame::{Error, Frame, FrameDecoder};

use crate::oracle::{Verdict, judge};
use crate::question::Question;
use crate::random::Random;
use crate::table::Table;

/// How many answers are decoded unless the environment says otherwise.
const ANSWERS: u64 = if cfg!(debug_assertions) {
    2_000
} else {
    100_000
};

/// One of so many answers is decoded behind a megabyte of white space too, which takes its time.
#[cfg(feature = "parallel")]
const BEHIND_SPACE: u64 = if cfg!(debug_assertions) { 20 } else { 8 };

#[test]
fn random_answers_get_the_verdict_and_the_cells_of_the_oracle() {
    let number = |name| Some(std::env::var(name).ok()?.parse::<u64>().unwrap());
    let seed = number("BRAINCUBE_FRAME_SEED");
    let answers = number("BRAINCUBE_FRAME_ANSWERS");
    let start = seed.unwrap_or(0);
    let seeds = start..start + answers.unwrap_or(if seed.is_some() { 1 } else { ANSWERS });
    let count = seeds.end - seeds.start;
    let (mut frames, mut refused) = (0, 0);
    for seed in seeds {
        match catch_unwind(AssertUnwindSafe(|| one_answer(seed))) {
            Ok(true) => frames += 1,
            Ok(false) => refused += 1,
            Err(panic) => {
                println!("BRAINCUBE_FRAME_SEED={seed}");
                resume_unwind(panic);
            }
        }
    }
    println!("{frames} frames, {refused} refused");
    // Where nearly every answer ends the same way, little was tested; one alone may be so.
    assert!(count < 1000 || (frames > count / 5 && refused > count / 5));
}

/// Decodes one answer in several ways; says whether it makes a frame.
fn one_answer(seed: u64) -> bool {
    let mut random = Random::new(seed);
    let question = Question::random(&mut random);
    let body = generate::body(&mut random);
    let verdict = judge(&body, &question);

    let whole = in_pieces(&body, &question, &[]);
    compare(&whole, &verdict, &body, "in one piece");

    let most = *random.pick(&[3, 64, 1_000, 40_000]);
    let mut ends = Vec::new();
    let mut end = 0;
    while end + most < body.len() {
        end += 1 + random.below(most);
        ends.push(end);
    }
    let pieces = in_pieces(&body, &question, &ends);
    same(&whole, &pieces, &body, "in pieces");

    // Behind spaces no cell is plain, so all go through the slow twins.
    let spaced = spaced::spaced(&body);
    let slow = in_pieces(&spaced, &question, &[]);
    compare(&slow, &verdict, &spaced, "with spaces");

    #[cfg(feature = "parallel")]
    {
        // Of several things that are wrong in one column, another may be told.
        let parallel = in_pieces(&body, &question.parallel(), &ends);
        compare(&parallel, &verdict, &body, "in parallel");
        // The threads take what stands behind the first megabyte.
        if seed.is_multiple_of(BEHIND_SPACE) {
            let behind = spaced::behind_a_megabyte(&body);
            let question = question.parallel();
            let parallel = in_pieces(
                &behind,
                &question,
                &[1 << 20, behind.len() - body.len() / 2],
            );
            compare(&parallel, &verdict, &behind, "in parallel, far behind");
            let parallel = decode(&behind, question.expected(), question.options);
            compare(&parallel, &verdict, &behind, "in parallel, as a whole");
        }
    }
    whole.is_ok()
}

fn in_pieces(body: &[u8], question: &Question, ends: &[usize]) -> Result<Frame, Error> {
    let mut decoder = FrameDecoder::new(question.expected(), question.options.clone());
    let mut start = 0;
    for end in ends.iter().copied().chain([body.len()]) {
        decoder.push(&body[start..end])?;
        start = end;
    }
    decoder.finish()
}

#[track_caller]
fn compare(result: &Result<Frame, Error>, verdict: &Verdict, body: &[u8], how: &str) {
    match (result, verdict) {
        (Ok(frame), Verdict::Frame(expected)) => {
            let found = Table::of(frame);
            assert!(
                found == *expected,
                "{how}: {}\nfound    {found:?}\nexpected {expected:?}",
                text::shown(body)
            );
            assert_eq!(frame.report().json_bytes(), body.len() as u64);
        }
        (Err(error), Verdict::Refused(kinds)) => assert!(
            kinds.is_empty() || kinds.contains(&error.kind()),
            "{how}: {error} ({:?}), expected {kinds:?}: {}",
            error.kind(),
            text::shown(body)
        ),
        (Err(error), Verdict::Frame(_)) => {
            panic!("{how}: refused, {error}: {}", text::shown(body))
        }
        (Ok(_), Verdict::Refused(kinds)) => {
            panic!("{how}: taken, expected {kinds:?}: {}", text::shown(body))
        }
    }
}

/// Both results are the same, down to the place that an error names.
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
