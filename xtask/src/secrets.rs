//! Checks that only the listed files expose secrets.

use crate::problems::{Outcome, Problems};
use crate::source::code_lines;
use crate::workspace::Workspace;

/// The function that returns the text of a secret.
const EXPOSE: &str = "expose_secret";

/// The files that may expose a secret, with the reason.
const ALLOWED: &[(&str, &str)] = &[
    (
        "crates/braincube-auth/src/secret.rs",
        "contains the functions that the rest of the code calls",
    ),
    ("xtask/src/secrets.rs", "contains the name of the function"),
];

/// The verb `secrets`.
pub(crate) fn run(workspace: &Workspace, _arguments: &[String]) -> Outcome {
    let files = workspace.rust_files()?.into_iter();
    let exposing: Vec<_> = files
        .filter_map(|(file, text)| first_use(&text).map(|line| (file, line)))
        .collect();
    Problems::check(compare(&exposing, ALLOWED))?;
    Ok(format!(
        "{} files expose secrets, all of them are listed",
        exposing.len()
    ))
}

/// Returns the first line of code that exposes a secret.
fn first_use(text: &str) -> Option<usize> {
    let mut uses = code_lines(text).filter(|(_, code)| code.contains(EXPOSE));
    uses.next().map(|(number, _)| number)
}

/// Returns the files that are not listed, and the listed files that do not expose secrets.
fn compare(exposing: &[(String, usize)], allowed: &[(&str, &str)]) -> Vec<String> {
    let unlisted = exposing
        .iter()
        .filter(|(file, _)| !allowed.iter().any(|(listed, _)| listed == file))
        .map(|(file, line)| {
            format!(
                "{file}:{line}: exposes a secret; pass the secret on, or list the file in xtask"
            )
        });
    let stale = allowed
        .iter()
        .filter(|(listed, _)| !exposing.iter().any(|(file, _)| file == listed))
        .map(|(listed, _)| format!("{listed}: is listed in xtask but exposes no secret"));
    unlisted.chain(stale).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_may_contain_the_name_of_the_function() {
        assert_eq!(first_use("/// Calls expose_secret.\nfn a() {}\n"), None);
        assert_eq!(first_use("use a;\nlet b = c.expose_secret();\n"), Some(2));
    }

    #[test]
    fn unlisted_files_and_stale_entries_are_reported() {
        let exposing = [("a.rs".to_owned(), 1), ("b.rs".to_owned(), 7)];
        let problems = compare(&exposing, &[("a.rs", "needed"), ("c.rs", "no longer")]);
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems[0].starts_with("b.rs:7: "), "{problems:?}");
        assert!(problems[1].starts_with("c.rs: "), "{problems:?}");
    }

    #[test]
    fn each_listed_file_has_a_reason() {
        assert!(ALLOWED.iter().all(|(_, reason)| !reason.is_empty()));
    }
}
