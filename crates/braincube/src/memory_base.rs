//! [`MemoryBase`]: the address of one memory base.

use braincube_model::{LongId, answer};

use crate::client::Client;
use crate::collection::{Collection, InMemoryBase};
use crate::data::{DataQuery, VariableId};
use crate::error::Result;
use crate::model;

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
    /// ```no_run
    /// use braincube::VariableFilter;
    ///
    /// # async fn example(client: braincube::Client) {
    /// let line = client.braincube("demo").memory_base(20);
    /// let running = line.variable(2_000_036).great(1.0);
    /// # }
    /// ```
    pub fn variable(&self, bcid: u64) -> LongId {
        LongId::variable(self.bcid, bcid)
    }

    /// The variables of the memory base.
    pub fn variables(&self) -> Collection<model::Variable> {
        let parent = InMemoryBase {
            braincube: self.braincube.clone(),
            memory_base: self.bcid,
        };
        Collection::new(self.client.clone(), parent)
    }

    /// The description of the memory base itself.
    ///
    /// # Errors
    ///
    /// Where the memory base does not exist or the request fails.
    pub async fn describe(&self) -> Result<model::MemoryBase> {
        let braincube = self.client.braincube(&self.braincube);
        braincube.memory_bases().get(self.bcid).await
    }

    /// What the data service knows of the memory base: its order variable, its time zone.
    ///
    /// # Errors
    ///
    /// Where the memory base does not exist or the request fails.
    pub async fn info(&self) -> Result<answer::MemoryBaseInfo> {
        self.client
            .call(
                |endpoints| endpoints.memory_base_info(&self.braincube, self.bcid),
                answer::memory_base_info,
            )
            .await
    }

    /// Data of these variables, by bcId or long id, one column each in this order.
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

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }
}
