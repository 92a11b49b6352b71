//! The page as a list of rows.

use std::collections::BTreeSet;

use super::Id;

/// What the page contains.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// The rows in the order of the page.
    pub(super) rows: Vec<Row>,
    /// The number of sections that have a letter.
    pub(super) tables: usize,
    /// What is wrong with the page, by line.
    pub(super) problems: Vec<(usize, String)>,
}

/// One row, and the line where it stands.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) id: Id,
    pub(super) line: usize,
}

impl Page {
    /// Reads the tables below the headings that start with a letter, such as `## N Network`.
    ///
    /// Other sections and the prose of a section are skipped.
    pub(super) fn parse(text: &str) -> Self {
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
                    let last = page.rows.last().map(|row| row.id);
                    let is_behind = last.is_some_and(|last| last.letter == letter && id < last);
                    if !seen.insert(id) {
                        page.problems
                            .push((number, format!("the id {id} is repeated")));
                    } else if is_behind {
                        page.problems
                            .push((number, format!("the id {id} is out of order")));
                    }
                    page.rows.push(Row { id, line: number });
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

/// Whether a line is a row of a table, neither its header nor the rule below the header.
fn is_row(line: &str) -> bool {
    line.starts_with('|') && !line.starts_with("| id |") && !line.starts_with("|---")
}

/// The id of a row of three cells, none of them empty.
fn read_row(line: &str, letter: char) -> Result<Id, String> {
    let unescaped = line.replace("\\|", "");
    let cells = unescaped.trim().trim_matches('|').split('|').map(str::trim);
    let cells: Vec<&str> = cells.collect();
    let [id, situation, behaviour] = cells[..] else {
        return Err(format!("a row has 3 cells, this one has {}", cells.len()));
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
