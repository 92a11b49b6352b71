//! The entities of a Braincube, and [`Entity`]: what they have in common.

mod braincube;
mod condition;
mod job;
mod variable;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

pub use self::braincube::{Braincube, MemoryBase};
pub use self::condition::{Condition, ConditionError, ConditionFilters, UnsupportedCondition};
pub use self::job::{Category, Event, Job, Rule};
use self::sealed::{Common, FromJson as _};
pub use self::variable::{DataGroup, NameKey, Variable, VariableType};
use crate::json::{JsonError, Object, bc_id};
use crate::{BcId, Metadata};

/// An entity of a Braincube.
///
/// A summary and an extended object are parsed into the same type. A value that the object lacks is `None` or empty; only
/// the id is required.
pub trait Entity: sealed::Sealed {
    /// `bcId`: the id of the entity within its parent. For a braincube, it is the name.
    fn bcid(&self) -> &BcId {
        &self.common().bcid
    }

    /// The default name; for a variable, its `standard` name.
    fn name(&self) -> Option<&str> {
        self.common().name.as_deref()
    }

    /// The name under `key`. Only a variable has several names.
    ///
    /// There are three keys, and a text is not one of them, so this does not compile:
    ///
    /// ```compile_fail
    /// # // I13
    /// use braincube_model::{Entity, Variable};
    ///
    /// fn tag(variable: &Variable) -> Option<&str> {
    ///     variable.name_by("tag")
    /// }
    /// ```
    fn name_by(&self, _key: NameKey) -> Option<&str> {
        self.name()
    }

    /// The uuid. The service writes `something_uuid`; this is the part after the first `_`, or the whole text without one.
    ///
    /// A variable has no uuid: use [`Variable::long_id`]. For a braincube, it is the id of the product.
    fn uuid(&self) -> Option<&str> {
        self.common().uuid.as_deref()
    }

    /// The unchanged JSON object.
    fn metadata(&self) -> &Metadata {
        &self.common().metadata
    }
}

pub(crate) mod sealed {
    use super::{BcId, JsonError, Metadata, RawValue};

    /// Seals [`Entity`](super::Entity): the service has no other entities.
    pub trait Sealed: FromJson {
        #[doc(hidden)]
        fn common(&self) -> &Common;
    }

    pub trait FromJson: Sized {
        #[doc(hidden)]
        fn from_json(raw: &RawValue) -> Result<Self, JsonError>;
    }

    #[derive(Clone, Debug, PartialEq)]
    pub struct Common {
        pub(crate) bcid: BcId,
        pub(crate) name: Option<Box<str>>,
        pub(crate) uuid: Option<Box<str>>,
        pub(crate) metadata: Metadata,
    }
}

impl Common {
    fn read(object: &Object) -> Result<Self, JsonError> {
        Self::read_keys(object, "bcId", "name")
    }

    fn read_keys(object: &Object, id_key: &str, name_key: &str) -> Result<Self, JsonError> {
        Ok(Self {
            bcid: object.require(id_key, bc_id)?,
            name: object.text(name_key)?,
            uuid: object.text("uuid")?.map(|text| match text.split_once('_') {
                Some((_, uuid)) => uuid.into(),
                None => text,
            }),
            metadata: object.metadata(),
        })
    }
}

/// An entity serializes as its unchanged JSON object, and deserializes from `serde_json` only.
macro_rules! impl_sealed_and_serde {
    ($($entity:ty)*) => {$(
        impl sealed::Sealed for $entity {
            fn common(&self) -> &Common {
                &self.common
            }
        }

        impl Serialize for $entity {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.metadata().serialize(serializer)
            }
        }

        impl<'de> Deserialize<'de> for $entity {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let raw = Box::<RawValue>::deserialize(deserializer)?;
                Self::from_json(&raw).map_err(|error| {
                    D::Error::custom(format_args!("{}: {}", error.path, error.problem))
                })
            }
        }
    )*};
}

impl_sealed_and_serde!(Braincube DataGroup Event Job MemoryBase Rule Variable);

#[cfg(test)]
mod tests;
