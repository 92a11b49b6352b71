//! Checks the failure catalogue against the tests, in both directions.
//!
//! Each row of the page has a test that carries its id, and each id that a test carries has a row.

mod page;
mod scan;

use std::collections::BTreeSet;
use std::fmt;

use self::page::Page;
use self::scan::TestName;
use crate::options;
use crate::problems::{Outcome, Problems};
use crate::workspace::Workspace;

/// The page, relative to the root of the repository.
const PAGE: &str = "docs/failure-catalogue.md";

/// The id of a row, such as `N8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Id {
    letter: char,
    number: u32,
}

impl Id {
    /// Reads an id in upper case, as the page has it: a letter and a number without leading zeros.
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

/// The verb `catalogue`.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Outcome {
    options::none(arguments)?;
    check(workspace)
}

/// Compares the page of the repository with the tests of its crates.
fn check(workspace: &Workspace) -> Outcome {
    let text = workspace
        .text(PAGE)?
        .ok_or_else(|| Problems::one(format!("{PAGE}: is not UTF-8")))?;
    let page = Page::parse(&text);
    let mut tests = Vec::new();
    for file in workspace.files()? {
        let is_rust = file.ends_with(".rs");
        if is_rust && (file.starts_with("crates/") || file.starts_with("xtask/")) {
            let text = workspace.text(&file)?.unwrap_or_default();
            let found = scan::tests(&text).map(|test| (file.clone(), test));
            tests.extend(found);
        }
    }
    Problems::check(compare(&page, &tests))?;
    Ok(format!(
        "{} rows in {} tables, each with a test; {} tests carry an id, each with a row",
        page.rows.len(),
        page.tables,
        tests.len()
    ))
}

/// What is wrong with the page itself, the rows without a test, and the ids of tests without a row.
fn compare(page: &Page, tests: &[(String, TestName)]) -> Vec<String> {
    let rows: BTreeSet<Id> = page.rows.iter().map(|row| row.id).collect();
    let covered: BTreeSet<Id> = tests
        .iter()
        .flat_map(|(_, test)| test.ids.iter().copied())
        .collect();
    let malformed = page
        .problems
        .iter()
        .map(|(line, what)| format!("{PAGE}:{line}: {what}"));
    let uncovered = page
        .rows
        .iter()
        .filter(|row| !covered.contains(&row.id))
        .map(|row| {
            let id = row.id.to_string();
            let line = row.line;
            let prefix = id.to_lowercase();
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

#[cfg(test)]
mod tests;
