//! [`Operation`]: what the layers below need to know of a request besides its bytes.

/// Which limits a request is under: many small answers, or few large ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Family {
    /// Who am I, lists and single entities: small answers.
    Metadata,
    /// Columns of data: large answers that the service takes its time to compute.
    Data,
}

/// What a request does, carried in its extensions from where it is made to where it is sent.
///
/// The layers of a transport read it: to name a span, to choose a limit, to decide whether a
/// request may be sent twice. It holds no value from the user: the path is a template.
///
/// ```
/// use braincube_model::{Family, Operation};
///
/// const LIST: Operation = Operation::read("memory_bases", "/mb/all/summary");
/// assert!(LIST.is_repeatable());
/// assert_eq!(LIST.family(), Family::Metadata);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    name: &'static str,
    path_template: &'static str,
    family: Family,
    repeatable: bool,
}

impl Operation {
    /// An operation that reads metadata and changes nothing: it may be repeated.
    pub const fn read(name: &'static str, path_template: &'static str) -> Self {
        Self {
            name,
            path_template,
            family: Family::Metadata,
            repeatable: true,
        }
    }

    /// An operation that reads columns of data and changes nothing: it may be repeated.
    pub const fn read_data(name: &'static str, path_template: &'static str) -> Self {
        Self {
            name,
            path_template,
            family: Family::Data,
            repeatable: true,
        }
    }

    /// An operation that may change something: it is sent once.
    pub const fn write(name: &'static str, path_template: &'static str) -> Self {
        Self {
            name,
            path_template,
            family: Family::Metadata,
            repeatable: false,
        }
    }

    /// The same operation under the limits of `family`.
    #[must_use]
    pub const fn with_family(mut self, family: Family) -> Self {
        self.family = family;
        self
    }

    /// What the operation is called, in `snake_case`.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The path with placeholders in the place of names and ids.
    pub const fn path_template(&self) -> &'static str {
        self.path_template
    }

    /// Which limits the operation is under.
    pub const fn family(&self) -> Family {
        self.family
    }

    /// Whether sending the operation twice is the same as sending it once.
    pub const fn is_repeatable(&self) -> bool {
        self.repeatable
    }
}
