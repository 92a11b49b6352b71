//! [`MemoryBaseInfo`]: what a memory base is to the data service.

use serde_json::value::RawValue;

use crate::json::object::text;
use crate::json::{JsonError, Object};
use crate::{LongId, Metadata, ParseLongIdError};

/// What a memory base is to the data service; each key may be missing, but not all of them.
#[derive(Clone, Debug, PartialEq)]
pub struct MemoryBaseInfo {
    name: Option<Box<str>>,
    reference: Option<Box<str>>,
    order: Option<Box<str>>,
    reference_date: Option<Box<str>>,
    timezone: Option<Box<str>>,
    metadata: Metadata,
}

/// A memory base that names no variable to order its rows by.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoOrderVariable {
    /// Neither key is there.
    #[error(
        "memory base {memory_base} has neither a \"reference\" nor an \"order\" variable, so its data cannot be ordered"
    )]
    Missing {
        /// The name that the data service has for the memory base, for example `mb20`.
        memory_base: Box<str>,
    },
    /// The key is there, and what it holds is no long id of a variable.
    #[error("memory base {memory_base}: its {key:?} is no variable")]
    NotAVariable {
        /// The name that the data service has for the memory base, for example `mb20`.
        memory_base: Box<str>,
        /// `reference` or `order`.
        key: &'static str,
        /// What is wrong with the long id; nothing if it is that of a memory base.
        #[source]
        source: Option<ParseLongIdError>,
    },
}

impl MemoryBaseInfo {
    pub(super) fn from_json(raw: &RawValue) -> Result<Self, JsonError> {
        let object = Object::parse(raw)?;
        let info = Self {
            name: object.text("name")?,
            reference: object.text("reference")?,
            order: object.text("order")?,
            reference_date: object.text("referenceDate")?,
            timezone: object.text("timezone")?,
            metadata: object.metadata(),
        };
        let keys = [
            &info.name,
            &info.reference,
            &info.order,
            &info.reference_date,
            &info.timezone,
        ];
        if keys.iter().all(|value| value.is_none()) {
            // Some other object, such as an error with status 200.
            object.require("name", text)?;
        }
        Ok(info)
    }

    /// `name`: the long id of the memory base, such as `mb20`.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// `referenceDate`: the long id of the variable that dates the rows.
    pub fn reference_date(&self) -> Option<&str> {
        self.reference_date.as_deref()
    }

    /// `order`: the long id of the variable that orders the rows where `reference` names none; it may be a date where that
    /// is none.
    pub fn order(&self) -> Option<&str> {
        self.order.as_deref()
    }

    /// `timezone`: the zone of the dates, by its name in the IANA data base, such as `Etc/GMT`.
    pub fn timezone(&self) -> Option<&str> {
        self.timezone.as_deref()
    }

    /// The whole answer.
    pub const fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The variable that rows are ordered by: `reference`, else `order`. It need not be a date.
    ///
    /// An empty text counts as a missing key, as it does for the Python package.
    ///
    /// # Errors
    ///
    /// If there is neither, or what is there is no long id of a variable.
    pub fn order_variable(&self) -> Result<LongId, NoOrderVariable> {
        let keys = [("reference", &self.reference), ("order", &self.order)];
        let found = keys.into_iter().find_map(|(key, value)| {
            let text = value.as_deref().filter(|text| !text.is_empty())?;
            Some((key, text))
        });
        let memory_base = || self.name().unwrap_or("(without a name)").into();
        let (key, text) = found.ok_or_else(|| NoOrderVariable::Missing {
            memory_base: memory_base(),
        })?;
        let bad = |source| NoOrderVariable::NotAVariable {
            memory_base: memory_base(),
            key,
            source,
        };
        let id: LongId = text.parse().map_err(|error| bad(Some(error)))?;
        id.variable_id().map(|_| id).ok_or_else(|| bad(None))
    }
}
