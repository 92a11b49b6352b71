//! The requests for entities: one, or a page of a list.

use bytes::Bytes;
use http::Request;

use super::Endpoints;
use super::build::get;
use crate::BcId;
use crate::request::{Page, RequestError, operations};

impl Endpoints {
    /// `GET …/braincube/mb/all/summary`: the memory bases of a braincube.
    ///
    /// # Errors
    ///
    /// If a name or an id cannot stand in an address, or the page has a size that is not allowed.
    pub fn memory_bases(
        &self,
        braincube: &str,
        page: Page,
    ) -> Result<Request<Bytes>, RequestError> {
        get(
            &self.api,
            operations::MEMORY_BASES,
            Some(braincube),
            &[],
            Some(page),
        )
    }

    /// `GET …/braincube/mb/{memory_base}/extended`: one memory base.
    ///
    /// # Errors
    ///
    /// If a name or an id cannot stand in an address.
    pub fn memory_base(
        &self,
        braincube: &str,
        memory_base: &BcId,
    ) -> Result<Request<Bytes>, RequestError> {
        let ids = [memory_base.as_str()];
        get(
            &self.api,
            operations::MEMORY_BASE,
            Some(braincube),
            &ids,
            None,
        )
    }

    /// `GET …/braincube/mb/all/selector`: the memory bases of a braincube in short, all at once: an older list.
    ///
    /// # Errors
    ///
    /// If a name or an id cannot stand in an address.
    pub fn memory_base_selector(&self, braincube: &str) -> Result<Request<Bytes>, RequestError> {
        get(
            &self.api,
            operations::MEMORY_BASE_SELECTOR,
            Some(braincube),
            &[],
            None,
        )
    }

    /// `GET …/braincube/mb/{memory_base}/variables/summary`: the variables of a memory base.
    ///
    /// # Errors
    ///
    /// If a name or an id cannot stand in an address, or the page has a size that is not allowed.
    pub fn variables(
        &self,
        braincube: &str,
        memory_base: &BcId,
        page: Page,
    ) -> Result<Request<Bytes>, RequestError> {
        let ids = [memory_base.as_str()];
        get(
            &self.api,
            operations::VARIABLES,
            Some(braincube),
            &ids,
            Some(page),
        )
    }

    /// `GET …/braincube/mb/{memory_base}/variables/{variable}/extended`: one variable.
    ///
    /// # Errors
    ///
    /// If a name or an id cannot stand in an address.
    pub fn variable(
        &self,
        braincube: &str,
        memory_base: &BcId,
        variable: &BcId,
    ) -> Result<Request<Bytes>, RequestError> {
        let ids = [memory_base.as_str(), variable.as_str()];
        get(&self.api, operations::VARIABLE, Some(braincube), &ids, None)
    }

    /// `GET …/braincube/mb/{memory_base}/variables/selector`: the variables of a memory base in short, all at once: an older list.
    ///
    /// # Errors
    ///
    /// If a name or an id cannot stand in an address.
    pub fn variable_selector(
        &self,
        braincube: &str,
        memory_base: &BcId,
    ) -> Result<Request<Bytes>, RequestError> {
        let ids = [memory_base.as_str()];
        get(
            &self.api,
            operations::VARIABLE_SELECTOR,
            Some(braincube),
            &ids,
            None,
        )
    }

    /// `GET …/braincube/mb/{memory_base}/dataGroups/summary`: the data groups of a memory base.
    ///
    /// # Errors
    ///
    /// If a name or an id cannot stand in an address, or the page has a size that is not allowed.
    pub fn data_groups(
        &self,
        braincube: &str,
        memory_base: &BcId,
        page: Page,
    ) -> Result<Request<Bytes>, RequestError> {
        let ids = [memory_base.as_str()];
        get(
            &self.api,
            operations::DATA_GROUPS,
            Some(braincube),
            &ids,
            Some(page),
        )
    }

    /// `GET …/braincube/mb/{memory_base}/dataGroups/{data_group}/extended`: one data group.
    ///
    /// # Errors
    ///
    /// If a name or an id cannot stand in an address.
    pub fn data_group(
        &self,
        braincube: &str,
        memory_base: &BcId,
        data_group: &BcId,
    ) -> Result<Request<Bytes>, RequestError> {
        let ids = [memory_base.as_str(), data_group.as_str()];
        get(
            &self.api,
            operations::DATA_GROUP,
            Some(braincube),
            &ids,
            None,
        )
    }

    /// `GET …/braincube/mb/{memory_base}/events/all/extended`: the events of a memory base.
    ///
    /// # Errors
    ///
    /// If a name or an id cannot stand in an address, or the page has a size that is not allowed.
    pub fn events(
        &self,
        braincube: &str,
        memory_base: &BcId,
        page: Page,
    ) -> Result<Request<Bytes>, RequestError> {
        let ids = [memory_base.as_str()];
        get(
            &self.api,
            operations::EVENTS,
            Some(braincube),
            &ids,
            Some(page),
        )
    }

    /// `GET …/braincube/mb/{memory_base}/events/{event}/extended`: one event.
    ///
    /// # Errors
    ///
    /// If a name or an id cannot stand in an address.
    pub fn event(
        &self,
        braincube: &str,
        memory_base: &BcId,
        event: &BcId,
    ) -> Result<Request<Bytes>, RequestError> {
        let ids = [memory_base.as_str(), event.as_str()];
        get(&self.api, operations::EVENT, Some(braincube), &ids, None)
    }

    /// `GET …/braincube/mb/{memory_base}/jobs/all/summary`: the jobs of a memory base.
    ///
    /// # Errors
    ///
    /// If a name or an id cannot stand in an address, or the page has a size that is not allowed.
    pub fn jobs(
        &self,
        braincube: &str,
        memory_base: &BcId,
        page: Page,
    ) -> Result<Request<Bytes>, RequestError> {
        let ids = [memory_base.as_str()];
        get(
            &self.api,
            operations::JOBS,
            Some(braincube),
            &ids,
            Some(page),
        )
    }

    /// `GET …/braincube/mb/{memory_base}/jobs/{job}/extended`: one job.
    ///
    /// # Errors
    ///
    /// If a name or an id cannot stand in an address.
    pub fn job(
        &self,
        braincube: &str,
        memory_base: &BcId,
        job: &BcId,
    ) -> Result<Request<Bytes>, RequestError> {
        let ids = [memory_base.as_str(), job.as_str()];
        get(&self.api, operations::JOB, Some(braincube), &ids, None)
    }

    /// `GET …/braincube/mb/{memory_base}/rules/all/selector`: the rules of a memory base.
    ///
    /// # Errors
    ///
    /// If a name or an id cannot stand in an address, or the page has a size that is not allowed.
    pub fn rules(
        &self,
        braincube: &str,
        memory_base: &BcId,
        page: Page,
    ) -> Result<Request<Bytes>, RequestError> {
        let ids = [memory_base.as_str()];
        get(
            &self.api,
            operations::RULES,
            Some(braincube),
            &ids,
            Some(page),
        )
    }

    /// `GET …/braincube/mb/{memory_base}/rules/{rule}/summary`: one rule.
    ///
    /// # Errors
    ///
    /// If a name or an id cannot stand in an address.
    pub fn rule(
        &self,
        braincube: &str,
        memory_base: &BcId,
        rule: &BcId,
    ) -> Result<Request<Bytes>, RequestError> {
        let ids = [memory_base.as_str(), rule.as_str()];
        get(&self.api, operations::RULE, Some(braincube), &ids, None)
    }

    /// `GET …/braincube/mb/{memory_base}/jobs/{job}/rules/all/summary`: the rules of one job.
    ///
    /// # Errors
    ///
    /// If a name or an id cannot stand in an address, or the page has a size that is not allowed.
    pub fn job_rules(
        &self,
        braincube: &str,
        memory_base: &BcId,
        job: &BcId,
        page: Page,
    ) -> Result<Request<Bytes>, RequestError> {
        let ids = [memory_base.as_str(), job.as_str()];
        get(
            &self.api,
            operations::JOB_RULES,
            Some(braincube),
            &ids,
            Some(page),
        )
    }
}
