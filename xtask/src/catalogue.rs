//! Compares the failure catalogue with the tests, in both directions.
//!
//! Each row of the page needs a test with its id, and each id in the name of a test needs a row.

use std::collections::BTreeSet;
use std::fmt;

use crate::problems::{Outcome, Problems};
use crate::workspace::Workspace;

/// The page, relative to the root of the repository.
const PAGE: &str = "docs/failure-catalogue.md";

/// Names of types that look like ids.
const TYPES: [&str; 6] = ["f32", "f64", "i32", "i64", "u32", "u64"];

/// The id of a row, for example `N8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Id {
    letter: char,
    number: u32,
}

impl Id {
    /// Parses an id in upper case, as on the page: a letter and a number without leading zeros.
    fn parse(text: &str) -> Option<Self> {
        let letter = text.chars().next().filter(char::is_ascii_uppercase)?;
        let digits = &text[1..];
        let is_number =
            digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
        let number = digits.parse().ok().filter(|_| is_number)?;
        Some(Self { letter, number })
    }
}

impl fmt::Display for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}", self.letter, self.number)
    }
}

/// The content of the page.
#[derive(Debug, Default)]
struct Page {
    /// The ids of the rows and their lines, in the order of the page.
    rows: Vec<(Id, usize)>,
    /// The number of sections with a letter.
    tables: usize,
    /// The problems of the page, by line.
    problems: Vec<(usize, String)>,
}

/// A test with at least one id.
#[derive(Debug, PartialEq, Eq)]
struct TestName {
    name: String,
    line: usize,
    ids: Vec<Id>,
}

/// The verb `catalogue`.
pub(crate) fn run(workspace: &Workspace, _arguments: &[String]) -> Outcome {
    let text = workspace
        .text(PAGE)?
        .ok_or_else(|| Problems::one(format!("{PAGE} is not UTF-8")))?;
    let page = Page::parse(&text);
    let files = workspace.rust_files()?;
    let tests: Vec<_> = files
        .iter()
        .flat_map(|(file, text)| tests(text).map(move |test| (file.clone(), test)))
        .collect();
    Problems::check(compare(&page, &tests))?;
    Ok(format!(
        "{} rows in {} tables, each with a test; {} tests carry an id, each with a row",
        page.rows.len(),
        page.tables,
        tests.len()
    ))
}

/// Returns the problems of the page, the rows without a test, and the ids without a row.
fn compare(page: &Page, tests: &[(String, TestName)]) -> Vec<String> {
    let rows: BTreeSet<Id> = page.rows.iter().map(|(id, _)| *id).collect();
    let covered: BTreeSet<Id> = tests
        .iter()
        .flat_map(|(_, test)| test.ids.iter().copied())
        .collect();
    let malformed = page
        .problems
        .iter()
        .map(|(line, what)| format!("{PAGE}:{line}: {what}"));
    let uncovered = page.rows.iter().filter(|(id, _)| !covered.contains(id));
    let uncovered = uncovered.map(|(id, line)| {
        let prefix = id.to_string().to_lowercase();
        format!("{PAGE}:{line}: row {id} has no test; name one `{prefix}_…` or remove the row")
    });
    let unknown = tests.iter().flat_map(|(file, test)| {
        let missing = test.ids.iter().filter(|id| !rows.contains(id));
        missing.map(move |id| {
            let (line, name) = (test.line, &test.name);
            format!(
                "{file}:{line}: the test {name} carries the id {id}, which has no row in {PAGE}"
            )
        })
    });
    malformed.chain(uncovered).chain(unknown).collect()
}

impl Page {
    /// Reads the tables below the headings that start with a letter, such as `## N Network`.
    ///
    /// Other sections and the prose of a section are skipped.
    fn parse(text: &str) -> Self {
        let mut page = Self::default();
        let mut seen = BTreeSet::new();
        let mut section = None;
        for (line, number) in text.lines().zip(1..) {
            if let Some(heading) = line.strip_prefix("## ") {
                section = section_letter(heading);
                page.tables += usize::from(section.is_some());
            }
            let Some(letter) = section.filter(|_| is_row(line)) else {
                continue;
            };
            match read_row(line, letter) {
                Err(what) => page.problems.push((number, what)),
                Ok(id) => {
                    let last = page.rows.last().map(|(last, _)| *last);
                    let is_behind = last.is_some_and(|last| last.letter == letter && id < last);
                    if !seen.insert(id) {
                        page.problems
                            .push((number, format!("the id {id} is repeated")));
                    } else if is_behind {
                        page.problems
                            .push((number, format!("the id {id} is out of order")));
                    }
                    page.rows.push((id, number));
                }
            }
        }
        page
    }
}

/// The letter of a heading `N Network`.
fn section_letter(heading: &str) -> Option<char> {
    let (letter, _) = heading.split_once(' ')?;
    let mut letters = letter.chars();
    let first = letters.next().filter(char::is_ascii_uppercase);
    first.filter(|_| letters.next().is_none())
}

/// Whether a line is a row of a table, but not its header or delimiter.
fn is_row(line: &str) -> bool {
    line.starts_with('|') && !line.starts_with("| id |") && !line.starts_with("|---")
}

/// The id of a row of three cells, none of them empty.
fn read_row(line: &str, letter: char) -> Result<Id, String> {
    let unescaped = line.replace("\\|", "");
    let cells = unescaped.trim().trim_matches('|').split('|').map(str::trim);
    let cells: Vec<&str> = cells.collect();
    let [id, situation, behaviour] = cells[..] else {
        return Err(format!("expected 3 cells, found {}", cells.len()));
    };
    if situation.is_empty() || behaviour.is_empty() {
        return Err(format!("the row {id} has an empty cell"));
    }
    Id::parse(id)
        .filter(|id| id.letter == letter)
        .ok_or_else(|| {
            format!("{id:?} is not an id of section {letter}; expected {letter}1, {letter}2, …")
        })
}

/// Returns the functions with a `#[test]` or `#[tokio::test]` attribute whose names start with an id.
///
/// Ignored tests do not count.
fn tests(text: &str) -> impl Iterator<Item = TestName> {
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

/// The name of the function that a line declares.
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

#[cfg(test)]
mod tests;
