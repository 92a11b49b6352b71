//! Everything that must hold before a change is taken, step by step.
//!
//! All steps run, also behind one that fails, so that one run names everything there is to mend.
//! `-D warnings` is given to clippy and rustdoc, never through `RUSTFLAGS`: the dependencies are
//! then built once for all steps.

use std::time::Instant;

use crate::console::say;
use crate::options;
use crate::problems::{Outcome, Problems};
use crate::workspace::{Workspace, output, run as run_command};
use crate::{catalogue, fences, layers, secrets, sizes, snapshots};

/// One step.
struct Step {
    name: &'static str,
    work: Work,
}

/// What a step does.
enum Work {
    /// Calls cargo.
    Cargo(&'static [&'static str]),
    /// Calls cargo with rustdoc's warnings as errors.
    Documentation(&'static [&'static str]),
    /// Calls a verb of this package.
    Verb(
        fn(&Workspace, &[String]) -> Outcome,
        &'static [&'static str],
    ),
    /// Calls cargo-deny, where it is installed.
    Deny(&'static [&'static str]),
}

/// The steps, quick ones first.
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
        // Libraries alone: the tests and the tool would switch on features of dependencies that a
        // library has forgotten to ask for itself.
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
        // What only a feature of the transport brings: HTTP/2, other roots, a second cryptography.
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
        // Advisories are left out: they change without a change of ours.
        work: Work::Deny(&["deny", "check", "bans", "licenses", "sources"]),
    },
];

/// The verb `ci`.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Outcome {
    options::none(arguments)?;
    let mut failures = Vec::new();
    for step in STEPS {
        say(&format!("== {}", step.name));
        let start = Instant::now();
        let outcome = take(workspace, &step.work);
        let seconds = start.elapsed().as_secs_f64();
        match outcome {
            Ok(line) => say(&format!("ok    {} ({seconds:.1} s){line}", step.name)),
            Err(problems) => {
                say(&format!("FAIL  {} ({seconds:.1} s)\n{problems}", step.name));
                failures.push(format!("{}: {}", step.name, problems.count()));
            }
        }
    }
    Problems::check(failures)?;
    Ok(format!("all {} steps passed", STEPS.len()))
}

/// Does the work of a step, and gives back what to say behind its name.
fn take(workspace: &Workspace, work: &Work) -> Outcome {
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
    fn steps_have_names_of_their_own() {
        let mut names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), STEPS.len());
    }

    #[test]
    fn no_step_writes_to_the_lock_file() {
        for step in STEPS {
            if let Work::Cargo(arguments) | Work::Documentation(arguments) = step.work {
                let locked = arguments.contains(&"--locked") || arguments[0] == "fmt";
                assert!(locked, "{}", step.name);
            }
        }
    }
}
