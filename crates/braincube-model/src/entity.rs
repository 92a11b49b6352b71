//! The entities of a Braincube: what each is, and what all have in common.

mod braincube;
mod condition;
mod data_group;
mod event;
mod job;
mod memory_base;
mod rule;
mod variable;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use self::sealed::Read as _;

pub use self::braincube::Braincube;
pub use self::condition::{Condition, ConditionError, ConditionFilters, Unfiltered};
pub use self::data_group::DataGroup;
pub use self::event::Event;
pub use self::job::{Category, Job};
pub use self::memory_base::MemoryBase;
pub use self::rule::Rule;
pub use self::variable::Variable;
use crate::json::object::bc_id;
use crate::json::{JsonError, Object};
use crate::{BcId, Metadata, NameKey};

/// What all entities have in common.
///
/// A summary and an extended object are read into the same type: what one of them lacks is `None`
/// or empty. The one thing that an entity must have is its id.
pub trait Entity: sealed::Read {
    /// `bcId`: the id of the entity within its parent. That of a braincube is its name.
    fn bcid(&self) -> &BcId;

    /// The name that is shown by default; of a variable, its `standard` name.
    fn name(&self) -> Option<&str>;

    /// The name under `key`. Only a variable has several.
    ///
    /// There are three keys, and a text is none of them:
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

    /// The uuid. The service writes `something_uuid`: this is what stands behind the first `_`,
    /// or the whole where there is none.
    ///
    /// A variable has none: its [`Variable::long_id`] stands in for it.
    fn uuid(&self) -> Option<&str>;

    /// The whole object, as it came.
    fn metadata(&self) -> &Metadata;
}

pub(crate) mod sealed {
    use super::{JsonError, RawValue};

    /// How an entity is read. Sealed: the service has no others.
    pub trait Read: Sized {
        #[doc(hidden)]
        fn from_json(raw: &RawValue) -> Result<Self, JsonError>;
    }
}

/// What every entity but a braincube has.
#[derive(Clone, Debug, PartialEq)]
struct Common {
    bcid: BcId,
    name: Option<Box<str>>,
    uuid: Option<Box<str>>,
    metadata: Metadata,
}

impl Common {
    fn read(object: &Object, id_key: &str, name_key: &str) -> Result<Self, JsonError> {
        Ok(Self {
            bcid: object.require(id_key, bc_id)?,
            name: object.text(name_key)?,
            uuid: object.text("uuid")?,
            metadata: object.metadata(),
        })
    }

    fn uuid(&self) -> Option<&str> {
        let text = self.uuid.as_deref()?;
        Some(text.split_once('_').map_or(text, |(_, uuid)| uuid))
    }
}

/// The four accessors of an entity that has a `common`.
macro_rules! accessors_of_common {
    () => {
        fn bcid(&self) -> &BcId {
            &self.common.bcid
        }

        fn name(&self) -> Option<&str> {
            self.common.name.as_deref()
        }

        fn uuid(&self) -> Option<&str> {
            self.common.uuid()
        }

        fn metadata(&self) -> &Metadata {
            &self.common.metadata
        }
    };
}
use accessors_of_common;

/// An entity serializes as the object that it came as, and is read from `serde_json` alone.
macro_rules! serde_as_it_came {
    ($($entity:ty)*) => {$(
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

serde_as_it_came!(Braincube DataGroup Event Job MemoryBase Rule Variable);

#[cfg(test)]
mod tests;
