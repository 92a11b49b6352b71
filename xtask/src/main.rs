//! The repository's own tasks, run as `cargo xtask VERB`.
//!
//! Every verb lives in the module of its name and gives back one closing line, or the list of what
//! is wrong. The checks are pure functions over text or over the dependency graph; the verbs read
//! files and start processes.

mod bench;
mod catalogue;
mod ci;
mod conformance;
mod console;
mod executable;
mod fences;
mod layers;
mod machine_paths;
mod metadata;
mod options;
mod problems;
mod secrets;
mod sizes;
mod snapshots;
mod source;
mod workspace;

use std::process::ExitCode;

use problems::Outcome;
use workspace::Workspace;

/// One task: its name, what follows the name, what it does, and the function that does it.
struct Verb {
    name: &'static str,
    arguments: &'static str,
    summary: &'static str,
    run: fn(&Workspace, &[String]) -> Outcome,
}

const VERBS: &[Verb] = &[
    Verb {
        name: "bench",
        arguments: "[--quick]",
        summary: "measure the decoder beside its peers and write its PERFORMANCE.md",
        run: bench::run,
    },
    Verb {
        name: "catalogue",
        arguments: "",
        summary: "each row of docs/failure-catalogue.md has a test, and each test's id a row",
        run: catalogue::run,
    },
    Verb {
        name: "ci",
        arguments: "",
        summary: "format, lints, documentation and every check except conformance",
        run: ci::run,
    },
    Verb {
        name: "conformance",
        arguments: "[--if-available]",
        summary: "the Python connector and the Parquet readers against the command line tool",
        run: conformance::run,
    },
    Verb {
        name: "fences",
        arguments: "",
        summary: "code fences in documentation use only known tags",
        run: fences::run,
    },
    Verb {
        name: "layers",
        arguments: "",
        summary: "each crate depends only on what its layer may",
        run: layers::run,
    },
    Verb {
        name: "secrets",
        arguments: "",
        summary: "secrets are opened only in the files that are listed for it",
        run: secrets::run,
    },
    Verb {
        name: "sizes",
        arguments: "",
        summary: "files stay small, lib.rs stays a table of contents, no path of a machine",
        run: sizes::run,
    },
    Verb {
        name: "snapshots",
        arguments: "[--check]",
        summary: "write all snapshots and recorded fixtures again, or compare them",
        run: snapshots::run,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else {
        console::say(&usage());
        return ExitCode::SUCCESS;
    };
    let Some(verb) = VERBS.iter().find(|verb| verb.name == name) else {
        console::complain(&format!("xtask: there is no verb `{name}`\n\n{}", usage()));
        return ExitCode::from(2);
    };
    match Workspace::find().and_then(|workspace| (verb.run)(&workspace, rest)) {
        Ok(closing_line) => {
            console::say(&format!("{name}: {closing_line}"));
            ExitCode::SUCCESS
        }
        Err(problems) => {
            console::complain(&problems.to_string());
            console::complain(&format!("{name}: failed, {}", problems.count()));
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
    fn usage_names_every_verb_once_in_order() {
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
}
