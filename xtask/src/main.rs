//! Tasks of the repository, run as `cargo xtask VERB`.
//!
//! Each verb is in the module of its name and returns one closing line or a list of problems. The
//! checks are pure functions over text or over the dependency graph; the verbs read files and start
//! processes.

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
mod words;
mod workspace;

use std::process::ExitCode;

use problems::Outcome;
use workspace::Workspace;

/// A task: its name, its arguments, its summary and its function.
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
        summary: "measure the decoder and the alternatives, and write its PERFORMANCE.md",
        run: bench::run,
    },
    Verb {
        name: "catalogue",
        arguments: "",
        summary: "check that each row of docs/failure-catalogue.md has a test, and each id a row",
        run: catalogue::run,
    },
    Verb {
        name: "ci",
        arguments: "",
        summary: "run the format check, lints, documentation and all checks except conformance",
        run: ci::run,
    },
    Verb {
        name: "conformance",
        arguments: "[--if-available]",
        summary: "compare the command line tool with the Python connector and Parquet readers",
        run: conformance::run,
    },
    Verb {
        name: "fences",
        arguments: "",
        summary: "check that code fences in documentation have a known tag",
        run: fences::run,
    },
    Verb {
        name: "layers",
        arguments: "",
        summary: "check that each crate depends only on what its layer allows",
        run: layers::run,
    },
    Verb {
        name: "secrets",
        arguments: "",
        summary: "check that only the listed files expose secrets",
        run: secrets::run,
    },
    Verb {
        name: "sizes",
        arguments: "",
        summary: "check the size of files, the content of lib.rs, and for paths of a machine",
        run: sizes::run,
    },
    Verb {
        name: "snapshots",
        arguments: "[--check]",
        summary: "regenerate all snapshots and recorded fixtures, or compare them",
        run: snapshots::run,
    },
    Verb {
        name: "words",
        arguments: "[PATH…]",
        summary: "check documentation and comments for words to avoid",
        run: words::run,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else {
        console::print(&usage());
        return ExitCode::SUCCESS;
    };
    let Some(verb) = VERBS.iter().find(|verb| verb.name == name) else {
        console::print_error(&format!("xtask: unknown verb `{name}`\n\n{}", usage()));
        return ExitCode::from(2);
    };
    match Workspace::find().and_then(|workspace| (verb.run)(&workspace, rest)) {
        Ok(closing_line) => {
            console::print(&format!("{name}: {closing_line}"));
            ExitCode::SUCCESS
        }
        Err(problems) => {
            console::print_error(&problems.to_string());
            console::print_error(&format!("{name}: failed, {}", problems.count()));
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
}
