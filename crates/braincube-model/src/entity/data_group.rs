//! [`DataGroup`]: variables under a name.

use serde_json::value::RawValue;

use super::sealed::Read;
use super::{Common, Entity, accessors_of_common};
use crate::json::object::reference;
use crate::json::{JsonError, Object};
use crate::{BcId, Metadata};

/// Variables under a name.
#[derive(Clone, Debug, PartialEq)]
pub struct DataGroup {
    common: Common,
    variables: Vec<BcId>,
}

impl DataGroup {
    /// `variables`: the ids of the variables, in the order in which they came.
    pub fn variables(&self) -> &[BcId] {
        &self.variables
    }
}

impl Read for DataGroup {
    fn from_json(raw: &RawValue) -> Result<Self, JsonError> {
        let object = Object::parse(raw)?;
        Ok(Self {
            common: Common::read(&object, "bcId", "name")?,
            variables: object.list("variables", reference)?,
        })
    }
}

impl Entity for DataGroup {
    accessors_of_common!();
}
