//! The tests of a Rust file whose names carry ids.

use super::Id;

/// Names of types that look like ids; they end the ids at the start of a name.
const TYPES: [&str; 6] = ["f32", "f64", "i32", "i64", "u32", "u64"];

/// A test that carries at least one id.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TestName {
    pub(super) name: String,
    pub(super) line: usize,
    pub(super) ids: Vec<Id>,
}

/// The functions with a `#[test]` or `#[tokio::test]` attribute whose names start with an id.
///
/// A test that is ignored does not count.
pub(super) fn tests(text: &str) -> impl Iterator<Item = TestName> {
    let mut is_test = false;
    let mut is_ignored = false;
    text.lines().zip(1..).filter_map(move |(line, number)| {
        let code = line.trim_start();
        is_test |= code.starts_with("#[test]") || code.starts_with("#[tokio::test");
        is_ignored |= code.starts_with("#[ignore");
        let name = function_name(code)?;
        let runs = is_test && !is_ignored;
        (is_test, is_ignored) = (false, false);
        let ids = leading_ids(name);
        (runs && !ids.is_empty()).then(|| TestName {
            name: name.to_owned(),
            line: number,
            ids,
        })
    })
}

/// The name of the function that a line begins.
fn function_name(code: &str) -> Option<&str> {
    let code = code.strip_prefix("async ").unwrap_or(code);
    let name = code.strip_prefix("fn ")?;
    name.split(['(', '<']).next()
}

/// The ids at the start of a name: `n5_n6_a_reset` has two.
fn leading_ids(name: &str) -> Vec<Id> {
    let words = name.split('_').take_while(|word| !TYPES.contains(word));
    words
        .map_while(|word| {
            let is_lower = word.starts_with(|first: char| first.is_ascii_lowercase());
            Id::parse(&word.to_uppercase()).filter(|_| is_lower)
        })
        .collect()
}
