//! Measures the decoder and the alternatives, and writes the results to the page that the
//! documentation includes.

mod goals;
mod measure;
mod page;
mod text;

use crate::conformance::python;
use crate::problems::{Outcome, Problems, print};
use crate::workspace::Workspace;
use measure::{Bench, Measured, Order};

/// The page with the results.
const PAGE: &str = "crates/braincube-frame/PERFORMANCE.md";

/// The corpora of the measurements in memory.
const CORPORA: [&str; 4] = ["num", "int", "mixed", "disc"];

/// The corpora that are transferred over a link.
const SENT: [&str; 2] = ["num", "mixed"];

/// The size in megabytes, the columns and the order of the responses whose memory is measured.
const RESPONSES: [(u32, u32, Order); 6] = [
    (100, 1, Order::TypeFirst),
    (400, 50, Order::TypeFirst),
    (1000, 1, Order::TypeFirst),
    (4000, 50, Order::TypeFirst),
    (400, 50, Order::TypeLast),
    (1000, 10, Order::TypeLast),
];

/// The benchmark, as arguments of cargo.
const DECODE: &[&str] = &[
    "bench",
    "--package=braincube-frame",
    "--all-features",
    "--no-run",
    "--bench=decode",
];

/// The example that extracts over loopback, as arguments of cargo.
const LOOPBACK: &[&str] = &[
    "build",
    "--package=braincube",
    "--release",
    "--example=loopback",
];

/// The verb `bench`.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Outcome {
    let quick = !arguments.is_empty();
    let (percent, rounds) = if quick { (20, 3) } else { (100, 5) };
    let bench = Bench {
        workspace,
        program: workspace.build(DECODE)?,
        loopback: workspace.build(LOOPBACK)?,
        directory: workspace.scratch("bench")?,
        python: python::environment(workspace)?,
        percent,
        rounds,
    };
    let responses = if quick { &RESPONSES[..1] } else { &RESPONSES };

    print("times, and those of the Python connector");
    let times = bench.times(&CORPORA)?;
    print("CPU time");
    let cpu = bench.cpu_times(&CORPORA)?;
    print("instructions");
    let instructions = bench.instructions(&CORPORA)?;
    print("memory");
    let memory = bench.memory(responses)?;
    print("allocations");
    let allocations = bench.allocations()?;
    print("a paced link");
    let paced = bench.paced(&SENT)?;
    print("over loopback");
    let loopback = bench.loopback(&SENT)?;
    let measured = Measured {
        times,
        cpu,
        instructions,
        memory,
        allocations,
        paced,
        loopback,
        forbids_unsafe: bench.forbids_unsafe()?,
    };
    std::fs::write(workspace.root().join(PAGE), page::write(&measured))
        .map_err(Problems::at(PAGE))?;
    Ok(format!("wrote {PAGE}"))
}
