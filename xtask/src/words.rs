//! Checks documentation, comments and messages for words that are not plain technical English.
//!
//! Covers the Rust and Markdown files of `crates/`, `xtask/` and `docs/`, and the Markdown files in the root of the
//! repository. Code fences and inline code are not checked. Of string literals, those that are complete on their line are.

use crate::problems::{Outcome, Problems};
use crate::workspace::Workspace;

/// The phrases to avoid, each with its replacement. They match whole words in any case; `*` matches any ending.
const AVOIDED: &[(&str, &str)] = &[
    ("whoever", "the subject, such as `the caller`"),
    ("whomever", "the object, such as `the caller`"),
    ("nobody", "`no caller`, `no process` or the passive"),
    ("somebody", "`another process`, `a user` or the passive"),
    ("is no", "`is not a`"),
    ("are no", "`are not`"),
    ("answer*", "`response` or `respond`"),
    ("at hand", "`available` or `cached`"),
    ("become of", "`happened to`"),
    ("broken off", "`truncated` or `interrupted`"),
    ("gives away", "`leaks`"),
    ("gives back", "`returns`"),
    ("given back", "`returned`"),
    ("is told", "`is reported` or `is logged`"),
    ("are told", "`are reported` or `are logged`"),
    ("stands in", "`is in`"),
    ("brick*", "`layer`"),
    ("visitor*", "`client` or `connection`"),
];

/// Correct phrases that contain a phrase to avoid, at their first or second word.
const ALLOWED: &[&str] = &[
    "is no longer",
    "are no longer",
    "there is no",
    "there are no",
];

/// The verb `words`; its arguments are prefixes of the paths to check, by default all.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Outcome {
    let mut problems = Vec::new();
    let mut checked = 0;
    for file in workspace.files()? {
        let is_selected =
            arguments.is_empty() || arguments.iter().any(|path| file.starts_with(path));
        if !is_selected || !is_covered(&file) {
            continue;
        }
        let Some(text) = workspace.text(&file)? else {
            continue;
        };
        checked += 1;
        let found = check(&text, file.ends_with(".md")).into_iter();
        problems.extend(found.map(|(line, phrase, replacement)| {
            format!("{file}:{line}: avoid `{phrase}`; use {replacement}")
        }));
    }
    Problems::check(problems)?;
    Ok(format!("{checked} files, none has a word to avoid"))
}

/// Whether a file is documentation or code of the repository. This file contains the phrases.
fn is_covered(file: &str) -> bool {
    let directories = ["crates/", "xtask/", "docs/"];
    let is_inside = directories
        .iter()
        .any(|directory| file.starts_with(directory));
    match file.rsplit_once('.') {
        Some((_, "md")) => is_inside || !file.contains('/'),
        Some((_, "rs")) => is_inside && file != "xtask/src/words.rs",
        _ => false,
    }
}

/// Returns the line, the phrase and its replacement for each phrase to avoid.
fn check(text: &str, is_markdown: bool) -> Vec<(usize, &'static str, &'static str)> {
    let words = words(text, is_markdown);
    let is_at = |start: usize, phrase: &str| {
        let mut words = words[start..].iter().map(|(_, word)| word.as_str());
        phrase.split(' ').all(|pattern| {
            let word = words.next().unwrap_or_default();
            match pattern.strip_suffix('*') {
                Some(prefix) => word.starts_with(prefix),
                None => word == pattern,
            }
        })
    };
    let mut found = Vec::new();
    for (start, (line, _)) in words.iter().enumerate() {
        let is_allowed = (start.saturating_sub(1)..=start)
            .any(|start| ALLOWED.iter().any(|phrase| is_at(start, phrase)));
        let avoided = AVOIDED.iter().find(|(phrase, _)| is_at(start, phrase));
        if let Some((phrase, replacement)) = avoided.filter(|_| !is_allowed) {
            found.push((*line, *phrase, *replacement));
        }
    }
    found
}

/// The words of the prose in lower case with their lines. An empty word separates passages.
fn words(text: &str, is_markdown: bool) -> Vec<(usize, String)> {
    let mut words = Vec::new();
    let mut is_in_fence = false;
    for (line, number) in text.lines().zip(1..) {
        let comment = line.trim_start().strip_prefix("//");
        let comment = comment.map(|comment| comment.trim_start_matches(['/', '!']));
        let Some(prose) = Some(line).filter(|_| is_markdown).or(comment) else {
            is_in_fence = false;
            words.push((number, String::new()));
            for literal in literals(line) {
                push_words(&mut words, number, literal);
                words.push((number, String::new()));
            }
            continue;
        };
        if prose.trim_start().starts_with("```") {
            is_in_fence = !is_in_fence;
            words.push((number, String::new()));
        } else if !is_in_fence {
            push_words(&mut words, number, prose);
        }
    }
    words
}

/// The string literals and the comment of a line of code; none if a literal may continue on another line.
fn literals(line: &str) -> impl Iterator<Item = &str> {
    let is_unclear = line.contains('\\') || line.contains("#\"") || line.contains("'\"'");
    let is_complete = !is_unclear && line.matches('"').count().is_multiple_of(2);
    let parts = line.split('"').enumerate();
    parts
        .filter(move |_| is_complete)
        .filter_map(|(index, part)| match index % 2 {
            1 => Some(part),
            _ => part.split_once(" // ").map(|(_, comment)| comment),
        })
}

/// Adds the words of a passage. A phrase may continue in the next passage, but not over inline code.
fn push_words(words: &mut Vec<(usize, String)>, line: usize, prose: &str) {
    // Every other part is inline code.
    for (index, part) in prose.split('`').step_by(2).enumerate() {
        if index > 0 {
            words.push((line, String::new()));
        }
        let found = part.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '\'');
        let found = found.filter(|word| !word.is_empty());
        words.extend(found.map(|word| (line, word.to_lowercase())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, is_markdown: bool) -> Vec<(usize, &str)> {
        let found = check(text, is_markdown).into_iter();
        found.map(|(line, phrase, _)| (line, phrase)).collect()
    }

    #[test]
    fn phrases_are_found_in_comments_and_literals() {
        let text = [
            "//! Whoever calls.",
            "let whoever = \"it is no // number\"; // Somebody's, nobody",
            "/// ```",
            "/// whoever();",
            "/// ```",
            "/// There is no `is no`, `whoever`. A number is no text.",
            "let x = \"nobody \\\" nobody\"; let y = r#\"nobody\"#;",
        ];
        let expected = [(1, "whoever"), (2, "is no"), (2, "nobody"), (6, "is no")];
        assert_eq!(found(&text.join("\n"), false), expected);
    }

    #[test]
    fn a_phrase_may_span_lines_but_not_code() {
        let text = [
            "/// It is",
            "/// no number.",
            "/// It is",
            "fn a() {}",
            "/// no item",
        ];
        assert_eq!(found(&text.join("\n"), false), [(1, "is no")]);
    }

    #[test]
    fn whole_words_match_in_markdown_outside_fences() {
        let text =
            "It is no longer here.\nThe MY_ANSWER is noisy.\n```text\nnobody\n```\nTwo Answers.\n";
        assert_eq!(found(text, true), [(6, "answer*")]);
    }

    #[test]
    fn documentation_and_code_of_the_repository_are_checked() {
        for (file, expected) in [
            ("README.md", true),
            ("docs/failure-catalogue.md", true),
            ("crates/a/README.md", true),
            ("crates/a/tests/b.rs", true),
            ("crates/a/Cargo.toml", false),
            ("other/a.rs", false),
        ] {
            assert_eq!(is_covered(file), expected, "{file}");
        }
    }
}
