//! [`VariableId`]: a variable, as a caller names it.

use braincube_model::{BcId, Entity as _, LongId, ParseLongIdError, Variable};

use crate::error::{Error, invalid};

/// A variable of a memory base as a caller names it: by number, by text, by long id, or by its description, which then
/// need not be fetched for the names of columns.
///
/// Anything convertible is taken; what is no id is reported when the data is fetched.
#[derive(Clone, Debug, PartialEq)]
pub struct VariableId(Named);

#[derive(Clone, Debug, PartialEq)]
enum Named {
    Number(u64),
    Long(LongId),
    Text(Box<str>),
    Described(Box<Variable>),
}

impl VariableId {
    /// The number of the variable within this memory base.
    ///
    /// # Errors
    ///
    /// Where the text is no id, or the long id is one of another memory base.
    pub(crate) fn within(&self, memory_base: u64) -> Result<u64, Error> {
        let long = match &self.0 {
            Named::Number(number) => return Ok(*number),
            Named::Long(long) => *long,
            Named::Described(variable) => return Self::from(variable.bcid()).within(memory_base),
            Named::Text(text) => {
                let is_long = text.starts_with("mb");
                let parsed = if is_long {
                    text.parse()
                } else {
                    format!("mb{memory_base}/d{text}").parse()
                };
                let excerpt = || text.chars().take(64).collect::<String>();
                parsed.map_err(|_: ParseLongIdError| {
                    invalid(
                        "variables",
                        format!("{:?} is no bcId of a variable", excerpt()),
                    )
                })?
            }
        };
        match long.variable_id() {
            Some(variable) if long.memory_base_id() == memory_base => Ok(variable),
            _ => Err(invalid(
                "variables",
                format!("{long} is no variable of memory base {memory_base}"),
            )),
        }
    }
}

impl VariableId {
    /// The description, if that is how the variable was named.
    pub(super) fn description(&self) -> Option<&Variable> {
        match &self.0 {
            Named::Described(variable) => Some(variable),
            _ => None,
        }
    }
}

impl From<Variable> for VariableId {
    fn from(variable: Variable) -> Self {
        Self(Named::Described(Box::new(variable)))
    }
}

impl From<&Variable> for VariableId {
    fn from(variable: &Variable) -> Self {
        Self::from(variable.clone())
    }
}

impl From<u64> for VariableId {
    fn from(number: u64) -> Self {
        Self(Named::Number(number))
    }
}

impl From<u32> for VariableId {
    fn from(number: u32) -> Self {
        Self(Named::Number(number.into()))
    }
}

impl From<i32> for VariableId {
    /// A negative number is no id, which is reported when the data is fetched.
    fn from(number: i32) -> Self {
        u64::try_from(number).map_or_else(|_| Self::from(number.to_string()), Self::from)
    }
}

impl From<LongId> for VariableId {
    fn from(long: LongId) -> Self {
        Self(Named::Long(long))
    }
}

impl From<&str> for VariableId {
    fn from(text: &str) -> Self {
        Self(Named::Text(text.into()))
    }
}

impl From<String> for VariableId {
    fn from(text: String) -> Self {
        Self(Named::Text(text.into()))
    }
}

impl From<BcId> for VariableId {
    fn from(bcid: BcId) -> Self {
        Self::from(bcid.as_str())
    }
}

impl From<&BcId> for VariableId {
    fn from(bcid: &BcId) -> Self {
        Self::from(bcid.as_str())
    }
}

#[cfg(test)]
mod tests {
    use braincube_model::{BcId, LongId};

    use super::VariableId;

    #[test]
    fn i3_what_is_no_id_is_refused() {
        for text in [
            "",
            "-1",
            "1.5",
            "x",
            "007",
            "18446744073709551616",
            "mb20",
            "mb21/d1",
            "mb20/dx",
        ] {
            let error = VariableId::from(text).within(20).expect_err(text);
            assert_eq!(error.kind(), crate::ErrorKind::Input, "{text}");
        }
    }

    #[test]
    fn every_form_names_the_same_variable() {
        for id in [
            VariableId::from(5_u64),
            VariableId::from(5_u32),
            VariableId::from(5),
            VariableId::from(BcId::from(5)),
            VariableId::from("5"),
            VariableId::from("mb20/d5"),
            VariableId::from(String::from("5")),
            VariableId::from(LongId::variable(20, 5)),
        ] {
            assert_eq!(id.within(20).unwrap(), 5);
        }
        let error = VariableId::from(-5).within(20).unwrap_err();
        assert!(error.to_string().contains("\"-5\""), "{error}");
    }
}
