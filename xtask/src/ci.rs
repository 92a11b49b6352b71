//! All checks that must pass before a change is merged.
//!
//! A failed step does not stop the others, so that one run shows all problems. `-D warnings` is
//! passed to clippy and rustdoc, not through `RUSTFLAGS`, so that all steps share the compiled
//! dependencies.

use std::time::Instant;

use crate::console::print;
use crate::options;
use crate::problems::{Outcome, Problems};
use crate::workspace::{Workspace, output, run as run_command};
use crate::{catalogue, fences, layers, secrets, sizes, snapshots};

/// A step.
struct Step {
    name: &'static str,
    work: Work,
}

/// The work of a step.
enum Work {
    /// Runs cargo.
    Cargo(&'static [&'static str]),
    /// Runs cargo with warnings of rustdoc as errors.
    Documentation(&'static [&'static str]),
    /// Runs a verb of this package.
    Verb(
        fn(&Workspace, &[String]) -> Outcome,
        &'static [&'static str],
    ),
    /// Runs cargo-deny if it is installed.
    Deny(&'static [&'static str]),
}

/// The steps, fast ones first.
const STEPS: &[Step] = &[
    Step {
        name: "fmt",
        work: Work::Cargo(&["fmt", "--all", "--check"]),
    },
    Step {
        name: "fences",
        work: Work::Verb(fences::run, &[]),
    },
    Step {
        name: "catalogue",
        work: Work::Verb(catalogue::run, &[]),
    },
    Step {
        name: "secrets",
        work: Work::Verb(secrets::run, &[]),
    },
    Step {
        name: "sizes",
        work: Work::Verb(sizes::run, &[]),
    },
    Step {
        name: "layers",
        work: Work::Verb(layers::run, &[]),
    },
    Step {
        name: "clippy",
        work: Work::Cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--",
            "-D",
            "warnings",
        ]),
    },
    Step {
        name: "clippy, all features",
        work: Work::Cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--all-features",
            "--locked",
            "--",
            "-D",
            "warnings",
        ]),
    },
    Step {
        name: "clippy, no default features",
        // Libraries only: tests and the command line tool would enable features of dependencies that
        // a library fails to declare.
        work: Work::Cargo(&[
            "clippy",
            "--workspace",
            "--exclude=braincube-cli",
            "--exclude=xtask",
            "--lib",
            "--no-default-features",
            "--locked",
            "--",
            "-D",
            "warnings",
        ]),
    },
    Step {
        // Code behind features of the transport: HTTP/2, other root certificates, another crypto provider.
        name: "tests, all features of the transport",
        work: Work::Cargo(&[
            "test",
            "--package=braincube-transport",
            "--all-features",
            "--locked",
        ]),
    },
    Step {
        name: "documentation",
        work: Work::Documentation(&[
            "doc",
            "--workspace",
            "--no-deps",
            "--all-features",
            "--locked",
        ]),
    },
    Step {
        name: "snapshots",
        work: Work::Verb(snapshots::run, &["--check"]),
    },
    Step {
        name: "deny",
        // Without advisories: they change independently of this repository.
        work: Work::Deny(&["deny", "check", "bans", "licenses", "sources"]),
    },
];

/// The verb `ci`.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Outcome {
    options::none(arguments)?;
    let mut failures = Vec::new();
    for step in STEPS {
        print(&format!("== {}", step.name));
        let start = Instant::now();
        let outcome = perform(workspace, &step.work);
        let seconds = start.elapsed().as_secs_f64();
        match outcome {
            Ok(line) => print(&format!("ok    {} ({seconds:.1} s){line}", step.name)),
            Err(problems) => {
                print(&format!("FAIL  {} ({seconds:.1} s)\n{problems}", step.name));
                failures.push(format!("{}: {}", step.name, problems.count()));
            }
        }
    }
    Problems::check(failures)?;
    Ok(format!("all {} steps passed", STEPS.len()))
}

/// Runs a step. Returns the text to print after its name.
fn perform(workspace: &Workspace, work: &Work) -> Outcome {
    match work {
        Work::Cargo(arguments) => {
            run_command(&mut workspace.cargo(arguments.iter().copied()))?;
            Ok(String::new())
        }
        Work::Documentation(arguments) => {
            let mut command = workspace.cargo(arguments.iter().copied());
            run_command(command.env("RUSTDOCFLAGS", "-D warnings"))?;
            Ok(String::new())
        }
        Work::Verb(verb, arguments) => {
            let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
            verb(workspace, &arguments).map(|line| format!(": {line}"))
        }
        Work::Deny(arguments) => {
            if output(&mut workspace.cargo(["deny", "--version"])).is_err() {
                return Ok(": skipped, cargo-deny is not installed".to_owned());
            }
            run_command(&mut workspace.cargo(arguments.iter().copied()))?;
            Ok(String::new())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn step_names_are_unique() {
        let mut names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), STEPS.len());
    }

    #[test]
    fn no_step_changes_the_lock_file() {
        for step in STEPS {
            if let Work::Cargo(arguments) | Work::Documentation(arguments) = step.work {
                let locked = arguments.contains(&"--locked") || arguments[0] == "fmt";
                assert!(locked, "{}", step.name);
            }
        }
    }
}
