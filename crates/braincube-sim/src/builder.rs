//! [`SimulatorBuilder`]: the data and the settings of a simulator.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::csv_file::{self, CsvFile};
use crate::dryer::{self, BATCH_DRYER};
use crate::endpoint::EndpointBuilder;
use crate::error::Error;
use crate::extraction::{Change, EmptyColumn, ExtractionOptions};
use crate::fault::{Fault, Faults};
use crate::generated;
use crate::memory_base::MemoryBase;
use crate::oauth::{OAuth, OAuth2Server};
use crate::simulator::Simulator;
use crate::site::{Braincube, DEMO, Site};
use crate::study::Kind;
#[cfg(feature = "tls")]
use crate::tls::Certificate;
use crate::token::Token;
use crate::wire_log::{MAX_REQUESTS, WireLog};

/// Builds a [`Simulator`].
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
#[derive(Clone, Debug, Default)]
#[must_use = "a builder does nothing until `start`"]
pub struct SimulatorBuilder {
    endpoint: EndpointBuilder,
    any_address: bool,
    token: Token,
    oauth2: OAuth2Server,
    braincube_name: Option<String>,
    without_dryer: bool,
    csv_files: Vec<PathBuf>,
    broken_variables: Vec<(u64, u64)>,
    time_zones: Vec<(u64, Option<String>)>,
    entities: Vec<AddedEntity>,
    generated: Vec<(u64, usize, usize)>,
    removed_rows: usize,
    shuffles_ties: bool,
    extraction: ExtractionOptions,
    path_prefix: String,
    faults: Vec<Fault>,
    log_limit: Option<usize>,
}

/// An entity that is added to a memory base.
#[derive(Clone, Debug)]
struct AddedEntity {
    memory_base: u64,
    kind: Kind,
    json: String,
}

impl Simulator {
    /// Returns a builder for a simulator.
    pub fn builder() -> SimulatorBuilder {
        SimulatorBuilder::default()
    }

    /// Starts a simulator with the memory base "Batch dryer" on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// [`Error::Bind`] if there is no free port.
    pub async fn start() -> Result<Self, Error> {
        Self::builder().start().await
    }
}

impl SimulatorBuilder {
    /// Removes memory base 20, "Batch dryer".
    pub fn without_dryer(mut self) -> Self {
        self.without_dryer = true;
        self
    }

    /// Mounts a CSV file as an additional memory base, named after the file. The first one has the bcId 21, the next 22.
    ///
    /// The first line contains the names of the columns. A column is NUMERIC if all its values are finite numbers, DATETIME
    /// if all are dates (`YYYYMMDD_HHMMSS` or ISO 8601; a date with a zone is converted to UTC), otherwise DISCRETE. Empty
    /// cells (also `""`) and `NA`, `NaN`, `nan`, `null` and `?` are missing. Column *k* of memory base *b* has the bcId
    /// `b * 100000 + k`. The first DATETIME column is the order variable; a file without one gets an additional variable
    /// "Row" with the row numbers, from 1.
    ///
    /// - Separator: that of a first line such as `sep=;`, otherwise `,`, `;` or a tab, whichever is most frequent in the first
    ///   line.
    /// - Numbers may have a decimal comma if `,` is not the separator. A column with decimal commas and points is DISCRETE.
    /// - Dates such as `28/10/2023` or `28.10.2023 22:00:00` are read as day, month, year if a day above 12 occurs in the
    ///   column and no month is above 12. Otherwise the column is DISCRETE.
    /// - Encoding: that of a byte order mark (UTF-8, UTF-16); without one UTF-8, or Windows-1252 (Latin-1) if the bytes are
    ///   not UTF-8.
    ///
    /// [`Simulator::csv_files`] describes the mounted files, and which cell made a column DISCRETE.
    pub fn csv(mut self, path: impl Into<PathBuf>) -> Self {
        self.csv_files.push(path.into());
        self
    }

    /// Sets the personal access token, instead of [`DEMO_TOKEN`](crate::DEMO_TOKEN).
    pub fn token(mut self, token: impl AsRef<str>) -> Self {
        self.token = Token::new(token.as_ref());
        self
    }

    /// Sets the authorization server.
    pub fn oauth2(mut self, server: OAuth2Server) -> Self {
        self.oauth2 = server;
        self
    }

    /// Sets the name of the Braincube, instead of [`DEMO`]: any text, without percent-encoding.
    pub fn braincube_name(mut self, name: impl Into<String>) -> Self {
        self.braincube_name = Some(name.into());
        self
    }

    /// Sends a variable without data, as the service does for a column in error. It can still sort and filter rows.
    pub fn broken_variable(mut self, memory_base: u64, variable: u64) -> Self {
        self.broken_variables.push((memory_base, variable));
        self
    }

    /// Sets the form of the columns of broken variables, instead of omitting the key `data`.
    pub fn empty_columns(mut self, form: EmptyColumn) -> Self {
        self.extraction.empty_column = form;
        self
    }

    /// Sends an empty column for an unknown variable, in the form of [`empty_columns`](Self::empty_columns), instead of
    /// rejecting the extraction.
    pub fn unknown_as_empty(mut self) -> Self {
        self.extraction.unknown_as_empty = true;
        self
    }

    /// Sets the time zone of a memory base, whether it exists or not; `None` sends none. The default is `Etc/GMT`. Dates are
    /// not changed.
    pub fn time_zone<'a>(mut self, memory_base: u64, zone: impl Into<Option<&'a str>>) -> Self {
        let zone = zone.into().map(String::from);
        self.time_zones.push((memory_base, zone));
        self
    }

    /// Adds a memory base of computed data: a DATETIME variable with a date per second, and NUMERIC ones. Variable *k* of
    /// memory base *b* has the bcId `b * 100000 + k`, from 1.
    pub fn generated(mut self, memory_base: u64, variables: usize, rows: usize) -> Self {
        self.generated.push((memory_base, variables, rows));
        self
    }

    /// Removes the last row of all memory bases after each of the first extractions, up to this number.
    pub fn changing_data(mut self, extractions: usize) -> Self {
        self.removed_rows = extractions;
        self
    }

    /// Changes the order of rows with equal or missing values of the order variable from each extraction to the next.
    pub fn shuffling_ties(mut self) -> Self {
        self.shuffles_ties = true;
        self
    }

    /// Omits the types of the columns of an extraction, or sends `null`.
    pub fn without_types(mut self) -> Self {
        self.extraction.without_types = true;
        self
    }

    /// Rejects an extraction of more variables with status 413.
    pub fn max_columns(mut self, columns: usize) -> Self {
        self.extraction.max_columns = Some(columns);
        self
    }

    /// Adds a data group to a memory base: a JSON object with a numeric `bcId`.
    pub fn data_group(self, memory_base: u64, json: impl Into<String>) -> Self {
        self.entity(memory_base, Kind::DataGroup, json)
    }

    /// Adds an event to a memory base: a JSON object with a numeric `bcId`.
    pub fn event(self, memory_base: u64, json: impl Into<String>) -> Self {
        self.entity(memory_base, Kind::Event, json)
    }

    /// Adds a job to a memory base: a JSON object with a numeric `bcId`.
    pub fn job(self, memory_base: u64, json: impl Into<String>) -> Self {
        self.entity(memory_base, Kind::Job, json)
    }

    /// Adds a rule to a memory base: a JSON object with a numeric `bcId`; `job.bcId` is its job.
    pub fn rule(self, memory_base: u64, json: impl Into<String>) -> Self {
        self.entity(memory_base, Kind::Rule, json)
    }

    fn entity(mut self, memory_base: u64, kind: Kind, json: impl Into<String>) -> Self {
        let json = json.into();
        self.entities.push(AddedEntity {
            memory_base,
            kind,
            json,
        });
        self
    }

    /// Adds a path such as `/prefix/v1.0` before all paths, as gateways do.
    pub fn path_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.path_prefix = prefix.into();
        self
    }

    /// Adds a fault.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Uses TLS, with a certificate that is generated at the start. Clients must trust [`Simulator::ca_pem`].
    #[cfg(feature = "tls")]
    pub fn tls(mut self, certificate: Certificate) -> Self {
        self.endpoint.certificate = Some(certificate);
        self
    }

    /// Sets the maximum number of recorded requests, instead of 10,000; 0 records none. All requests are counted.
    pub fn log_limit(mut self, requests: usize) -> Self {
        self.log_limit = Some(requests);
        self
    }

    /// Sets the address to listen on, instead of a free port of 127.0.0.1.
    pub fn bind(mut self, address: SocketAddr) -> Self {
        self.endpoint.address = address;
        self
    }

    /// Allows an address that other machines can reach. Anyone with the token can then read the mounted files, and the
    /// connection is not encrypted.
    pub fn allow_any_address(mut self) -> Self {
        self.any_address = true;
        self
    }

    /// Reads the files and starts listening.
    ///
    /// # Errors
    ///
    /// [`Error::ReadCsv`] and [`Error::Csv`] for a file that is not a table, [`Error::Setting`] for an invalid setting,
    /// [`Error::NotLoopback`] for an address that is not allowed, [`Error::Bind`] if the address is in use;
    /// `Error::Certificate` if the certificate cannot be generated.
    pub async fn start(self) -> Result<Simulator, Error> {
        let address = self.endpoint.address;
        if !self.any_address && !address.ip().is_loopback() {
            return Err(Error::NotLoopback { address });
        }
        self.token.check("token")?;
        self.oauth2.check()?;
        let prefix = check_prefix(&self.path_prefix)?;
        if self.braincube_name.as_deref() == Some("") {
            return Err(Error::setting("braincube_name", "it is empty"));
        }
        let (memory_bases, csv_files) = self.memory_bases()?;
        let braincube = Braincube {
            name: self.braincube_name.as_deref().unwrap_or(DEMO).into(),
            memory_bases: memory_bases.into_iter().map(Arc::new).collect(),
        };
        let site = Site {
            token: self.token,
            oauth: OAuth::new(self.oauth2),
            braincube,
            csv_files,
            extraction: self.extraction,
            change: Change::new(self.removed_rows, self.shuffles_ties),
            log: WireLog::with_limit(self.log_limit.unwrap_or(MAX_REQUESTS)),
            faults: Faults::new(self.faults),
        };
        Simulator::listen(self.endpoint, prefix, Arc::new(site)).await
    }

    fn memory_bases(&self) -> Result<(Vec<MemoryBase>, Vec<CsvFile>), Error> {
        let (mut bases, mut csv_files) = (Vec::new(), Vec::new());
        if !self.without_dryer {
            bases.push(dryer::memory_base());
        }
        for (bc_id, path) in (BATCH_DRYER + 1..).zip(&self.csv_files) {
            let (base, csv_file) = csv_file::memory_base(bc_id, path)?;
            bases.push(base);
            csv_files.push(csv_file);
        }
        for &(bc_id, variables, rows) in &self.generated {
            if variables == 0 || bases.iter().any(|base| base.bc_id() == bc_id) {
                let reason = format!("memory base {bc_id} already exists, or has no variable");
                return Err(Error::setting("generated", reason));
            }
            bases.push(generated::memory_base(bc_id, variables, rows));
        }
        for &(bc_id, variable) in &self.broken_variables {
            let base = find(&mut bases, bc_id, "broken_variable")?;
            if !base.break_variable(variable) {
                let reason = format!("there is no variable mb{bc_id}/d{variable}");
                return Err(Error::setting("broken_variable", reason));
            }
        }
        for (bc_id, zone) in &self.time_zones {
            find(&mut bases, *bc_id, "time_zone")?.time_zone = zone.clone();
        }
        for entity in &self.entities {
            entity.add_to(&mut bases)?;
        }
        Ok((bases, csv_files))
    }
}

impl AddedEntity {
    fn add_to(&self, bases: &mut [MemoryBase]) -> Result<(), Error> {
        let setting = self.kind.as_str();
        let object: Map<String, Value> = serde_json::from_str(&self.json)
            .map_err(|error| Error::setting(setting, format!("not a JSON object: {error}")))?;
        let bc_id = object.get("bcId").and_then(Value::as_u64);
        let bc_id = bc_id.ok_or_else(|| Error::setting(setting, "its bcId is not a number"))?;
        let base = find(bases, self.memory_base, setting)?;
        base.study.add(self.kind, bc_id, object);
        Ok(())
    }
}

/// Finds a memory base that a setting names.
fn find<'a>(
    bases: &'a mut [MemoryBase],
    bc_id: u64,
    setting: &'static str,
) -> Result<&'a mut MemoryBase, Error> {
    let mut bases = bases.iter_mut();
    bases
        .find(|base| base.bc_id() == bc_id)
        .ok_or_else(|| Error::setting(setting, format!("there is no memory base {bc_id}")))
}

/// Normalizes a prefix: a leading slash, and no trailing one.
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
        let reason =
            "expected a path such as `/one/two`, of ASCII letters, digits, `-`, `.`, `_` and `~`";
        Err(Error::setting("path_prefix", reason))
    }
}

#[cfg(test)]
mod tests {
    use super::check_prefix;

    #[test]
    fn a_prefix_has_a_leading_slash_and_no_trailing_one() {
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
    fn an_invalid_prefix_is_rejected() {
        for bad in ["/a//b", "/{name}", "/a b", "/é", "/*", "/a?b"] {
            let error = check_prefix(bad).unwrap_err().to_string();
            assert!(
                error.starts_with("`path_prefix` cannot be used"),
                "{bad}: {error}"
            );
        }
    }
}
