//! Tasks of the repository, run as `cargo xtask VERB`.
//!
//! Each verb is in the module of its name and returns one closing line or a list of problems. The checks are pure
//! functions over text; the verbs read files and start processes.

mod bench;
mod catalogue;
mod ci;
mod conformance;
mod cycles;
mod fences;
mod layers;
mod problems;
mod secrets;
mod sizes;
mod snapshots;
mod source;
mod words;
mod workspace;

use std::process::ExitCode;

use problems::{Outcome, print, print_error};
use workspace::Workspace;

/// A task: its name, its arguments, its summary and its function.
struct Verb {
    name: &'static str,
    arguments: &'static str,
    summary: &'static str,
    run: fn(&Workspace, &[String]) -> Outcome,
}

const VERBS: &[Verb] = &[
    verb(
        "bench",
        "[--quick]",
        "measure the decoder and write its PERFORMANCE.md",
        bench::run,
    ),
    verb(
        "catalogue",
        "",
        "compare the failure catalogue with the tests",
        catalogue::run,
    ),
    verb("ci", "", "run all checks except conformance", ci::run),
    verb(
        "conformance",
        "[--if-available]",
        "compare the tool with Python programs",
        conformance::run,
    ),
    verb(
        "cycles",
        "",
        "find cycles of files within a crate",
        cycles::run,
    ),
    verb("fences", "", "check the tags of code fences", fences::run),
    verb(
        "layers",
        "",
        "check the dependencies of each crate",
        layers::run,
    ),
    verb(
        "secrets",
        "",
        "check which files expose secrets",
        secrets::run,
    ),
    verb(
        "sizes",
        "",
        "check the size of files and of the workspace",
        sizes::run,
    ),
    verb(
        "snapshots",
        "[--check]",
        "regenerate or compare snapshots and fixtures",
        snapshots::run,
    ),
    verb(
        "words",
        "[PATH…]",
        "check texts for words to avoid",
        words::run,
    ),
];

const fn verb(
    name: &'static str,
    arguments: &'static str,
    summary: &'static str,
    run: fn(&Workspace, &[String]) -> Outcome,
) -> Verb {
    Verb {
        name,
        arguments,
        summary,
        run,
    }
}

impl Verb {
    /// Whether the verb has this argument.
    fn accepts(&self, argument: &str) -> bool {
        let is_path = self.arguments == "[PATH…]" && !argument.starts_with('-');
        is_path || self.arguments == format!("[{argument}]")
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else {
        print(&usage());
        return ExitCode::SUCCESS;
    };
    let Some(verb) = VERBS.iter().find(|verb| verb.name == name) else {
        print_error(&format!("xtask: unknown verb `{name}`\n\n{}", usage()));
        return ExitCode::from(2);
    };
    if let Some(argument) = rest.iter().find(|argument| !verb.accepts(argument)) {
        print_error(&format!(
            "{name}: unknown argument `{argument}`\n\n{}",
            usage()
        ));
        return ExitCode::from(2);
    }
    match Workspace::find().and_then(|workspace| (verb.run)(&workspace, rest)) {
        Ok(closing_line) => {
            print(&format!("{name}: {closing_line}"));
            ExitCode::SUCCESS
        }
        Err(problems) => {
            print_error(&problems.to_string());
            print_error(&format!("{name}: failed, {}", problems.count()));
            ExitCode::FAILURE
        }
    }
}

fn usage() -> String {
    let mut text = String::from("cargo xtask VERB");
    for verb in VERBS {
        let call = format!("{} {}", verb.name, verb.arguments);
        text.push_str(&format!("\n  {call:<29}{}", verb.summary));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_lists_each_verb_once_in_order() {
        let names: Vec<&str> = VERBS.iter().map(|verb| verb.name).collect();
        assert!(names.is_sorted());
        let text = usage();
        for name in names {
            assert_eq!(
                text.matches(&format!("\n  {name} ")).count(),
                1,
                "{name} in {text}"
            );
        }
    }

    #[test]
    fn a_verb_accepts_only_its_arguments() {
        let find = |name| VERBS.iter().find(|verb| verb.name == name).unwrap();
        for (name, argument, expected) in [
            ("snapshots", "--check", true),
            ("snapshots", "--chek", false),
            ("snapshots", "now", false),
            ("ci", "now", false),
            ("words", "crates/braincube", true),
            ("words", "--all", false),
        ] {
            assert_eq!(find(name).accepts(argument), expected, "{name} {argument}");
        }
    }
}
