//! [`MemoryBase`]: the address of one memory base.

use std::fmt;

use braincube_model::request::Endpoints;
use braincube_model::{BcId, LongId, answer};

use crate::client::Client;
use crate::collection::{Collection, InJob, InMemoryBase, Resource};
use crate::data::{DataQuery, VariableId};
use crate::error::Result;
use crate::model;
use crate::names;
use crate::study::{DataGroup, Event, Job};

/// The address of a memory base: a table of process data. Costs no request.
#[derive(Clone, Debug)]
pub struct MemoryBase {
    client: Client,
    braincube: String,
    bcid: u64,
}

impl MemoryBase {
    pub(crate) fn new(client: Client, braincube: String, bcid: u64) -> Self {
        Self {
            client,
            braincube,
            bcid,
        }
    }

    /// The bcId.
    pub fn bcid(&self) -> u64 {
        self.bcid
    }

    /// The name of the braincube that holds it.
    pub fn braincube(&self) -> &str {
        &self.braincube
    }

    /// The long id of one of its variables, to build filters from. Costs no request.
    ///
    /// What is no bcId of a variable becomes the long id of the memory base itself, with which every comparison and every
    /// extraction is an error.
    ///
    /// ```no_run
    /// use braincube::VariableFilter;
    ///
    /// # async fn example(client: braincube::Client) {
    /// let line = client.braincube("demo").memory_base(20);
    /// let running = line.variable(2_000_036).great(1.0);
    /// assert_eq!(line.variable("2000036"), line.variable(2_000_036));
    /// assert!(line.variable(-1).great(1.0).is_err());
    /// # }
    /// ```
    pub fn variable(&self, bcid: impl Into<VariableId>) -> LongId {
        match bcid.into().within(self.bcid) {
            Ok(number) => LongId::variable(self.bcid, number),
            Err(_) => LongId::memory_base(self.bcid),
        }
    }

    /// The variables of the memory base.
    pub fn variables(&self) -> Collection<model::Variable> {
        self.collection()
    }

    /// The data groups of the memory base: variables under a name.
    pub fn data_groups(&self) -> Collection<model::DataGroup> {
        self.collection()
    }

    /// The events of the memory base: conditions under a name.
    pub fn events(&self) -> Collection<model::Event> {
        self.collection()
    }

    /// The jobs of the memory base: studies of it.
    pub fn jobs(&self) -> Collection<model::Job> {
        self.collection()
    }

    /// The rules of the memory base, whichever job found them.
    pub fn rules(&self) -> Collection<model::Rule> {
        self.rules_of(None)
    }

    pub(crate) fn rules_of(&self, job: Option<BcId>) -> Collection<model::Rule> {
        let memory_base = self.parent();
        Collection::new(self.client.clone(), InJob { memory_base, job })
    }

    fn collection<E: Resource<Parent = InMemoryBase>>(&self) -> Collection<E> {
        Collection::new(self.client.clone(), self.parent())
    }

    fn parent(&self) -> InMemoryBase {
        InMemoryBase {
            braincube: self.braincube.clone(),
            memory_base: self.bcid,
        }
    }

    /// The address of a data group, by its bcId. Costs no request.
    pub fn data_group(&self, bcid: impl Into<BcId>) -> DataGroup {
        DataGroup::new(self.clone(), bcid.into())
    }

    /// The address of an event, by its bcId. Costs no request.
    pub fn event(&self, bcid: impl Into<BcId>) -> Event {
        Event::new(self.clone(), bcid.into())
    }

    /// The address of a job, by its bcId. Costs no request.
    pub fn job(&self, bcid: impl Into<BcId>) -> Job {
        Job::new(self.clone(), bcid.into())
    }

    /// The variables that these texts name, in their order: each a bcId, a long id, or a standard name, tag or local name,
    /// letter for letter. Costs one listing; [`data`](Self::data) of what it gives costs no other one for its labels.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound), with the names most like it, where a text names no variable, and
    /// how many variables could not be read, among which it may be;
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) where it names several; else where the listing fails.
    pub async fn find_variables<I>(&self, names: I) -> Result<Vec<model::Variable>>
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        let texts: Vec<String> = names.into_iter().map(Into::into).collect();
        names::find(self, &texts).await
    }

    /// The description of the memory base itself.
    ///
    /// # Errors
    ///
    /// As [`info`](Self::info).
    pub async fn describe(&self) -> Result<model::MemoryBase> {
        let bases = self.client.braincube(&self.braincube).memory_bases();
        match bases.read(&self.bcid.into()).await {
            Err(error) => {
                let base = Some(self.bcid);
                let error = names::explained(&self.client, &self.braincube, base, error).await;
                Err(error.about(|| self.to_string()))
            }
            described => described,
        }
    }

    /// What the data service knows of the memory base: its order variable, its time zone.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) where the memory base or its braincube does not exist, with
    /// those that are called alike; else where the request fails.
    pub async fn info(&self) -> Result<answer::MemoryBaseInfo> {
        let ask = |endpoints: &Endpoints| endpoints.memory_base_info(&self.braincube, self.bcid);
        match self.client.call(ask, answer::memory_base_info).await {
            Err(error) => {
                let base = Some(self.bcid);
                Err(names::explained(&self.client, &self.braincube, base, error).await)
            }
            info => info,
        }
    }

    /// Data of these variables, by bcId, by long id or by description, one column each in this order.
    ///
    /// ```compile_fail
    /// # fn example(line: braincube::MemoryBase) {
    /// // A text is not a list of variables: this does not compile.
    /// let query = line.data("2000001");
    /// # }
    /// ```
    pub fn data<I>(&self, variables: I) -> DataQuery
    where
        I: IntoIterator,
        I::Item: Into<VariableId>,
    {
        DataQuery::of(
            self.clone(),
            variables.into_iter().map(Into::into).collect(),
        )
    }

    /// Data of every variable of the memory base, in the order in which the service lists them.
    pub fn all_data(&self) -> DataQuery {
        DataQuery::of_all(self.clone())
    }

    /// The same memory base, for long work.
    pub(crate) fn long_running(mut self) -> Self {
        self.client = self.client.long_running();
        self
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }
}

impl fmt::Display for MemoryBase {
    /// `memory base 20 of "demo"`.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Display::fmt(&self.parent(), f)
    }
}
