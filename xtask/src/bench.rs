//! Measures the decoder beside its peers, and writes what it finds to the page that the
//! documentation shows.

mod goals;
mod measure;
mod page;
mod text;

use crate::conformance::python;
use crate::console::say;
use crate::problems::{Outcome, Problems};
use crate::workspace::Workspace;
use crate::{executable, metadata, options};
use measure::{Bench, Measured, Order};

/// Where the tables go.
const PAGE: &str = "crates/braincube-frame/PERFORMANCE.md";

/// The corpora that are large enough for everything.
const CORPORA: [&str; 4] = ["num", "int", "mixed", "disc"];

/// The corpora that travel.
const SENT: [&str; 2] = ["num", "mixed"];

/// The megabytes, the columns and the order of the answers whose memory is measured.
const ANSWERS: [(u32, u32, Order); 6] = [
    (100, 1, Order::TypeFirst),
    (400, 50, Order::TypeFirst),
    (1000, 1, Order::TypeFirst),
    (4000, 50, Order::TypeFirst),
    (400, 50, Order::TypeLast),
    (1000, 10, Order::TypeLast),
];

/// The verb `bench`.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Outcome {
    let quick = options::flag(arguments, "--quick")?;
    let (percent, rounds) = if quick { (20, 3) } else { (100, 5) };
    let target = metadata::target_directory(&metadata::members(workspace)?)?;
    let folder = target.join("xtask").join("bench");
    std::fs::create_dir_all(&folder)
        .map_err(|error| Problems::one(format!("{}: {error}", folder.display())))?;
    let python = match python::find() {
        None => None,
        Some(system) => Some(python::environment(
            workspace,
            &system,
            &target.join("venv"),
        )?),
    };
    let bench = Bench {
        workspace,
        program: executable::build_bench(workspace, "braincube-frame", "decode")?,
        loopback: executable::build_release_example(workspace, "braincube", "loopback")?,
        folder,
        python,
        percent,
        rounds,
    };
    let answers = if quick { &ANSWERS[..1] } else { &ANSWERS };

    say("times, and those of the Python connector");
    let times = bench.times(&CORPORA)?;
    say("instructions");
    let instructions = bench.instructions(&CORPORA)?;
    say("memory");
    let memory = bench.memory(answers)?;
    say("allocations");
    let allocations = bench.allocations()?;
    say("a paced link");
    let paced = bench.paced(&SENT)?;
    say("over loopback");
    let loopback = bench.loopback(&SENT)?;
    let measured = Measured {
        times,
        instructions,
        memory,
        allocations,
        paced,
        loopback,
        forbids_unsafe: bench.forbids_unsafe()?,
    };
    std::fs::write(workspace.root().join(PAGE), page::write(&measured))
        .map_err(|error| Problems::one(format!("{PAGE}: {error}")))?;
    Ok(format!("{PAGE} is written"))
}
