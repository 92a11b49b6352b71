//! [`Rule`]: what a job has found.

use serde_json::value::RawValue;

use super::sealed::Read;
use super::{Common, Entity, accessors_of_common};
use crate::json::{JsonError, Object};
use crate::{BcId, Metadata};

/// What a job has found. What it says stands in its [`metadata`](Entity::metadata).
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    common: Common,
}

impl Read for Rule {
    fn from_json(raw: &RawValue) -> Result<Self, JsonError> {
        let object = Object::parse(raw)?;
        Ok(Self {
            common: Common::read(&object, "bcId", "name")?,
        })
    }
}

impl Entity for Rule {
    accessors_of_common!();
}
