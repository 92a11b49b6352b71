//! [`MemoryBaseInfo`]: the data service's description of a memory base.

use serde_json::value::RawValue;

use crate::json::{JsonError, Object, text};
use crate::{LongId, Metadata, ParseLongIdError};

/// The data service's description of a memory base. Each key may be missing, but not all of them.
#[derive(Clone, Debug, PartialEq)]
pub struct MemoryBaseInfo {
    name: Option<Box<str>>,
    reference: Option<Box<str>>,
    order: Option<Box<str>>,
    reference_date: Option<Box<str>>,
    timezone: Option<Box<str>>,
    metadata: Metadata,
}

/// The error of a memory base without a variable that orders its rows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OrderVariableError {
    /// Both keys are missing.
    #[error(
        "memory base {memory_base} has neither a \"reference\" nor an \"order\" variable, so its data cannot be ordered"
    )]
    Missing {
        /// The name of the memory base in the data service, for example `mb20`.
        memory_base: Box<str>,
    },
    /// The value is not the long id of a variable.
    #[error("{key:?} of memory base {memory_base} is not a variable")]
    NotAVariable {
        /// The name of the memory base in the data service, for example `mb20`.
        memory_base: Box<str>,
        /// `reference` or `order`.
        key: &'static str,
        /// The error of the long id; `None` if it is the long id of a memory base.
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
            // Another object, such as an error with status 200.
            object.require("name", text)?;
        }
        Ok(info)
    }

    /// `name`: the long id of the memory base, such as `mb20`.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// `referenceDate`: the long id of the variable with the date of each row.
    pub fn reference_date(&self) -> Option<&str> {
        self.reference_date.as_deref()
    }

    /// `order`: the long id of the variable that orders the rows if there is no `reference`. It may be a date even if
    /// `reference` is not.
    pub fn order(&self) -> Option<&str> {
        self.order.as_deref()
    }

    /// `timezone`: the time zone of the dates, by its IANA name, such as `Etc/GMT`.
    pub fn timezone(&self) -> Option<&str> {
        self.timezone.as_deref()
    }

    /// The unchanged JSON object.
    pub const fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The variable that orders the rows: `reference`, else `order`. It need not be a date.
    ///
    /// An empty text counts as a missing key, as in the Python package.
    ///
    /// # Errors
    ///
    /// If both are missing, or the value is not the long id of a variable.
    pub fn order_variable(&self) -> Result<LongId, OrderVariableError> {
        let keys = [("reference", &self.reference), ("order", &self.order)];
        let found = keys.into_iter().find_map(|(key, value)| {
            let text = value.as_deref().filter(|text| !text.is_empty())?;
            Some((key, text))
        });
        let memory_base = || self.name().unwrap_or("(without a name)").into();
        let (key, text) = found.ok_or_else(|| OrderVariableError::Missing {
            memory_base: memory_base(),
        })?;
        let bad = |source| OrderVariableError::NotAVariable {
            memory_base: memory_base(),
            key,
            source,
        };
        let id: LongId = text.parse().map_err(|error| bad(Some(error)))?;
        id.variable_id().map(|_| id).ok_or_else(|| bad(None))
    }
}
