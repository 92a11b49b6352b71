//! [`RawValue`]: what somebody wrote for a setting, before it is known to make sense.

use std::fmt;

use secrecy::SecretString;

use crate::ValueProblem;

/// What somebody wrote for a setting. A secret is one from the start.
#[derive(Clone)]
pub(crate) enum RawValue {
    Text(String),
    Secret(SecretString),
    Flag(bool),
    /// Something that no setting is: what it is, in words.
    Other(&'static str),
}

impl RawValue {
    pub(crate) fn text(self) -> Result<String, ValueProblem> {
        match self {
            Self::Text(text) => Ok(text),
            other => Err(other.is_no("a text")),
        }
    }

    pub(crate) fn secret(self) -> Result<SecretString, ValueProblem> {
        match self {
            Self::Secret(secret) => Ok(secret),
            other => Err(other.is_no("a text")),
        }
    }

    pub(crate) fn flag(self) -> Result<bool, ValueProblem> {
        match self {
            Self::Flag(flag) => Ok(flag),
            other => Err(other.is_no("true or false")),
        }
    }

    fn is_no(&self, expected: &'static str) -> ValueProblem {
        let found = match self {
            Self::Text(_) | Self::Secret(_) => "a text",
            Self::Flag(_) => "true or false",
            Self::Other(found) => found,
        };
        ValueProblem::WrongType { expected, found }
    }
}

/// Only the kind: a text may hold a secret in the wrong place.
impl fmt::Debug for RawValue {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Text",
            Self::Secret(_) => "Secret",
            Self::Flag(true) => "true",
            Self::Flag(false) => "false",
            Self::Other(found) => found,
        })
    }
}
