//! Checks documentation and comments for words that are not plain technical English.
//!
//! Covers the Rust files and Markdown files of `crates/` and `xtask/` and the Markdown files in the
//! root of the repository. Code fences, inline code and string literals are not checked.

use crate::options;
use crate::problems::{Outcome, Problems};
use crate::workspace::Workspace;

/// The phrases to avoid, each with its replacement. They match whole words in any case.
const AVOIDED: &[(&str, &str)] = &[
    ("whoever", "the subject, such as `the caller`"),
    ("whomever", "the object, such as `the caller`"),
    ("nobody", "`no caller`, `no process` or the passive"),
    ("somebody", "`another process`, `a user` or the passive"),
    ("anybody", "`any caller`, `any user` or the passive"),
    ("everybody", "`all users`"),
    ("whatever", "`any` or `regardless of`"),
    ("is no", "`is not a`"),
    ("are no", "`are not`"),
    ("answer", "`response`"),
    ("answers", "`responses` or `responds`"),
    ("answered", "`responded`"),
    ("at hand", "`available` or `cached`"),
    ("becomes of", "`happens to`"),
    ("become of", "`happened to`"),
    ("breaks off", "`is truncated` or `is interrupted`"),
    ("broken off", "`truncated` or `interrupted`"),
    ("comes about", "`happens`"),
    ("gives away", "`leaks`"),
    ("give away", "`leak`"),
    ("gives back", "`returns`"),
    ("give back", "`return`"),
    ("given back", "`returned`"),
    ("is told", "`is reported` or `is logged`"),
    ("are told", "`are reported` or `are logged`"),
    ("stands in", "`is in`"),
    ("door", "`endpoint`"),
    ("brick", "`layer`"),
    ("bricks", "`layers`"),
    ("visitor", "`client` or `connection`"),
    ("visitors", "`clients` or `connections`"),
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
    if arguments.iter().any(|argument| argument.starts_with('-')) {
        options::none(arguments)?;
    }
    let mut problems = Vec::new();
    let mut checked = 0;
    for file in workspace.files()? {
        let is_selected =
            arguments.is_empty() || arguments.iter().any(|path| file.starts_with(path));
        let Some(document) = Document::of(&file).filter(|_| is_selected) else {
            continue;
        };
        let Some(text) = workspace.text(&file)? else {
            continue;
        };
        checked += 1;
        let found = check(&text, document);
        problems.extend(found.map(|(line, phrase, replacement)| {
            format!("{file}:{line}: avoid `{phrase}`; use {replacement}")
        }));
    }
    Problems::check(problems)?;
    Ok(format!("{checked} files, none has a word to avoid"))
}

/// The kind of a document, which determines where prose occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Document {
    /// On any line.
    Markdown,
    /// In comments.
    Rust,
}

impl Document {
    fn of(file: &str) -> Option<Self> {
        let is_in_package = file.starts_with("crates/") || file.starts_with("xtask/");
        if file.ends_with(".md") && (is_in_package || !file.contains('/')) {
            Some(Self::Markdown)
        } else if file.ends_with(".rs") && is_in_package {
            Some(Self::Rust)
        } else {
            None
        }
    }

    /// The prose of a line, if it has any.
    fn prose(self, line: &str) -> Option<&str> {
        match self {
            Self::Markdown => Some(line),
            Self::Rust => match line.trim_start().strip_prefix("//") {
                Some(comment) => Some(comment.trim_start_matches(['/', '!'])),
                None => line
                    .match_indices(" // ")
                    .find(|(start, _)| !ends_in_string(&line[..*start]))
                    .map(|(start, marker)| &line[start + marker.len()..]),
            },
        }
    }
}

/// Whether a part of a line ends within a string literal.
fn ends_in_string(code: &str) -> bool {
    let quotes = code.matches('"').count() - code.matches("\\\"").count();
    quotes % 2 == 1
}

/// Returns the line, the phrase and its replacement for each phrase to avoid.
fn check(text: &str, document: Document) -> impl Iterator<Item = (usize, &str, &str)> {
    let words = words(text, document);
    let starts_with = |words: &[(usize, String)], phrase: &str| {
        let mut words = words.iter().map(|(_, word)| word.as_str());
        phrase.split(' ').all(|word| words.next() == Some(word))
    };
    let mut found = Vec::new();
    for start in 0..words.len() {
        let rest = &words[start..];
        let avoided = AVOIDED.iter().find(|(phrase, _)| starts_with(rest, phrase));
        let is_allowed = (start.saturating_sub(1)..=start).any(|start| {
            ALLOWED
                .iter()
                .any(|phrase| starts_with(&words[start..], phrase))
        });
        if let Some((phrase, replacement)) = avoided.filter(|_| !is_allowed) {
            found.push((words[start].0, *phrase, *replacement));
        }
    }
    found.into_iter()
}

/// The words of the prose in lower case with their lines. An empty word separates passages between
/// which there is code.
fn words(text: &str, document: Document) -> Vec<(usize, String)> {
    let mut words = Vec::new();
    let mut is_in_fence = false;
    for (line, number) in text.lines().zip(1..) {
        let Some(prose) = document.prose(line) else {
            is_in_fence = false;
            words.push((number, String::new()));
            continue;
        };
        if prose.trim_start().starts_with("```") {
            is_in_fence = !is_in_fence;
            words.push((number, String::new()));
        } else if !is_in_fence {
            // Every other part is inline code.
            for part in prose.split('`').step_by(2) {
                let found = part.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '\'');
                let found = found.filter(|word| !word.is_empty());
                words.extend(found.map(|word| (number, word.to_lowercase())));
                words.push((number, String::new()));
            }
            // A phrase may continue on the next line.
            words.pop();
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, document: Document) -> Vec<(usize, &str)> {
        let found = check(text, document);
        found.map(|(line, phrase, _)| (line, phrase)).collect()
    }

    #[test]
    fn phrases_are_found_in_comments_only() {
        let text = [
            "//! Whoever calls.",
            "let whoever = \"nobody \\\" // nobody\"; // Somebody's, nobody",
            "/// ```",
            "/// whoever();",
            "/// ```",
            "/// There is no `is no`, `whoever`. A number is no text.",
        ];
        let expected = [(1, "whoever"), (2, "nobody"), (6, "is no")];
        assert_eq!(found(&text.join("\n"), Document::Rust), expected);
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
        assert_eq!(found(&text.join("\n"), Document::Rust), [(1, "is no")]);
    }

    #[test]
    fn whole_words_match_in_markdown_outside_fences() {
        let text =
            "It is no longer here.\nThe ANSWER_A is noisy.\n```text\nnobody\n```\nAn Answer.\n";
        assert_eq!(found(text, Document::Markdown), [(6, "answer")]);
    }

    #[test]
    fn only_documentation_of_the_repository_is_checked() {
        for (file, expected) in [
            ("README.md", Some(Document::Markdown)),
            ("docs/failure-catalogue.md", None),
            ("crates/a/README.md", Some(Document::Markdown)),
            ("crates/a/tests/b.rs", Some(Document::Rust)),
            ("crates/a/Cargo.toml", None),
        ] {
            assert_eq!(Document::of(file), expected, "{file}");
        }
    }
}
