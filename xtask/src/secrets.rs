//! Checks that secrets are opened in few places, each of them known.

use crate::options;
use crate::problems::{Outcome, Problems};
use crate::source::code_lines;
use crate::workspace::Workspace;

/// The function that turns a secret into text.
const OPENS_A_SECRET: &str = "expose_secret";

/// The files that may open a secret, each with the reason.
const ALLOWED: &[(&str, &str)] = &[
    (
        "crates/braincube-auth/src/secret.rs",
        "the one function that the rest of the code calls",
    ),
    ("xtask/src/secrets.rs", "this check names what it looks for"),
];

/// The verb `secrets`.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Outcome {
    options::none(arguments)?;
    let mut opening = Vec::new();
    for file in workspace
        .files()?
        .into_iter()
        .filter(|file| file.ends_with(".rs"))
    {
        let Some(text) = workspace.text(&file)? else {
            continue;
        };
        opening.extend(first_opening(&text).map(|line| (file, line)));
    }
    Problems::check(compare(&opening, ALLOWED))?;
    Ok(format!(
        "opened in {} files, all of them listed",
        opening.len()
    ))
}

/// The first line that opens a secret; documentation may speak of it.
fn first_opening(text: &str) -> Option<usize> {
    let mut openings = code_lines(text).filter(|(_, code)| code.contains(OPENS_A_SECRET));
    openings.next().map(|(number, _)| number)
}

/// What is opened without being listed, and what is listed without being opened.
fn compare(opening: &[(String, usize)], allowed: &[(&str, &str)]) -> Vec<String> {
    let unlisted = opening
        .iter()
        .filter(|(file, _)| !allowed.iter().any(|(listed, _)| listed == file))
        .map(|(file, line)| {
            format!("{file}:{line}: opens a secret; hand the secret on, or list the file in xtask")
        });
    let stale = allowed
        .iter()
        .filter(|(listed, _)| !opening.iter().any(|(file, _)| file == listed))
        .map(|(listed, _)| format!("{listed}: is listed in xtask, but opens no secret"));
    unlisted.chain(stale).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documentation_may_name_the_function() {
        assert_eq!(first_opening("/// Calls expose_secret.\nfn a() {}\n"), None);
        assert_eq!(
            first_opening("use a;\nlet b = c.expose_secret();\n"),
            Some(2)
        );
    }

    #[test]
    fn unlisted_files_and_stale_entries_are_named() {
        let opening = [("a.rs".to_owned(), 1), ("b.rs".to_owned(), 7)];
        let problems = compare(&opening, &[("a.rs", "needed"), ("c.rs", "no longer")]);
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems[0].starts_with("b.rs:7: "), "{problems:?}");
        assert!(problems[1].starts_with("c.rs: "), "{problems:?}");
    }

    #[test]
    fn the_list_gives_a_reason_for_each_file() {
        assert!(ALLOWED.iter().all(|(_, reason)| !reason.is_empty()));
    }
}
