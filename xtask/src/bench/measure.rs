//! Runs the benchmark's program in its several modes.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::problems::Problems;
use crate::workspace::{Workspace, output, run};

/// Our way, as the benchmark calls it.
pub(super) const OURS: &str = "braincube-frame";

/// The benchmark's program, and how much it is to do.
pub(super) struct Bench<'w> {
    pub(super) workspace: &'w Workspace,
    pub(super) program: PathBuf,
    /// Where files may be written.
    pub(super) folder: PathBuf,
    pub(super) percent: u32,
    pub(super) rounds: u32,
}

/// The peak memory for one column.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Memory {
    pub(super) bytes: u64,
    pub(super) rows: u64,
    pub(super) arrays_kilobytes: u64,
    pub(super) beyond_kilobytes: u64,
}

impl Bench<'_> {
    /// The tables of times, one for each corpus.
    pub(super) fn times(&self) -> Result<String, Problems> {
        let (percent, rounds) = (self.percent.to_string(), self.rounds.to_string());
        let arguments = ["--bench", "--percent", &percent, "--rounds", &rounds];
        output(Command::new(&self.program).args(arguments))
    }

    /// The instructions for each value, by corpus; `None` where there is no valgrind.
    pub(super) fn instructions(
        &self,
        corpora: &[&'static str],
    ) -> Result<Option<Vec<(&'static str, f64)>>, Problems> {
        let probe = Command::new("valgrind")
            .arg("--version")
            .stdout(Stdio::null())
            .status();
        if !probe.is_ok_and(|status| status.success()) {
            return Ok(None);
        }
        let counts = corpora.iter().map(|corpus| {
            let (_, without) = self.count("nothing", corpus)?;
            let (values, with) = self.count(OURS, corpus)?;
            Ok((*corpus, (with - without) / values))
        });
        counts.collect::<Result<_, Problems>>().map(Some)
    }

    /// How many values a corpus has, and how many instructions it takes to make and decode it.
    fn count(&self, way: &str, corpus: &str) -> Result<(f64, f64), Problems> {
        let log = self.folder.join("callgrind.log");
        let mut valgrind = Command::new("valgrind");
        valgrind
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(format!("--log-file={}", log.display()))
            .arg(&self.program)
            .args(["once", way, corpus, "20"]);
        let values = output(&mut valgrind)?;
        let log = std::fs::read_to_string(&log)
            .map_err(|error| Problems::one(format!("{}: {error}", log.display())))?;
        let values = values.trim().parse().ok();
        values
            .zip(collected(&log))
            .ok_or_else(|| Problems::one(format!("callgrind said nothing of the corpus {corpus}")))
    }

    /// The peak memory for one column of so many megabytes each.
    pub(super) fn memory(&self, megabytes: &[u32]) -> Result<Vec<Memory>, Problems> {
        let measured = megabytes.iter().map(|megabytes| {
            let size = megabytes.to_string();
            let line = output(Command::new(&self.program).args(["peak", &size]))?;
            memory(&line).ok_or_else(|| Problems::one(format!("the benchmark said `{line}`")))
        });
        measured.collect()
    }

    /// The milliseconds that the Python connector takes, by corpus, and ours in the same minute.
    pub(super) fn connector(
        &self,
        python: &Path,
        corpora: &[&'static str],
    ) -> Result<Vec<(&'static str, f64, f64)>, Problems> {
        let percent = self.percent.to_string();
        let rounds = self.rounds.to_string();
        let timed = corpora.iter().map(|corpus| {
            let file = self.folder.join("body.json");
            let mut write = Command::new(&self.program);
            run(write.args(["write", corpus, &percent]).arg(&file))?;
            let script = self.workspace.root().join(SCRIPT);
            let theirs = output(Command::new(python).arg(script).arg(&file).arg("3"))?;
            let arguments = [
                "--bench",
                corpus,
                "--percent",
                &percent,
                "--rounds",
                &rounds,
            ];
            let ours = output(Command::new(&self.program).args(arguments))?;
            let theirs = theirs.trim().parse().ok();
            theirs
                .zip(milliseconds(&ours, OURS))
                .map(|(theirs, ours)| (*corpus, theirs, ours))
                .ok_or_else(|| Problems::one(format!("no time for the corpus {corpus}")))
        });
        timed.collect()
    }
}

/// Times the Python connector: `FILE ROUNDS`.
const SCRIPT: &str = "crates/braincube-frame/benches/connector.py";

/// The number of instructions in what callgrind writes.
fn collected(log: &str) -> Option<f64> {
    let line = log.lines().find_map(|line| line.split_once("Collected :"));
    line?.1.trim().parse().ok()
}

fn memory(line: &str) -> Option<Memory> {
    let numbers: Vec<u64> = line
        .split_whitespace()
        .map_while(|word| word.parse().ok())
        .collect();
    let [bytes, rows, arrays_kilobytes, beyond_kilobytes] = *numbers.as_slice() else {
        return None;
    };
    Some(Memory {
        bytes,
        rows,
        arrays_kilobytes,
        beyond_kilobytes,
    })
}

/// The time of a way in a table of the benchmark.
fn milliseconds(table: &str, way: &str) -> Option<f64> {
    table.lines().find_map(|line| {
        let mut cells = line.split('|').map(str::trim).skip(1);
        (cells.next() == Some(way)).then(|| cells.next()?.parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_in_what_the_programs_write() {
        let log = "==1== Events    : Ir\n==1== Collected : 123456\n==1==\n";
        assert_eq!(collected(log), Some(123_456.0));
        assert_eq!(collected(""), None);
        let table = "### num\n\n| way | ms |\n|---|---:|\n| a, b | 3.5 | 2 |\n| a | 4.25 | 1 |\n";
        assert_eq!(milliseconds(table, "a"), Some(4.25));
        assert_eq!(milliseconds(table, "c"), None);
        let expected = Memory {
            bytes: 1,
            rows: 2,
            arrays_kilobytes: 3,
            beyond_kilobytes: 4,
        };
        assert_eq!(memory("1 2 3 4\n"), Some(expected));
        assert_eq!(memory("1 2 3"), None);
    }
}
