//! Columns of several chunks, in which each cell is sensitive to a wrong cut.

use braincube_frame::{Error, FrameDecoder, FrameOptions, decode};

use super::paths::check;

/// The approximate size of a chunk in bytes.
const CHUNK: usize = 32 * 1024;

/// The range around a cut in which positions are tried, and the step between them.
const AROUND: usize = if cfg!(debug_assertions) { 8 } else { 60 };
const STEP: usize = if cfg!(debug_assertions) { 11 } else { 1 };

/// A response with a column of three chunks and one without data, and the position of the cells.
struct Large {
    body: Vec<u8>,
    open: usize,
}

impl Large {
    /// `early` is whether the type precedes the cells, so that they are decoded while they are received.
    fn new(kind: &str, cells: &[&str], early: bool) -> Self {
        let count = (5 * CHUNK / 2) / (cells.concat().len() / cells.len() + 1);
        let cells: Vec<_> = cells.iter().copied().cycle().take(count).collect();
        let cells = cells.join(",");
        let (first, last) = if early {
            (format!(r#""type":"{kind}","#), String::new())
        } else {
            (String::new(), format!(r#","type":"{kind}""#))
        };
        let column = format!(r#"{{{first}"data":[{cells}],"id":"mb1/d1"{last}}}"#);
        let body = format!(r#"{{"datadefs":[{column},{{"id":"mb1/d2"}}],"resultLength":{count}}}"#);
        let data = "\"data\":[";
        let open = body.find(data).unwrap() + data.len() - 1;
        let body = body.into_bytes();
        Self { body, open }
    }

    /// Positions around the cuts and around the end of the cells.
    fn places(&self) -> impl Iterator<Item = usize> {
        let end = self.body.iter().position(|byte| *byte == b']').unwrap();
        let cuts = [self.open + CHUNK, self.open + 2 * CHUNK, end];
        // A cut is the first comma after such a position, and each cell is shorter than this.
        let around = |cut: usize| (cut - AROUND..cut + 40 + AROUND).step_by(STEP);
        let places = cuts.into_iter().flat_map(around);
        places.filter(|at| *at < self.body.len())
    }
}

fn all() -> Vec<Large> {
    let numbers = [r#""1.5""#, r#""nan""#, r#""-12345.678901""#, r#""?""#];
    let plain = [r#""é,日""#, r#""{,{""#, r#""😀""#, r#""x""#];
    let escaped = [r#""a\\\",""#, r#""\ud83d\ude00""#, r#""é\\""#, r#" "," "#];
    let bare = ["1.5", "null", "-0 ", "true", r#""2""#];
    let mut all = Vec::new();
    for early in [true, false] {
        all.push(Large::new("NUMERIC", &numbers, early));
        all.push(Large::new("DISCRETE", &plain, early));
        all.push(Large::new("TEXT", &escaped, early));
        all.push(Large::new("DISCRETE", &bare, early));
    }
    all
}

fn options() -> Vec<FrameOptions> {
    let options = FrameOptions::default();
    #[cfg(feature = "parallel")]
    let options = [options.clone(), options.with_parallel(true)];
    #[cfg(not(feature = "parallel"))]
    let options = [options];
    options.to_vec()
}

#[test]
fn large_responses_are_the_same_in_parts_that_end_around_the_cuts() {
    for large in all() {
        let body = &large.body;
        let whole = decode(body, vec![], FrameOptions::default()).unwrap();
        assert!(whole.batch().num_rows() > 1000);
        for options in options() {
            for at in large.places() {
                let mut decoder = FrameDecoder::new(vec![], options.clone());
                decoder.push(&body[..at]).unwrap();
                decoder.push(&body[at..]).unwrap();
                assert!(decoder.finish().unwrap() == whole, "{at}");
            }
        }
    }
}

#[test]
fn j1_no_prefix_of_a_large_response_is_valid() {
    for large in all() {
        let end = large.body.len();
        let lens = large
            .places()
            .chain((0..end).step_by(19_999))
            .chain(end - 20..end);
        for (len, options) in lens.flat_map(|len| options().into_iter().map(move |one| (len, one)))
        {
            let error = decode(&large.body[..len], vec![], options).unwrap_err();
            let is_cut = matches!(error, Error::Truncated { offset } if offset == len as u64);
            assert!(is_cut || matches!(error, Error::Empty), "{len}: {error}");
        }
    }
}

#[test]
fn one_wrong_byte_around_a_cut_has_the_same_result_on_both_paths() {
    for large in all() {
        check(&large.body);
        for at in large.places() {
            let byte = *b"\",[\\ ]\xc3}".get(at % 7).unwrap();
            let mut mutated = large.body.clone();
            mutated[at] = byte;
            check(&mutated);
        }
    }
}
