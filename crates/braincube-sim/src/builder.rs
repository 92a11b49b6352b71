//! [`SimulatorBuilder`]: what a simulator holds and where it listens.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use crate::access::{DEMO_TOKEN, Token};
use crate::change::Change;
use crate::csv_file::{self, CsvFile};
use crate::dryer::{self, BATCH_DRYER};
use crate::endpoint::EndpointBuilder;
use crate::error::Error;
use crate::extraction::EmptyColumn;
use crate::fault::{Fault, Faults};
use crate::generated;
use crate::memory_base::MemoryBase;
use crate::oauth::{OAuth, OAuth2Server};
use crate::simulator::Simulator;
use crate::site::{Braincube, DEMO, Site};
use crate::study::Kind;
#[cfg(feature = "tls")]
use crate::tls::Certificate;
use crate::wire_log::{MAX_REQUESTS, WireLog};

mod mounted;

use self::mounted::Mounted;

/// What a simulator holds and where it listens.
///
/// ```no_run
/// # async fn f() -> Result<(), braincube_sim::Error> {
/// use braincube_sim::Simulator;
///
/// let simulator = Simulator::builder()
///     .csv("furnace.csv") // memory base 21, "furnace"
///     .token("secret")
///     .start()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `start`"]
pub struct SimulatorBuilder {
    endpoint: EndpointBuilder,
    any_address: bool,
    token: Token,
    oauth2: OAuth2Server,
    braincube_name: String,
    dryer: bool,
    csv_files: Vec<PathBuf>,
    broken: Vec<(u64, u64)>,
    empty_column: EmptyColumn,
    unknown_as_empty: bool,
    time_zones: Vec<(u64, Option<String>)>,
    studied: Vec<Mounted>,
    generated: Vec<(u64, usize, usize)>,
    changes: usize,
    shuffles: bool,
    most_columns: Option<usize>,
    untyped: bool,
    path_prefix: String,
    faults: Vec<Fault>,
    logged: usize,
}

impl Default for SimulatorBuilder {
    fn default() -> Self {
        Self {
            endpoint: EndpointBuilder::default(),
            any_address: false,
            token: Token::new(DEMO_TOKEN),
            oauth2: OAuth2Server::default(),
            braincube_name: DEMO.into(),
            dryer: true,
            csv_files: Vec::new(),
            broken: Vec::new(),
            empty_column: EmptyColumn::default(),
            unknown_as_empty: false,
            time_zones: Vec::new(),
            studied: Vec::new(),
            generated: Vec::new(),
            changes: 0,
            shuffles: false,
            most_columns: None,
            untyped: false,
            path_prefix: String::new(),
            faults: Vec::new(),
            logged: MAX_REQUESTS,
        }
    }
}

impl SimulatorBuilder {
    /// Leaves out memory base 20, "Batch dryer".
    pub fn without_dryer(mut self) -> Self {
        self.dryer = false;
        self
    }

    /// Mounts a CSV file as a further memory base, named after the file. The first has the bcId 21, the next 22.
    ///
    /// The first line names the columns. A column is NUMERIC if all its values are finite numbers, DATETIME if all are
    /// dates (`YYYYMMDD_HHMMSS` or ISO 8601; a zone is turned to UTC), else DISCRETE. Empty cells and `NA`, `NaN`,
    /// `nan`, `null`, `?` are missing. Column *k* of memory base *b* has the bcId `b * 100000 + k`. The first DATETIME
    /// column orders the rows; a file without one gets a last variable "Row" that counts from 1.
    ///
    /// - Separator: `,`, `;` or a tab, whichever the first line has most of; or the one that a first line such as `sep=;`
    ///   names.
    /// - Numbers may have a decimal comma where `,` is not the separator. A column that mixes it with the point is DISCRETE.
    /// - Dates such as `28/10/2023` or `28.10.2023 22:00:00` are read as day, month, year if a day above 12 occurs in the
    ///   column and no month would be above 12. Otherwise the column is DISCRETE.
    /// - Encoding: as a byte order mark says (UTF-8, UTF-16); without one UTF-8, and Windows-1252 (Latin-1) where the bytes
    ///   are not UTF-8.
    ///
    /// [`Simulator::csv_files`] describes what each file has become, and which cell made a column DISCRETE.
    pub fn csv(mut self, path: impl Into<PathBuf>) -> Self {
        self.csv_files.push(path.into());
        self
    }

    /// The personal access token that opens the simulator, instead of [`DEMO_TOKEN`].
    pub fn token(mut self, token: impl AsRef<str>) -> Self {
        self.token = Token::new(token.as_ref());
        self
    }

    /// The authorization server, instead of one that behaves well.
    pub fn oauth2(mut self, server: OAuth2Server) -> Self {
        self.oauth2 = server;
        self
    }

    /// The name of the Braincube, instead of [`DEMO`]; any text, as it is before it is escaped for a URL.
    pub fn braincube_name(mut self, name: impl Into<String>) -> Self {
        self.braincube_name = name.into();
        self
    }

    /// Answers a variable without data, as the service does for a column in error. It still orders and filters rows.
    pub fn broken_variable(mut self, memory_base: u64, variable: u64) -> Self {
        self.broken.push((memory_base, variable));
        self
    }

    /// Writes the columns of broken variables in this form, instead of without the key `data`.
    pub fn empty_columns(mut self, form: EmptyColumn) -> Self {
        self.empty_column = form;
        self
    }

    /// Answers a variable that does not exist with an empty column, in the form of [`empty_columns`](Self::empty_columns),
    /// instead of refusing the extraction.
    pub fn unknown_as_empty(mut self) -> Self {
        self.unknown_as_empty = true;
        self
    }

    /// Says that the dates of a memory base are in this time zone, whether it exists or not; with `None`, nothing is said
    /// of a zone. `Etc/GMT` unless this is called. No date is changed.
    pub fn time_zone<'a>(mut self, memory_base: u64, zone: impl Into<Option<&'a str>>) -> Self {
        let zone = zone.into().map(String::from);
        self.time_zones.push((memory_base, zone));
        self
    }

    /// Adds a memory base of computed data: a DATETIME variable that dates the rows second by second, and NUMERIC ones.
    /// Variable *k* of memory base *b* has the bcId `b * 100000 + k`, from 1 on.
    pub fn generated(mut self, memory_base: u64, variables: usize, rows: usize) -> Self {
        self.generated.push((memory_base, variables, rows));
        self
    }

    /// Changes the data while it is read: after each of the first extractions, as many as this, every memory base
    /// loses its last row.
    pub fn changing_data(mut self, extractions: usize) -> Self {
        self.changes = extractions;
        self
    }

    /// Lets rows that the order variable does not tell apart, because it is equal in them or missing, change places from
    /// each extraction to the next.
    pub fn shuffling_ties(mut self) -> Self {
        self.shuffles = true;
        self
    }

    /// Leaves out of which type each column of an extraction is, or says `null` for it.
    pub fn without_types(mut self) -> Self {
        self.untyped = true;
        self
    }

    /// Refuses an extraction of more variables than this with status 413.
    pub fn most_columns(mut self, columns: usize) -> Self {
        self.most_columns = Some(columns);
        self
    }

    /// Adds a data group to a memory base: its JSON object, with at least a `bcId` that is a number.
    pub fn data_group(self, memory_base: u64, json: impl Into<String>) -> Self {
        self.studied(memory_base, Kind::DataGroup, json)
    }

    /// Adds an event to a memory base, in the same way.
    pub fn event(self, memory_base: u64, json: impl Into<String>) -> Self {
        self.studied(memory_base, Kind::Event, json)
    }

    /// Adds a job to a memory base, in the same way.
    pub fn job(self, memory_base: u64, json: impl Into<String>) -> Self {
        self.studied(memory_base, Kind::Job, json)
    }

    /// Adds a rule to a memory base, in the same way; `job.bcId` says which job found it.
    pub fn rule(self, memory_base: u64, json: impl Into<String>) -> Self {
        self.studied(memory_base, Kind::Rule, json)
    }

    fn studied(mut self, memory_base: u64, kind: Kind, json: impl Into<String>) -> Self {
        self.studied.push(Mounted::new(memory_base, kind, json));
        self
    }

    /// Puts a path such as `/prefix/v1.0` before every path, as gateways do.
    pub fn path_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.path_prefix = prefix.into();
        self
    }

    /// Lets something go wrong.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Speaks TLS alone, with a certificate that is made when it starts. [`Simulator::ca_pem`] is what a client must
    /// trust for it.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, certificate: Certificate) -> Self {
        self.endpoint.certificate = Some(certificate);
        self
    }

    /// Keeps no more than the newest requests, as many as this, instead of 10,000; 0 is none. They are counted all the
    /// same.
    pub fn log_at_most(mut self, requests: usize) -> Self {
        self.logged = requests;
        self
    }

    /// The address to listen on, instead of a free port of 127.0.0.1.
    pub fn bind(mut self, address: SocketAddr) -> Self {
        self.endpoint.address = address;
        self
    }

    /// Lets [`bind`](Self::bind) take an address that other machines can reach. Whoever knows the token may then read
    /// the mounted files, and the connection is not encrypted.
    pub fn allow_any_address(mut self) -> Self {
        self.any_address = true;
        self
    }

    /// Reads the files and starts listening.
    ///
    /// # Errors
    ///
    /// [`Error::ReadCsv`] and [`Error::Csv`] for a file that is no table, [`Error::Setting`] for a setting that cannot
    /// be used, [`Error::NotLoopback`] for an address that was not allowed, [`Error::Bind`] if it is not free;
    /// [`Error::Certificate`] if there is to be one and it cannot be made.
    pub async fn start(self) -> Result<Simulator, Error> {
        let address = self.endpoint.address;
        if !self.any_address && !address.ip().is_loopback() {
            return Err(Error::NotLoopback { address });
        }
        self.token.check("token")?;
        self.oauth2.check()?;
        let prefix = check_prefix(&self.path_prefix)?;
        if self.braincube_name.is_empty() {
            return Err(Error::setting("braincube_name", "it is empty"));
        }
        let (memory_bases, csv_files) = self.memory_bases()?;
        let memory_bases = memory_bases.into_iter().map(Arc::new).collect();
        let braincube = Braincube {
            name: self.braincube_name.into(),
            memory_bases,
        };
        let site = Site {
            token: self.token,
            oauth: OAuth::new(self.oauth2),
            braincube,
            csv_files,
            most_columns: self.most_columns,
            untyped: self.untyped,
            empty_column: self.empty_column,
            unknown_as_empty: self.unknown_as_empty,
            change: Change::of(self.changes, self.shuffles),
            log: WireLog::of(self.logged),
            faults: Faults::new(self.faults),
        };
        Simulator::listen(self.endpoint, prefix, Arc::new(site)).await
    }

    fn memory_bases(&self) -> Result<(Vec<MemoryBase>, Vec<CsvFile>), Error> {
        let (mut bases, mut csv_files) = (Vec::new(), Vec::new());
        if self.dryer {
            bases.push(dryer::memory_base());
        }
        for (bc_id, path) in (BATCH_DRYER + 1..).zip(&self.csv_files) {
            let (base, csv_file) = csv_file::memory_base(bc_id, path)?;
            bases.push(base);
            csv_files.push(csv_file);
        }
        for &(bc_id, variables, rows) in &self.generated {
            if variables == 0 || bases.iter().any(|base| base.bc_id() == bc_id) {
                let reason = format!("memory base {bc_id} exists already, or has no variable");
                return Err(Error::setting("generated", reason));
            }
            bases.push(generated::memory_base(bc_id, variables, rows));
        }
        for &(memory_base, variable) in &self.broken {
            let base = bases.iter_mut().find(|base| base.bc_id() == memory_base);
            if !base.is_some_and(|base| base.break_variable(variable)) {
                let reason = format!("there is no variable mb{memory_base}/d{variable}");
                return Err(Error::setting("broken_variable", reason));
            }
        }
        for (memory_base, zone) in &self.time_zones {
            let base = bases.iter_mut().find(|base| base.bc_id() == *memory_base);
            let Some(base) = base else {
                let reason = format!("there is no memory base {memory_base}");
                return Err(Error::setting("time_zone", reason));
            };
            base.set_time_zone(zone.clone());
        }
        for mounted in &self.studied {
            mounted.mount(&mut bases)?;
        }
        Ok((bases, csv_files))
    }
}

/// A prefix without a slash at its end.
fn check_prefix(prefix: &str) -> Result<String, Error> {
    let trimmed = prefix.trim_matches('/');
    if trimmed.is_empty() {
        return Ok(String::new());
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let is_segment = |segment: &str| !segment.is_empty() && segment.bytes().all(plain);
    if trimmed.split('/').all(is_segment) {
        Ok(format!("/{trimmed}"))
    } else {
        let reason = "write it as `/one/two`, of ASCII letters, digits, `-`, `.`, `_` and `~`";
        Err(Error::setting("path_prefix", reason))
    }
}

#[cfg(test)]
mod tests {
    use super::check_prefix;

    #[test]
    fn a_prefix_has_no_slash_at_its_end() {
        for (given, kept) in [
            ("", ""),
            ("/", ""),
            ("/prefix/v1.0", "/prefix/v1.0"),
            ("a/", "/a"),
        ] {
            assert_eq!(check_prefix(given).unwrap(), kept, "{given:?}");
        }
    }

    #[test]
    fn a_prefix_that_no_path_can_have_is_refused() {
        for bad in ["/a//b", "/{name}", "/a b", "/é", "/*", "/a?b"] {
            let error = check_prefix(bad).unwrap_err().to_string();
            assert!(
                error.starts_with("`path_prefix` cannot be used"),
                "{bad}: {error}"
            );
        }
    }
}
