//! Checks the tags of code fences, in doc comments and in Markdown files.
//!
//! A tag outside the list is either not compiled (`ignore`, or a tag that rustdoc does not know) or misspelled, so that
//! rustdoc treats the code as text.

use crate::problems::{Outcome, Problems};
use crate::workspace::Workspace;

/// The allowed tags. In a doc comment, no tag means Rust.
const TAGS: &[&str] = &[
    "compile_fail",
    "json",
    "no_run",
    "python",
    "rust",
    "sh",
    "text",
    "toml",
];

/// The verb `fences`.
pub(crate) fn run(workspace: &Workspace, _arguments: &[String]) -> Outcome {
    let mut problems = Vec::new();
    let mut checked = 0;
    for file in workspace.files()? {
        let is_markdown = file.ends_with(".md");
        if !is_markdown && !file.ends_with(".rs") {
            continue;
        }
        if let Some(text) = workspace.text(&file)? {
            checked += 1;
            let found = check(&text, is_markdown).into_iter();
            problems.extend(found.map(|(line, what)| format!("{file}:{line}: {what}")));
        }
    }
    Problems::check(problems)?;
    Ok(format!("{checked} files, all code fences have a known tag"))
}

/// Returns the fences with an unknown tag and the fences that are not closed.
fn check(text: &str, is_markdown: bool) -> Vec<(usize, String)> {
    let mut problems = Vec::new();
    // The marker of the open fence, such as "```", and its line.
    let mut open: Option<(&str, usize)> = None;
    let not_closed = |(_, line)| (line, "code fence is not closed".to_owned());
    for (line, number) in text.lines().zip(1..) {
        let Some(prose) = Some(line)
            .filter(|_| is_markdown)
            .or_else(|| doc_comment(line))
        else {
            problems.extend(open.take().map(not_closed));
            continue;
        };
        let Some((marker, info)) = fence(prose) else {
            continue;
        };
        match open {
            // A closing fence is at least as long as the opening one and has no tag.
            Some((opening, _)) if marker.starts_with(opening) && info.is_empty() => open = None,
            Some(_) => {}
            None => {
                problems.extend(unknown_tag(info).map(|what| (number, what)));
                open = Some((marker, number));
            }
        }
    }
    problems.extend(open.map(not_closed));
    problems
}

/// The documentation on a line of Rust, if any.
fn doc_comment(line: &str) -> Option<&str> {
    let line = line.trim_start();
    // Four slashes start a normal comment.
    let comment = line
        .strip_prefix("///")
        .filter(|rest| !rest.starts_with('/'));
    comment.or_else(|| line.strip_prefix("//!"))
}

/// Returns the marker and the text after it if the line opens or closes a fence.
fn fence(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    let first = line.chars().next()?;
    let info = line.trim_start_matches(first);
    let (marker, _) = line.split_at(line.len() - info.len());
    // Inline code is not a fence.
    let is_fence = marker.len() >= 3 && (first == '~' || first == '`' && !info.contains('`'));
    is_fence.then_some((marker, info.trim()))
}

fn unknown_tag(info: &str) -> Option<String> {
    let mut tags = info.split([',', ' ']).filter(|tag| !tag.is_empty());
    let unknown = tags.find(|tag| !TAGS.contains(tag))?;
    Some(format!(
        "unknown code fence tag `{unknown}`; use one of {}, or none",
        TAGS.join(", ")
    ))
}

#[cfg(test)]
mod tests;
