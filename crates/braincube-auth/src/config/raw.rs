//! [`RawValue`]: what somebody wrote for a setting, before it is known to make sense.

use std::fmt;

use secrecy::SecretString;

use crate::{ValueProblem, secret};

/// What somebody wrote for a setting. A secret is one from the start.
#[derive(Clone)]
pub(crate) enum RawValue {
    Text(String),
    Secret(SecretString),
    Flag(bool),
    Null,
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

    pub(crate) fn flag(self, expected: &'static str) -> Result<bool, ValueProblem> {
        match self {
            Self::Flag(flag) => Ok(flag),
            other => Err(other.is_no(expected)),
        }
    }

    /// Whether it is `null` or an empty text.
    pub(crate) fn is_absent(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::Secret(text) => secret::is_empty(text),
            Self::Null => true,
            Self::Flag(_) | Self::Other(_) => false,
        }
    }

    fn is_no(&self, expected: &'static str) -> ValueProblem {
        let found = match self {
            Self::Text(_) | Self::Secret(_) => "a text",
            Self::Flag(_) => "true or false",
            Self::Null => "null",
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
            Self::Null => "null",
            Self::Other(found) => found,
        })
    }
}
