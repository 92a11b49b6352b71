//! Checks the tags of code fences, in doc comments and in Markdown files.
//!
//! A tag outside the list is either not compiled (`ignore`, or a tag that rustdoc does not know) or
//! misspelled, so that rustdoc treats the code as text.

use crate::options;
use crate::problems::{Outcome, Problems};
use crate::workspace::Workspace;

/// The allowed tags. In a doc comment, no tag means Rust.
const TAGS: &[&str] = &[
    "compile_fail",
    "json",
    "no_run",
    "rust",
    "sh",
    "text",
    "toml",
];

/// The verb `fences`.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Outcome {
    options::none(arguments)?;
    let mut problems = Vec::new();
    let mut checked = 0;
    for file in workspace.files()? {
        let document = if file.ends_with(".md") {
            Document::Markdown
        } else if file.ends_with(".rs") {
            Document::Rust
        } else {
            continue;
        };
        let Some(text) = workspace.text(&file)? else {
            continue;
        };
        checked += 1;
        let found = check(&text, document);
        problems.extend(
            found
                .into_iter()
                .map(|(line, what)| format!("{file}:{line}: {what}")),
        );
    }
    Problems::check(problems)?;
    Ok(format!("{checked} files, all code fences have a known tag"))
}

/// The kind of a document, which determines where fences occur.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Document {
    /// On any line.
    Markdown,
    /// In `///` and `//!` comments.
    Rust,
}

/// An open fence: its marker, the number of markers and its line.
struct Open {
    marker: char,
    width: usize,
    line: usize,
}

/// Returns the fences with an unknown tag and the fences that are not closed.
fn check(text: &str, document: Document) -> Vec<(usize, String)> {
    let mut problems = Vec::new();
    let mut open: Option<Open> = None;
    for (line, number) in text.lines().zip(1..) {
        let Some(prose) = prose(line, document) else {
            problems.extend(open.take().map(not_closed));
            continue;
        };
        let Some((marker, width, info)) = fence(prose) else {
            continue;
        };
        match &open {
            Some(fence) if fence.marker == marker && fence.width <= width && info.is_empty() => {
                open = None;
            }
            Some(_) => {}
            None => {
                problems.extend(unknown_tag(info).map(|what| (number, what)));
                open = Some(Open {
                    marker,
                    width,
                    line: number,
                });
            }
        }
    }
    problems.extend(open.map(not_closed));
    problems
}

/// The documentation on a line, if any.
fn prose(line: &str, document: Document) -> Option<&str> {
    match document {
        Document::Markdown => Some(line),
        Document::Rust => {
            let line = line.trim_start();
            // Four slashes start a normal comment.
            let comment = line
                .strip_prefix("///")
                .filter(|rest| !rest.starts_with('/'));
            comment.or_else(|| line.strip_prefix("//!"))
        }
    }
}

/// Returns the marker, its width and the text after it if the line opens or closes a fence.
fn fence(line: &str) -> Option<(char, usize, &str)> {
    let line = line.trim();
    let marker = line
        .chars()
        .next()
        .filter(|marker| matches!(marker, '`' | '~'))?;
    let info = line.trim_start_matches(marker);
    let width = line.len() - info.len();
    // Inline code is not a fence.
    let is_fence = width >= 3 && !(marker == '`' && info.contains('`'));
    is_fence.then_some((marker, width, info.trim()))
}

fn unknown_tag(info: &str) -> Option<String> {
    let mut tags = info.split([',', ' ']).filter(|tag| !tag.is_empty());
    let unknown = tags.find(|tag| !TAGS.contains(tag))?;
    Some(format!(
        "unknown code fence tag `{unknown}`; use one of {}, or none",
        TAGS.join(", ")
    ))
}

fn not_closed(fence: Open) -> (usize, String) {
    (fence.line, "code fence is not closed".to_owned())
}

#[cfg(test)]
mod tests;
