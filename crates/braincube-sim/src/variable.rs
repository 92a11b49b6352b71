//! [`Variable`]: the description of a column.

/// What a variable's cells are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VariableType {
    Numeric,
    Datetime,
    Discrete,
}

impl VariableType {
    /// The name on the wire.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Numeric => "NUMERIC",
            Self::Datetime => "DATETIME",
            Self::Discrete => "DISCRETE",
        }
    }
}

/// The description of a column.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    pub(crate) bc_id: u64,
    pub(crate) variable_type: VariableType,
    /// The name that people chose; the default label.
    pub(crate) standard: String,
    /// The name in the control system.
    pub(crate) tag: String,
    /// The name in the plant's language.
    pub(crate) local: String,
    pub(crate) unit: Option<&'static str>,
    /// Answered without data, as the service does for a column in error.
    pub(crate) broken: bool,
}
