//! [`NameKey`]: which of a variable's three names is meant.

/// Which of a variable's three names is meant: `standard`, `tag` or `local`.
///
/// ```
/// use braincube_model::NameKey;
///
/// assert_eq!(NameKey::default().as_str(), "standard");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(
    clippy::exhaustive_enums,
    reason = "the service stores exactly these three names"
)]
pub enum NameKey {
    /// `standard`: the name agreed on across plants, the default of the Python package.
    #[default]
    Standard,
    /// `tag`: the name in the control system.
    Tag,
    /// `local`: the name in the language of the plant.
    Local,
}

impl NameKey {
    /// All three, in the order in which the service documents them.
    pub const ALL: [Self; 3] = [Self::Standard, Self::Tag, Self::Local];

    /// The key under which the service sends this name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Tag => "tag",
            Self::Local => "local",
        }
    }
}
