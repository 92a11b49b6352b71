//! The goals, and whether the results meet them.

use super::measure::{CpuTimes, Measured, OURS, Order, PARALLEL, Times};
use super::text::rows;

/// The alternative that only parses.
const TAPE: &str = "simd-json to_tape alone, nothing converted";

const BENCH: &str = "cargo bench -p braincube-frame --bench decode --all-features";

/// A goal and its results.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Goal {
    pub(super) name: &'static str,
    pub(super) target: &'static str,
    pub(super) measured: String,
    pub(super) is_met: bool,
    pub(super) command: String,
}

/// One result and its label.
struct Figure {
    of: String,
    value: f64,
    is_enough: bool,
}

impl Figure {
    fn at_least(of: &str, value: Option<f64>, least: f64) -> Option<Self> {
        let value = value?;
        let is_enough = value >= least;
        let of = of.to_owned();
        Some(Self {
            of,
            value,
            is_enough,
        })
    }

    fn at_most(of: &str, value: Option<f64>, most: f64) -> Option<Self> {
        let value = value?;
        let is_enough = value <= most;
        let of = of.to_owned();
        Some(Self {
            of,
            value,
            is_enough,
        })
    }
}

/// Returns the goals for which there are results.
pub(super) fn goals(measured: &Measured) -> Vec<Goal> {
    let all = [
        (
            "G1",
            "at least 25 × the connector on num, int and mixed, 12 × on disc",
            format!("{BENCH}; benches/connector.py"),
            over_connector(measured),
        ),
        (
            "G1",
            "at most 0.55 of the time of `to_tape` alone",
            BENCH.to_owned(),
            over_tape(measured),
        ),
        (
            "G1",
            "at least 2.2 × the best alternative",
            BENCH.to_owned(),
            over_best(measured),
        ),
        (
            "G2",
            "at most 165 instructions per value on num, 170 on mixed",
            "valgrind --tool=callgrind decode once braincube-frame CORPUS 20".to_owned(),
            instructions(measured),
        ),
        (
            "G3",
            "two threads at least 1.6 × one",
            BENCH.to_owned(),
            two_threads(measured),
        ),
        (
            "G3",
            "two threads at least 1.6 × one, in processes of their own",
            "decode cpu DECODER CORPUS 100 5".to_owned(),
            own_process(measured),
        ),
        (
            "G3",
            "two threads at least 40 × the connector",
            BENCH.to_owned(),
            two_threads_over_connector(measured),
        ),
        (
            "G4",
            "at most 5 ms from the last byte to the frame, on 1 Gbit/s",
            "decode paced CORPUS 1000".to_owned(),
            after_last_byte(measured),
        ),
        (
            "G4",
            "at most 1.03 × the transfer's time, on 1 Gbit/s",
            "decode paced CORPUS 1000".to_owned(),
            wall(measured),
        ),
        (
            "G5",
            "at most 16 MiB beyond the arrays, type first",
            "decode peak MEGABYTES COLUMNS type-first".to_owned(),
            memory(measured),
        ),
        (
            "G6",
            "5 × 100 rows in at most 13 µs",
            format!("{BENCH} -- small"),
            small(measured),
        ),
        (
            "G6",
            "no allocation beyond arrays, schema and report",
            "cargo test -p braincube-frame --test allocations -- --nocapture".to_owned(),
            allocations(measured),
        ),
        (
            "G7",
            "over loopback at least 15 × the connector, 12 × with gzip",
            "cargo run --release -p braincube --example loopback".to_owned(),
            loopback(measured),
        ),
        (
            "G8",
            "no unsafe code in the workspace",
            "grep unsafe_code Cargo.toml".to_owned(),
            unsafe_code(measured),
        ),
        (
            "G9",
            "CPU time of the parallel decoder at most 1.15 × that of one thread, with both cores busy",
            "decode cpu DECODER CORPUS 100 5".to_owned(),
            cpu_time(measured),
        ),
    ];
    let measured = all.into_iter().filter(|(.., figures)| !figures.is_empty());
    measured
        .map(|(name, target, command, figures)| Goal {
            name,
            target,
            measured: figures.iter().map(shown).collect::<Vec<_>>().join(", "),
            is_met: figures.iter().all(|figure| figure.is_enough),
            command,
        })
        .collect()
}

fn shown(figure: &Figure) -> String {
    let digits = if figure.value < 10.0 {
        2
    } else {
        usize::from(figure.value < 100.0)
    };
    let missed = if figure.is_enough { "" } else { "**" };
    format!("{} {missed}{:.digits$}{missed}", figure.of, figure.value)
}

fn large(measured: &Measured) -> impl Iterator<Item = &Times> {
    measured
        .times
        .iter()
        .filter(|times| times.corpus != "small")
}

fn ratio(over: Option<f64>, under: Option<f64>) -> Option<f64> {
    Some(over? / under?)
}

fn over_connector(measured: &Measured) -> Vec<Figure> {
    let figures = large(measured).map(|times| {
        let least = if times.corpus == "disc" { 12.0 } else { 25.0 };
        Figure::at_least(times.corpus, ratio(times.connector, times.of(OURS)), least)
    });
    figures.flatten().collect()
}

fn over_tape(measured: &Measured) -> Vec<Figure> {
    let figures = large(measured)
        .map(|times| Figure::at_most(times.corpus, ratio(times.of(OURS), times.of(TAPE)), 0.55));
    figures.flatten().collect()
}

fn over_best(measured: &Measured) -> Vec<Figure> {
    let figures = large(measured).map(|times| {
        let general = rows(&times.table).filter(|(way, _)| !way.starts_with(OURS) && *way != TAPE);
        let best = general
            .filter_map(|(_, numbers)| numbers.first().copied())
            .reduce(f64::min);
        Figure::at_least(times.corpus, ratio(best, times.of(OURS)), 2.2)
    });
    figures.flatten().collect()
}

fn instructions(measured: &Measured) -> Vec<Figure> {
    let counts = measured.instructions.iter().flatten();
    let figures = counts.map(|(corpus, count)| {
        let most = match *corpus {
            "num" => 165.0,
            "mixed" => 170.0,
            _ => f64::INFINITY,
        };
        Figure::at_most(corpus, Some(*count), most)
    });
    figures.flatten().collect()
}

fn two_threads(measured: &Measured) -> Vec<Figure> {
    let figures = large(measured).map(|times| {
        Figure::at_least(times.corpus, ratio(times.of(OURS), times.of(PARALLEL)), 1.6)
    });
    figures.flatten().collect()
}

fn own_process(measured: &Measured) -> Vec<Figure> {
    let speedup = |times: &CpuTimes| times.one_elapsed / times.parallel_elapsed;
    let figures = measured
        .cpu
        .iter()
        .map(|times| Figure::at_least(times.corpus, Some(speedup(times)), 1.6));
    figures.flatten().collect()
}

fn cpu_time(measured: &Measured) -> Vec<Figure> {
    let ratio = |times: &CpuTimes| times.parallel_cpu / times.one_cpu;
    let figures = measured
        .cpu
        .iter()
        .map(|times| Figure::at_most(times.corpus, Some(ratio(times)), 1.15));
    figures.flatten().collect()
}

fn two_threads_over_connector(measured: &Measured) -> Vec<Figure> {
    let figures = large(measured)
        .filter(|times| times.corpus != "disc")
        .map(|times| {
            Figure::at_least(
                times.corpus,
                ratio(times.connector, times.of(PARALLEL)),
                40.0,
            )
        });
    figures.flatten().collect()
}

fn after_last_byte(measured: &Measured) -> Vec<Figure> {
    let figures = measured
        .paced
        .iter()
        .map(|(corpus, [_, _, after])| Figure::at_most(corpus, Some(*after), 5.0));
    figures.flatten().collect()
}

fn wall(measured: &Measured) -> Vec<Figure> {
    let figures = measured
        .paced
        .iter()
        .map(|(corpus, [transfer, wall, _])| Figure::at_most(corpus, Some(wall / transfer), 1.03));
    figures.flatten().collect()
}

fn memory(measured: &Measured) -> Vec<Figure> {
    let first = measured
        .memory
        .iter()
        .filter(|memory| memory.order == Order::TypeFirst);
    let figures = first.map(|memory| {
        let of = format!("{:.0} MB in {}:", memory.bytes / 1e6, memory.columns);
        Figure::at_most(&of, Some(memory.beyond_kilobytes / 1024.0), 16.0)
    });
    figures.flatten().collect()
}

fn small(measured: &Measured) -> Vec<Figure> {
    let small = measured.times.iter().find(|times| times.corpus == "small");
    let micros = small
        .and_then(|times| times.of(PARALLEL))
        .map(|ms| ms * 1e3);
    Figure::at_most("µs", micros, 13.0).into_iter().collect()
}

fn allocations(measured: &Measured) -> Vec<Figure> {
    let [all, needed] = measured.allocations;
    let beyond = (all > 0.0).then_some(all - needed);
    Figure::at_most("beyond:", beyond, 0.0)
        .into_iter()
        .collect()
}

fn loopback(measured: &Measured) -> Vec<Figure> {
    let figures = measured.loopback.iter().flat_map(|(corpus, table)| {
        rows(table).map(move |(how, numbers)| {
            let least = if how.contains("gzip") { 12.0 } else { 15.0 };
            Figure::at_least(&format!("{corpus} {how}"), numbers.get(2).copied(), least)
        })
    });
    figures.flatten().collect()
}

fn unsafe_code(measured: &Measured) -> Vec<Figure> {
    let allowed = f64::from(u8::from(!measured.forbids_unsafe));
    Figure::at_most("crates that may:", Some(allowed), 0.0)
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missed_goal_is_marked() {
        let table = format!(
            "### num\n\n| way | ms |\n|---|---:|\n| {OURS} | 100.0 | 1 |\n| {PARALLEL} | 50.0 |\n| {TAPE} | 200.0 |\n| other | 210.0 |\n"
        );
        let times = Times {
            corpus: "num",
            table,
            connector: Some(2600.0),
        };
        let measured = Measured {
            times: vec![times],
            cpu: vec![CpuTimes {
                corpus: "num",
                one_cpu: 100.0,
                parallel_cpu: 120.0,
                one_elapsed: 90.0,
                parallel_elapsed: 50.0,
            }],
            forbids_unsafe: true,
            ..Measured::default()
        };
        let goals = goals(&measured);
        let shown: Vec<_> = goals
            .iter()
            .map(|goal| (goal.name, goal.measured.as_str(), goal.is_met))
            .collect();
        let expected = [
            ("G1", "num 26.0", true),
            ("G1", "num 0.50", true),
            ("G1", "num **2.10**", false),
            ("G3", "num 2.00", true),
            ("G3", "num 1.80", true),
            ("G3", "num 52.0", true),
            ("G8", "crates that may: 0.00", true),
            ("G9", "num **1.20**", false),
        ];
        assert_eq!(shown, expected);
    }
}
