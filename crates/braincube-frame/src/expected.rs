//! [`ExpectedColumn`]: a requested column.

use braincube_model::{LongId, NameKey, VariableType};

/// A requested column: its id, its label, and what is known about its variable.
///
/// ```
/// use braincube_frame::{ExpectedColumn, LongId, NameKey, VariableType};
///
/// let column = ExpectedColumn::new(LongId::variable(20, 2_000_034), "2000034")
///     .with_declared(VariableType::Numeric)
///     .with_name(NameKey::Standard, "Drum speed");
/// assert_eq!(column.label(), "2000034");
/// assert_eq!(column.declared(), Some(&VariableType::Numeric));
/// assert_eq!(column.names().collect::<Vec<_>>(), [(NameKey::Standard, "Drum speed")]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct ExpectedColumn {
    pub(crate) id: LongId,
    pub(crate) label: String,
    pub(crate) declared: Option<VariableType>,
    pub(crate) names: Vec<(NameKey, String)>,
    /// Whether another column may have the same label.
    pub(crate) is_internal: bool,
}

impl ExpectedColumn {
    /// A column by its long id. `label` is the name of its field in the frame.
    pub fn new(id: LongId, label: impl Into<String>) -> Self {
        Self {
            id,
            label: label.into(),
            declared: None,
            names: Vec::new(),
            is_internal: false,
        }
    }

    /// A column that the user has not requested, such as the order column of [`Frame::join`].
    ///
    /// Its label is the long id, which may also be the label of another column.
    ///
    /// [`Frame::join`]: crate::Frame::join
    pub fn internal(id: LongId) -> Self {
        Self {
            is_internal: true,
            ..Self::new(id, id.to_string())
        }
    }

    /// Sets the type of the variable. A type that the response declares takes precedence.
    pub fn with_declared(mut self, declared: VariableType) -> Self {
        self.declared = Some(declared);
        self
    }

    /// Adds a name of the variable to the metadata of the field.
    pub fn with_name(mut self, key: NameKey, name: impl Into<String>) -> Self {
        self.names.push((key, name.into()));
        self
    }

    /// The long id.
    pub const fn id(&self) -> LongId {
        self.id
    }

    /// The name of the field in the frame.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The type of the variable, if set.
    pub const fn declared(&self) -> Option<&VariableType> {
        self.declared.as_ref()
    }

    /// The names of the variable, in the order in which they were added.
    pub fn names(&self) -> impl Iterator<Item = (NameKey, &str)> {
        self.names.iter().map(|(key, name)| (*key, name.as_str()))
    }
}
