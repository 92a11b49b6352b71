//! [`MemoryBaseHandle`]: a handle of a memory base.

use std::fmt;

use braincube_model::request::{Endpoints, Scope};
use braincube_model::{BcId, LongId, response};

use crate::collection::Collection;
use crate::connection::Connection;
use crate::error::{Error, Result, invalid};
use crate::resource::{Place, Resource};
use crate::variable_id::VariableId;
use crate::{model, not_found};

/// The number of variables that a memory base is expected to contain.
const EXPECTED_VARIABLES: u64 = 1_000;

/// A handle of a memory base, which is a table of process data. Creating a handle sends no request.
///
/// Each call fails with [`ErrorKind::Input`](crate::ErrorKind::Input) if the bcId cannot be one of a memory base, and with
/// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the memory base does not exist.
#[derive(Clone, Debug)]
pub struct MemoryBaseHandle {
    connection: Connection,
    bcid: BcId,
    braincube: String,
}

impl MemoryBaseHandle {
    pub(crate) fn new(connection: Connection, braincube: String, bcid: BcId) -> Self {
        Self {
            connection,
            bcid,
            braincube,
        }
    }

    /// The bcId.
    pub fn bcid(&self) -> &BcId {
        &self.bcid
    }

    /// The name of the braincube.
    pub fn braincube(&self) -> &str {
        &self.braincube
    }

    /// Returns the long id of a variable of this memory base, which filters are built from. Sends no request.
    ///
    /// ```no_run
    /// use braincube::VariableFilter;
    ///
    /// # fn example(client: braincube::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let line = client.braincube("demo").memory_base(20);
    /// let running = line.variable(2_000_036)?.greater_than(1.0)?;
    /// assert_eq!(line.variable("2000036")?, line.variable(2_000_036)?);
    /// assert!(line.variable(-1).is_err());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) if the id is not one of a variable of this memory base. Whether the
    /// variable exists is not checked.
    pub fn variable(&self, bcid: impl Into<VariableId>) -> Result<LongId> {
        let base = self.number()?;
        Ok(LongId::variable(base, bcid.into().within(base)?))
    }

    /// Returns the collection of the variables; sends no request until it is read.
    pub fn variables(&self) -> Collection<model::Variable> {
        self.collection().expecting(EXPECTED_VARIABLES)
    }

    /// Returns the collection of the data groups; sends no request until it is read. A data group is a named set of variables.
    pub fn data_groups(&self) -> Collection<model::DataGroup> {
        self.collection()
    }

    /// Returns the collection of the events; sends no request until it is read. An event is a named set of conditions.
    pub fn events(&self) -> Collection<model::Event> {
        self.collection()
    }

    /// Returns the collection of the jobs; sends no request until it is read. A job is an analysis of the memory base: its
    /// rows, variables and categories.
    pub fn jobs(&self) -> Collection<model::Job> {
        self.collection()
    }

    /// Returns the collection of the rules of all jobs; sends no request until it is read.
    pub fn rules(&self) -> Collection<model::Rule> {
        self.collection()
    }

    pub(crate) fn rules_of(&self, job: BcId) -> Collection<model::Rule> {
        let mut place = self.place();
        place.job = Some(job);
        Collection::new(self.connection.clone(), place)
    }

    pub(crate) fn collection<E: Resource>(&self) -> Collection<E> {
        Collection::new(self.connection.clone(), self.place())
    }

    /// Where the entities of the memory base are.
    fn place(&self) -> Place {
        Place {
            braincube: self.braincube.clone(),
            memory_base: Some(self.bcid.clone()),
            job: None,
        }
    }

    /// Returns the description of the memory base.
    ///
    /// # Errors
    ///
    /// As [`info`](Self::info).
    pub async fn describe(&self) -> Result<model::MemoryBase> {
        let bcid = self.bcid();
        let request = |endpoints: &Endpoints| {
            endpoints.one::<model::MemoryBase>(Scope::new(&self.braincube), bcid)
        };
        match self.connection.call(request, response::one).await {
            Err(error) => Err(self.explain(error).await.about(|| self.to_string())),
            described => described,
        }
    }

    /// Returns the properties of the memory base in the data service, such as its order variable and its time zone.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the memory base or its braincube does not exist. Up to two
    /// more requests then find similar names for the error message. Also if the request fails, or the response cannot be
    /// parsed.
    pub async fn info(&self) -> Result<response::MemoryBaseInfo> {
        let base = self.number()?;
        let request = |endpoints: &Endpoints| endpoints.memory_base_info(self.braincube(), base);
        match self
            .connection
            .call(request, response::memory_base_info)
            .await
        {
            Err(error) => Err(self.explain(error).await),
            info => info,
        }
    }

    async fn explain(&self, error: Error) -> Error {
        not_found::explain(&self.connection, &self.place(), error).await
    }

    /// The bcId as a number, which long ids and requests for data contain.
    pub(crate) fn number(&self) -> Result<u64> {
        let number = self.bcid().number();
        number.map_err(|error| invalid("memory base", error.to_string()))
    }

    /// The same handle for a long-running operation.
    pub(crate) fn long_running(mut self) -> Self {
        self.connection = self.connection.long_running();
        self
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }
}

impl fmt::Display for MemoryBaseHandle {
    /// `memory base 20 of "demo"`.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Display::fmt(&self.place(), f)
    }
}
