//! All checks that must pass before a change is merged.
//!
//! A failed step does not stop the others, so that one run shows all problems. `-D warnings` is passed to clippy and
//! rustdoc, not through `RUSTFLAGS`, so that all steps share the compiled dependencies.

use std::time::Instant;

use crate::problems::{Outcome, Problems, print};
use crate::workspace::{Workspace, output, run as run_command};
use crate::{catalogue, cycles, fences, layers, secrets, sizes, snapshots, words};

/// The work of a step.
enum Work {
    /// Runs cargo with arguments that contain no spaces. Warnings of rustdoc are errors.
    Cargo(&'static str),
    /// Runs a cargo command if it is installed.
    IfInstalled(&'static str),
    /// Runs a verb without arguments or with one.
    Verb(fn(&Workspace, &[String]) -> Outcome, Option<&'static str>),
}

use Work::{Cargo, IfInstalled, Verb};

/// The steps and their names, fast ones first.
const STEPS: &[(&str, Work)] = &[
    ("fmt", Cargo("fmt --all --check")),
    ("fences", Verb(fences::run, None)),
    ("words", Verb(words::run, None)),
    ("catalogue", Verb(catalogue::run, None)),
    ("secrets", Verb(secrets::run, None)),
    ("sizes", Verb(sizes::run, None)),
    ("cycles", Verb(cycles::run, None)),
    ("layers", Verb(layers::run, None)),
    (
        "clippy",
        Cargo("clippy --workspace --all-targets --locked -- -D warnings"),
    ),
    (
        "clippy, all features",
        Cargo("clippy --workspace --all-targets --all-features --locked -- -D warnings"),
    ),
    (
        // Libraries only: tests and the command line tool would enable features of dependencies that a library fails
        // to declare.
        "clippy, no default features",
        Cargo(
            "clippy --workspace --exclude=braincube-cli --exclude=xtask --lib --no-default-features --locked -- -D warnings",
        ),
    ),
    (
        "clippy, command line tool without the simulator",
        Cargo(
            "clippy --package=braincube-cli --bins --no-default-features --locked -- -D warnings",
        ),
    ),
    (
        // Code behind features of the transport: HTTP/2, other root certificates, another crypto provider.
        "tests, all features of the transport",
        Cargo("test --package=braincube-transport --all-features --locked"),
    ),
    (
        "documentation",
        Cargo("doc --workspace --no-deps --all-features --locked"),
    ),
    ("snapshots", Verb(snapshots::run, Some("--check"))),
    // Without advisories: they change independently of this repository.
    ("deny", IfInstalled("deny check bans licenses sources")),
];

/// The verb `ci`.
pub(crate) fn run(workspace: &Workspace, _arguments: &[String]) -> Outcome {
    let mut failures = Vec::new();
    for (name, work) in STEPS {
        print(&format!("== {name}"));
        let start = Instant::now();
        let outcome = perform(workspace, work);
        let seconds = start.elapsed().as_secs_f64();
        match outcome {
            Ok(line) => print(&format!("ok    {name} ({seconds:.1} s){line}")),
            Err(problems) => {
                print(&format!("FAIL  {name} ({seconds:.1} s)\n{problems}"));
                failures.push(format!("{name}: {}", problems.count()));
            }
        }
    }
    Problems::check(failures)?;
    Ok(format!("all {} steps passed", STEPS.len()))
}

/// Runs a step. Returns the text to print after its name.
fn perform(workspace: &Workspace, work: &Work) -> Outcome {
    let arguments = match work {
        Verb(verb, argument) => {
            let arguments: Vec<String> = argument.iter().map(ToString::to_string).collect();
            return verb(workspace, &arguments).map(|line| format!(": {line}"));
        }
        Cargo(arguments) | IfInstalled(arguments) => arguments.split(' '),
    };
    if let (IfInstalled(_), Some(command)) = (work, arguments.clone().next())
        && output(&mut workspace.cargo([command, "--version"])).is_err()
    {
        return Ok(format!(": skipped, cargo-{command} is not installed"));
    }
    let mut command = workspace.cargo(arguments.clone());
    if arguments.clone().next() == Some("doc") {
        command.env("RUSTDOCFLAGS", "-D warnings");
    }
    run_command(&mut command)?;
    Ok(String::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn step_names_are_unique() {
        let mut names: Vec<&str> = STEPS.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), STEPS.len());
    }

    #[test]
    fn no_step_changes_the_lock_file() {
        for (name, work) in STEPS {
            if let Cargo(arguments) = work {
                let is_locked = arguments.contains(" --locked") || arguments.starts_with("fmt ");
                assert!(is_locked, "{name}");
            }
        }
    }
}
