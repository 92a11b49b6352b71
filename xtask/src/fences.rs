//! Checks the tags of code fences, in doc comments and in Markdown files.
//!
//! A tag outside the list is either a fence that nobody compiles (`ignore`, or a tag that rustdoc
//! does not know) or one spelled so that rustdoc takes it for prose.

use crate::options;
use crate::problems::{Outcome, Problems};
use crate::workspace::Workspace;

/// The tags that a fence may carry. None at all means Rust in a doc comment.
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
    Ok(format!("{checked} files, every code fence has a known tag"))
}

/// Where fences stand in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Document {
    /// Anywhere.
    Markdown,
    /// In `///` and `//!` comments.
    Rust,
}

/// An open fence: its marker character, how many of them, and the line where it began.
struct Open {
    marker: char,
    width: usize,
    line: usize,
}

/// Every fence with a tag that is not allowed, and every fence that is never closed.
fn check(text: &str, document: Document) -> Vec<(usize, String)> {
    let mut problems = Vec::new();
    let mut open: Option<Open> = None;
    for (line, number) in text.lines().zip(1..) {
        let Some(prose) = prose(line, document) else {
            problems.extend(open.take().map(never_closed));
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
    problems.extend(open.map(never_closed));
    problems
}

/// The part of a line that is documentation, if any.
fn prose(line: &str, document: Document) -> Option<&str> {
    match document {
        Document::Markdown => Some(line),
        Document::Rust => {
            let line = line.trim_start();
            // Four slashes begin a plain comment.
            let comment = line
                .strip_prefix("///")
                .filter(|rest| !rest.starts_with('/'));
            comment.or_else(|| line.strip_prefix("//!"))
        }
    }
}

/// The marker, its width and what follows it, if a line opens or closes a fence.
fn fence(line: &str) -> Option<(char, usize, &str)> {
    let line = line.trim();
    let marker = line
        .chars()
        .next()
        .filter(|marker| matches!(marker, '`' | '~'))?;
    let info = line.trim_start_matches(marker);
    let width = line.len() - info.len();
    // Text in backticks on one line is no fence.
    let is_fence = width >= 3 && !(marker == '`' && info.contains('`'));
    is_fence.then_some((marker, width, info.trim()))
}

fn unknown_tag(info: &str) -> Option<String> {
    let mut tags = info.split([',', ' ']).filter(|tag| !tag.is_empty());
    let unknown = tags.find(|tag| !TAGS.contains(tag))?;
    Some(format!(
        "code fence with the tag `{unknown}`; use one of {}, or none",
        TAGS.join(", ")
    ))
}

fn never_closed(fence: Open) -> (usize, String) {
    (fence.line, "code fence that is never closed".to_owned())
}

#[cfg(test)]
mod tests;
