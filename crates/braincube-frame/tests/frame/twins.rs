//! Compares the fast paths for columns of many chunks with a simple reference: `serde_json` for the strings, and the standard
//! library for numbers. The cells are similar where the fast paths compare them: in their length, at their ends, and in all
//! bytes but one.
//!
//! `BRAINCUBE_FRAME_ROUNDS` is the number of columns of each kind.

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Float64Type, Int32Type};
#[cfg(feature = "parallel")]
use braincube_frame::decode;
use braincube_frame::{Error, Frame, FrameDecoder, FrameOptions, Numbers};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

use super::response;
use super::spaced::{self, spaced};

/// The approximate size of a chunk in bytes.
const CHUNK: usize = 32 * 1024;

fn rounds() -> usize {
    let message = std::env::var("BRAINCUBE_FRAME_ROUNDS");
    message.map_or(2, |rounds| rounds.parse().unwrap())
}

/// Decodes a response in parts that end here.
fn read(body: &[u8], ends: &[usize], options: &FrameOptions) -> Result<Frame, Error> {
    let mut decoder = FrameDecoder::new(vec![], options.clone());
    let mut start = 0;
    for end in ends.iter().copied().chain([body.len()]) {
        decoder.push(&body[start..end])?;
        start = end;
    }
    decoder.finish()
}

/// The labels of a discrete column. Each must be stored once, in the order of appearance.
fn labels(frame: &Frame) -> Vec<Option<String>> {
    let array = frame.batch().column(0).as_dictionary::<Int32Type>();
    let values = array.values().as_string::<i32>();
    let mut next = 0;
    let keys = array.keys().iter().map(|key| {
        let key = usize::try_from(key?).unwrap();
        assert!(key <= next, "labels are not numbered in their order");
        next = next.max(key + 1);
        Some(values.value(key).to_owned())
    });
    let labels = keys.collect();
    assert_eq!(next, values.len());
    let once: std::collections::HashSet<_> = values.iter().collect();
    assert_eq!(once.len(), values.len(), "a label is stored twice");
    labels
}

fn bits(frame: &Frame) -> Vec<Option<String>> {
    let array = frame.batch().column(0).as_primitive::<Float64Type>();
    let bits = array
        .iter()
        .map(|value| value.map(|value| format!("{:x}", value.to_bits())));
    bits.collect()
}

/// Where a response of several chunks is split in two: at each byte around a cut, and sometimes elsewhere.
fn places(body: &[u8], stride: usize) -> impl Iterator<Item = usize> {
    let is_near = |at: &usize| {
        let from_cut = at % CHUNK;
        *at < 80 || !(180..CHUNK - 20).contains(&from_cut) || at.is_multiple_of(997)
    };
    (1..body.len()).filter(is_near).step_by(stride)
}

/// Decodes cells, written as JSON, on all paths. `expected` is the result of each.
fn check(
    kind: &str,
    cells: &[String],
    expected: &[Option<String>],
    found: fn(&Frame) -> Vec<Option<String>>,
) {
    let body = response(kind, &format!("[{}]", cells.join(",")));
    let body = body.as_bytes();
    let options = FrameOptions::default();
    let whole = read(body, &[], &options).unwrap();
    let cells_found = found(&whole);
    assert_eq!(cells_found.len(), expected.len());
    for (row, (found, expected)) in cells_found.iter().zip(expected).enumerate() {
        assert_eq!(found, expected, "row {row}: {}", cells[row]);
    }
    let same = |frame: Frame, how: &dyn std::fmt::Debug| {
        assert_eq!(frame.batch(), whole.batch(), "{how:?}");
        assert_eq!(
            frame.report().columns(),
            whole.report().columns(),
            "{how:?}"
        );
    };
    same(read(&spaced(body), &[], &options).unwrap(), &"spaced");
    let stride = if cfg!(debug_assertions) { 97 } else { 1 };
    for place in places(body, stride) {
        same(read(body, &[place], &options).unwrap(), &place);
    }
    for most in [1, 3, 64, 104, 8_191] {
        let ends: Vec<_> = (1..body.len()).step_by(most).collect();
        same(read(body, &ends, &options).unwrap(), &most);
    }
    #[cfg(feature = "parallel")]
    {
        let body = spaced::behind_a_megabyte(body);
        let parallel = options.with_parallel(true);
        let at_once = decode(&body, vec![], parallel.clone());
        same(at_once.unwrap(), &"as a whole");
        for most in [usize::MAX, 50_000, 4_096] {
            let ends: Vec<_> = (most.min(body.len())..body.len()).step_by(most).collect();
            same(read(&body, &ends, &parallel).unwrap(), &("parallel", most));
        }
    }
}

/// Some of these cells as JSON, most of them several times, for about two chunks.
fn column(runner: &mut TestRunner, some: &impl Strategy<Value = Vec<String>>) -> Vec<String> {
    let some = some.new_tree(runner).unwrap().current();
    let mut cells = Vec::new();
    let mut bytes = 0;
    let mut state = 1u64;
    while bytes < CHUNK * 5 / 2 {
        // Knuth's numbers, which have no pattern that the cells could have too.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let cell = &some[usize::try_from(state >> 33).unwrap() % some.len()];
        bytes += cell.len() + 3;
        cells.push(format!("\"{cell}\""));
    }
    cells
}

fn each_column(some: impl Strategy<Value = Vec<String>>, check: impl Fn(Vec<String>)) {
    let mut runner = TestRunner::new(Config::default());
    for _ in 0..rounds() {
        check(column(&mut runner, &some));
    }
}

fn check_labels(cells: Vec<String>) {
    let expected: Vec<_> = cells
        .iter()
        .map(|cell| serde_json::from_str::<String>(cell).unwrap())
        .map(|label| (label != "?").then_some(label))
        .collect();
    check("DISCRETE", &cells, &expected, labels);
}

/// Labels of 0 to 40 bytes that differ in a byte, in their length or in their first or last words.
fn alike() -> impl Strategy<Value = Vec<String>> {
    let label = prop_oneof![
        4 => "x{0,40}",
        4 => "x{0,33}yx{0,8}",
        2 => "[xy]{7,9}|[xy]{15,17}|[xy]{31,33}",
        // So many that some have the same slot, each different in one word.
        4 => "[a-z]{2}x{30,34}|x{8}[a-z]{2}x{22}|x{14}[a-z]{2}x{16}|x{30,34}[a-z]{2}",
        2 => "(abcdefgh){1,5}[a-h]?",
        1 => "é{0,20}x?|x{0,3}é{1,16}|(x|😀|\u{7f}|\u{80}){0,10}",
        1 => r"\?|\?\?|null|NaN|[|^_~{}\[\],:]{0,33}",
    ];
    prop::collection::vec(label, 1..700)
}

#[test]
fn similar_labels_are_distinguished_on_all_paths() {
    each_column(alike(), check_labels);
}

#[test]
fn similar_labels_with_escapes_are_distinguished_on_all_paths() {
    let escaped = prop_oneof![
        r#"(x|\\\\|\\"|\\n|\\u0078|\\u00e9|é|\\u0000){0,8}"#,
        r#"x{0,31}\\u003[f0]x{0,3}|\\u003f|\?"#,
        r#"(\\\\){0,20}|(\\\\){0,20}\\""#,
        r#"(\\ud83d\\ude00|😀){0,4}"#,
    ];
    let some = (alike(), prop::collection::vec(escaped, 1..300));
    let some = some.prop_map(|(plain, escaped)| plain.into_iter().chain(escaped).collect());
    each_column(some, check_labels);
}

#[test]
fn similar_numbers_are_distinguished_on_all_paths() {
    let number = prop_oneof![
        8 => "-?[0-9]{1,9}",
        8 => "-?[0-9]{0,8}\\.[0-9]{1,8}",
        4 => "-?[0-9]{1,8}\\.",
        2 => "[-+]?[0-9]{1,3}(\\.[0-9]{1,12})?e[-+]?[0-9]{1,2}",
        1 => "-?[0-9]{10,30}(\\.[0-9]{0,20})?",
        1 => "\\?|nan|null|NaN|inf|-inf|\\+7|-0|0",
    ];
    each_column(prop::collection::vec(number, 1..700), |cells| {
        let expected: Vec<_> = cells
            .iter()
            .map(|cell| {
                cell.trim_matches('"')
                    .parse::<f64>()
                    .ok()
                    .filter(|value| !value.is_nan())
            })
            .map(|value| value.map(|value| format!("{:x}", value.to_bits())))
            .collect();
        check("NUMERIC", &cells, &expected, bits);
        // As integers while all are, and then as the same floats.
        let body = response("NUMERIC", &format!("[{}]", cells.join(",")));
        let infer = FrameOptions::default().with_numbers(Numbers::Infer);
        let inferred = read(body.as_bytes(), &[], &infer).unwrap();
        if inferred
            .batch()
            .column(0)
            .as_primitive_opt::<Float64Type>()
            .is_some()
        {
            assert_eq!(bits(&inferred), expected);
        }
    });
}
