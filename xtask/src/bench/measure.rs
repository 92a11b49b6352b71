//! Runs the programs of the benchmark in their modes.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::text::{collected, numbers, rows};
use crate::problems::Problems;
use crate::workspace::{Workspace, output, run};

/// This decoder with one thread, in the benchmark.
pub(super) const OURS: &str = "braincube-frame";

/// This decoder with several threads, as the facade uses it.
pub(super) const PARALLEL: &str = "braincube-frame, parallel";

/// Times the Python connector: `FILE ROUNDS`.
const SCRIPT: &str = "crates/braincube-frame/benches/connector.py";

/// Compresses `FILE` to `FILE.gz` at the level of common servers.
const GZIP: &str = "import gzip, sys; open(sys.argv[1] + '.gz', 'wb').write(gzip.compress(open(sys.argv[1], 'rb').read(), 6))";

/// The speed of the emulated link in Mbit/s.
const LINK: &str = "1000";

/// The programs of the benchmark and the amount of work.
pub(super) struct Bench<'w> {
    pub(super) workspace: &'w Workspace,
    pub(super) program: PathBuf,
    pub(super) loopback: PathBuf,
    /// The directory for temporary files.
    pub(super) directory: PathBuf,
    /// A Python with the connector.
    pub(super) python: Option<PathBuf>,
    pub(super) percent: u32,
    pub(super) rounds: u32,
}

/// All results.
#[derive(Default)]
pub(super) struct Measured {
    pub(super) times: Vec<Times>,
    pub(super) cpu: Vec<CpuTimes>,
    /// Instructions per value by corpus; `None` without valgrind.
    pub(super) instructions: Option<Vec<(&'static str, f64)>>,
    pub(super) memory: Vec<Memory>,
    /// The allocations for a small response, and how many of them are for its frame.
    pub(super) allocations: [f64; 2],
    /// By corpus, the milliseconds of the transfer, of transfer and decoding, and after the last byte.
    pub(super) paced: Vec<(&'static str, [f64; 3])>,
    /// By corpus, the table of the example.
    pub(super) loopback: Vec<(&'static str, String)>,
    pub(super) forbids_unsafe: bool,
}

/// The results for a corpus.
#[derive(Default)]
pub(super) struct Times {
    pub(super) corpus: &'static str,
    /// The table of the benchmark.
    pub(super) table: String,
    /// The time of the Python connector in milliseconds.
    pub(super) connector: Option<f64>,
}

impl Times {
    /// The time of a decoder in milliseconds.
    pub(super) fn of(&self, way: &str) -> Option<f64> {
        let mut rows = rows(&self.table);
        rows.find(|(name, _)| *name == way)
            .and_then(|(_, numbers)| numbers.first().copied())
    }
}

/// The times of a corpus in milliseconds, each measured in a process of its own.
pub(super) struct CpuTimes {
    pub(super) corpus: &'static str,
    /// The CPU time of one thread, while a second process does the same.
    pub(super) one_cpu: f64,
    /// The CPU time of all threads.
    pub(super) parallel_cpu: f64,
    /// The elapsed time with one thread.
    pub(super) one_elapsed: f64,
    /// The elapsed time with several threads.
    pub(super) parallel_elapsed: f64,
}

/// The position of the type in a column of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    TypeFirst,
    TypeLast,
}

/// The peak memory for a response.
pub(super) struct Memory {
    pub(super) columns: u32,
    pub(super) order: Order,
    pub(super) bytes: f64,
    pub(super) rows: f64,
    pub(super) arrays_kilobytes: f64,
    pub(super) beyond_kilobytes: f64,
}

impl Bench<'_> {
    /// Measures each corpus and, directly after it, the Python connector on the same corpus.
    pub(super) fn times(&self, corpora: &[&'static str]) -> Result<Vec<Times>, Problems> {
        let (percent, rounds) = (self.percent.to_string(), self.rounds.to_string());
        let timed = corpora.iter().chain(&["small"]).map(|corpus| {
            let arguments = [
                "--bench",
                corpus,
                "--percent",
                &percent,
                "--rounds",
                &rounds,
            ];
            let printed = output(Command::new(&self.program).args(arguments))?;
            let table = printed.find("###").map_or("", |start| &printed[start..]);
            let connector = match &self.python {
                Some(python) if *corpus != "small" => {
                    let script = self.workspace.root().join(SCRIPT);
                    let mut command = Command::new(python);
                    command.arg(script).arg(self.body(corpus)?).arg("3");
                    Some(one(&output(&mut command)?)?)
                }
                _ => None,
            };
            Ok(Times {
                corpus,
                table: table.trim_end().to_owned(),
                connector,
            })
        });
        timed.collect()
    }

    /// Writes the corpus to a file.
    fn body(&self, corpus: &str) -> Result<PathBuf, Problems> {
        let file = self.directory.join("body.json");
        let percent = self.percent.to_string();
        let mut write = Command::new(&self.program);
        run(write.args(["write", corpus, &percent]).arg(&file))?;
        Ok(file)
    }

    /// Measures CPU time in processes of their own, alternately.
    ///
    /// A core is slower while the other one is busy. So the CPU time of one thread is measured in two processes at once,
    /// which occupy as many cores as the decoder with two threads.
    pub(super) fn cpu_times(&self, corpora: &[&'static str]) -> Result<Vec<CpuTimes>, Problems> {
        let measured = corpora.iter().map(|corpus| {
            let mut rounds: [Vec<f64>; 4] = Default::default();
            for _ in 0..self.rounds {
                let alone = self.cpu(&[OURS], corpus)?;
                let both = self.cpu(&[OURS, OURS], corpus)?;
                let parallel = self.cpu(&[PARALLEL], corpus)?;
                let ([alone], [first, second], [parallel]) = (&*alone, &*both, &*parallel) else {
                    return Err(Problems::one("a measurement is missing"));
                };
                let round = [
                    (first[0] + second[0]) / 2.0,
                    parallel[0],
                    alone[1],
                    parallel[1],
                ];
                rounds
                    .iter_mut()
                    .zip(round)
                    .for_each(|(all, one)| all.push(one));
            }
            let [one_cpu, parallel_cpu, one_elapsed, parallel_elapsed] = rounds.map(median);
            Ok(CpuTimes {
                corpus,
                one_cpu,
                parallel_cpu,
                one_elapsed,
                parallel_elapsed,
            })
        });
        measured.collect()
    }

    /// Runs decoders at once, each in its own process. Returns CPU time and elapsed time of each.
    fn cpu(&self, ways: &[&str], corpus: &str) -> Result<Vec<[f64; 2]>, Problems> {
        std::thread::scope(|scope| {
            let run = |way| {
                let percent = self.percent.to_string();
                let arguments = ["cpu", way, corpus, &percent, "5"];
                several(&output(Command::new(&self.program).args(arguments))?)
            };
            let threads: Vec<_> = ways
                .iter()
                .map(|way| scope.spawn(move || run(way)))
                .collect();
            let panicked = |_| Err(Problems::one("a measurement panicked"));
            let results = threads
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(panicked));
            results.collect()
        })
    }

    /// Instructions per value by corpus; `None` without valgrind.
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

    /// The number of values of a corpus, and the instructions to generate and decode it.
    fn count(&self, way: &str, corpus: &str) -> Result<(f64, f64), Problems> {
        let log = self.directory.join("callgrind.log");
        let mut valgrind = Command::new("valgrind");
        valgrind
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(format!("--log-file={}", log.display()))
            .arg(&self.program)
            .args(["once", way, corpus, "20"]);
        let values = one(&output(&mut valgrind)?)?;
        let log = std::fs::read_to_string(&log)
            .map_err(|error| Problems::one(format!("{}: {error}", log.display())))?;
        let instructions = collected(&log);
        let no_count = || {
            Problems::one(format!(
                "callgrind printed no instruction count for {corpus}"
            ))
        };
        Ok((values, instructions.ok_or_else(no_count)?))
    }

    /// Measures the peak memory for responses of these sizes and columns.
    pub(super) fn memory(&self, responses: &[(u32, u32, Order)]) -> Result<Vec<Memory>, Problems> {
        let measured = responses.iter().map(|(megabytes, columns, order)| {
            let order_word = match order {
                Order::TypeFirst => "type-first",
                Order::TypeLast => "type-last",
            };
            let (megabytes, count) = (megabytes.to_string(), columns.to_string());
            let arguments = ["peak", &megabytes, &count, order_word];
            let line = output(Command::new(&self.program).args(arguments))?;
            let [bytes, rows, arrays_kilobytes, beyond_kilobytes] = several(&line)?;
            Ok(Memory {
                columns: *columns,
                order: *order,
                bytes,
                rows,
                arrays_kilobytes,
                beyond_kilobytes,
            })
        });
        measured.collect()
    }

    /// The allocations for a small response, and how many of them are for its frame.
    pub(super) fn allocations(&self) -> Result<[f64; 2], Problems> {
        let arguments = [
            "test",
            "--package",
            "braincube-frame",
            "--all-features",
            "--locked",
            "--test",
            "allocations",
            "--",
            "--nocapture",
        ];
        let printed = output(&mut self.workspace.cargo(arguments))?;
        let found = printed.lines().find_map(numbers::<4>);
        let [all, needed, ..] =
            found.ok_or_else(|| Problems::one("the test printed no allocations"))?;
        Ok([all, needed])
    }

    /// Measures on an emulated link, by corpus, in milliseconds.
    pub(super) fn paced(
        &self,
        corpora: &[&'static str],
    ) -> Result<Vec<(&'static str, [f64; 3])>, Problems> {
        let paced = corpora.iter().map(|corpus| {
            let printed = output(Command::new(&self.program).args(["paced", corpus, LINK]))?;
            Ok((*corpus, several(&printed)?))
        });
        paced.collect()
    }

    /// Measures over loopback and returns the table of the example, by corpus.
    pub(super) fn loopback(
        &self,
        corpora: &[&'static str],
    ) -> Result<Vec<(&'static str, String)>, Problems> {
        let Some(python) = &self.python else {
            return Ok(Vec::new());
        };
        let fetched = corpora.iter().map(|corpus| {
            let body = self.body(corpus)?;
            run(Command::new(python).args(["-c", GZIP]).arg(&body))?;
            let mut command = Command::new(&self.loopback);
            command
                .env("BRAINCUBE_PYTHON", python)
                .arg(self.rounds.to_string())
                .arg(&body)
                .arg(body.with_extension("json.gz"));
            Ok((*corpus, output(&mut command)?))
        });
        fetched.collect()
    }

    /// Whether the workspace forbids unsafe code.
    pub(super) fn forbids_unsafe(&self) -> Result<bool, Problems> {
        let manifest = self.workspace.text("Cargo.toml")?.unwrap_or_default();
        Ok(manifest.contains("unsafe_code = \"forbid\""))
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn one(printed: &str) -> Result<f64, Problems> {
    several(printed).map(|[one]| one)
}

fn several<const N: usize>(printed: &str) -> Result<[f64; N], Problems> {
    numbers(printed)
        .ok_or_else(|| Problems::one(format!("expected {N} numbers, found `{printed}`")))
}
