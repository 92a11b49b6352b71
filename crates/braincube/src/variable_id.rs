//! [`VariableId`]: a variable as a caller names it.

use braincube_model::{BcId, Entity as _, LongId, Variable};

use crate::error::{Result, invalid};

/// A variable of a memory base: its bcId as a number or as text, its long id, or its description. A description saves the
/// request for the name and the type of the variable.
///
/// All of these types convert into a `VariableId`. An invalid id is an error when the query is fetched.
#[derive(Clone, Debug, PartialEq)]
pub struct VariableId(Form);

#[derive(Clone, Debug, PartialEq)]
enum Form {
    Number(u64),
    Long(LongId),
    Text(Box<str>),
    Described(Box<Variable>),
}

impl VariableId {
    /// The bcId as a number.
    ///
    /// # Errors
    ///
    /// If the id is not one of a variable of this memory base.
    pub(crate) fn within(&self, memory_base: u64) -> Result<u64> {
        let long: LongId = match &self.0 {
            Form::Number(number) => return Ok(*number),
            Form::Described(variable) => return Self::from(variable.bcid()).within(memory_base),
            Form::Long(long) => *long,
            Form::Text(text) => {
                let parsed = match text.starts_with("mb") {
                    true => text.parse(),
                    false => format!("mb{memory_base}/d{text}").parse(),
                };
                parsed.map_err(|_| {
                    let excerpt: String = text.chars().take(64).collect();
                    let reason = format!("{excerpt:?} is not the bcId of a variable");
                    invalid("variables", reason)
                })?
            }
        };
        match long.variable_id() {
            Some(variable) if long.memory_base_id() == memory_base => Ok(variable),
            _ => {
                let reason = format!("{long} is not a variable of memory base {memory_base}");
                Err(invalid("variables", reason))
            }
        }
    }

    /// The description, if the variable was given by it.
    pub(crate) fn description(&self) -> Option<&Variable> {
        match &self.0 {
            Form::Described(variable) => Some(variable),
            _ => None,
        }
    }
}

impl From<&Variable> for VariableId {
    fn from(variable: &Variable) -> Self {
        Self::from(variable.clone())
    }
}

impl From<i32> for VariableId {
    /// A negative number is an error when the query is fetched.
    fn from(number: i32) -> Self {
        u64::try_from(number).map_or_else(|_| Self::from(number.to_string()), Self::from)
    }
}

macro_rules! from_forms {
    ($($id:ty: $value:ident => $form:expr;)*) => {$(
        impl From<$id> for VariableId {
            fn from($value: $id) -> Self {
                Self($form)
            }
        }
    )*};
}

from_forms! {
    Variable: variable => Form::Described(Box::new(variable));
    u64: number => Form::Number(number);
    u32: number => Form::Number(number.into());
    LongId: long => Form::Long(long);
    &str: text => Form::Text(text.into());
    String: text => Form::Text(text.into());
    BcId: bcid => Form::Text(bcid.as_str().into());
    &BcId: bcid => Form::Text(bcid.as_str().into());
}

#[cfg(test)]
mod tests {
    use braincube_model::{BcId, LongId};

    use super::VariableId;

    #[test]
    fn i3_invalid_ids_are_rejected() {
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
    fn all_forms_of_an_id_refer_to_the_same_variable() {
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
