//! [`ExpectedColumn`]: a column that was asked for, and what is known of it.

use braincube_model::{LongId, NameKey, VariableType};

/// A column that was asked for, and what is known of it.
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
pub struct ExpectedColumn {
    pub(crate) id: LongId,
    pub(crate) label: String,
    pub(crate) declared: Option<VariableType>,
    pub(crate) names: Vec<(NameKey, String)>,
    /// Whether the label may be that of another column.
    pub(crate) is_internal: bool,
}

impl ExpectedColumn {
    /// A column by its long id, to be called `label` in the frame.
    pub fn new(id: LongId, label: impl Into<String>) -> Self {
        Self {
            id,
            label: label.into(),
            declared: None,
            names: Vec::new(),
            is_internal: false,
        }
    }

    /// A column that is needed to handle the frame and was not asked for, such as the one that [`Frame::join`] compares.
    ///
    /// It is found by its id. Its label is the long id and may be the label of another column too.
    ///
    /// [`Frame::join`]: crate::Frame::join
    pub fn internal(id: LongId) -> Self {
        Self {
            is_internal: true,
            ..Self::new(id, id.to_string())
        }
    }

    /// Says of which type the variable is. What the answer says of a column weighs more.
    #[must_use]
    pub fn with_declared(mut self, declared: VariableType) -> Self {
        self.declared = Some(declared);
        self
    }

    /// Adds one of the variable's names, for the field's metadata.
    #[must_use]
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

    /// The type of the variable, if it has been said.
    pub const fn declared(&self) -> Option<&VariableType> {
        self.declared.as_ref()
    }

    /// The names of the variable that have been added, in that order.
    pub fn names(&self) -> impl Iterator<Item = (NameKey, &str)> {
        self.names.iter().map(|(key, name)| (*key, name.as_str()))
    }
}
