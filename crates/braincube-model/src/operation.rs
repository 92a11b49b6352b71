//! [`Operation`]: the properties of a request that a transport needs.

/// The class of an operation, which selects its limits: small responses, or large ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OperationClass {
    /// The user, lists and single entities: small responses.
    Metadata,
    /// Columns of data: large responses that take the service long to compute.
    Data,
}

/// The properties of a request that a transport needs. It is an extension of the request.
///
/// A transport uses it for the name of a span, for the limits, and to decide whether the request may be retried. It
/// contains no user input: the path is a template.
///
/// ```
/// use braincube_model::{OperationClass, Operation};
///
/// const LIST: Operation = Operation::read("memory_bases", "/mb/all/summary");
/// assert!(LIST.is_idempotent());
/// assert_eq!(LIST.class(), OperationClass::Metadata);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    name: &'static str,
    path_template: &'static str,
    class: OperationClass,
    idempotent: bool,
}

impl Operation {
    /// An operation that may change something. It is sent once.
    pub const fn write(name: &'static str, path_template: &'static str) -> Self {
        Self {
            name,
            path_template,
            class: OperationClass::Metadata,
            idempotent: false,
        }
    }

    /// An operation that reads metadata. It is idempotent.
    pub const fn read(name: &'static str, path_template: &'static str) -> Self {
        Self::write(name, path_template).idempotent()
    }

    /// An operation that reads columns of data. It is idempotent.
    pub const fn read_data(name: &'static str, path_template: &'static str) -> Self {
        Self::read(name, path_template).with_class(OperationClass::Data)
    }

    /// The same operation, declared idempotent.
    #[must_use]
    pub const fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// The same operation with another class.
    #[must_use]
    pub const fn with_class(mut self, class: OperationClass) -> Self {
        self.class = class;
        self
    }

    /// The name, in `snake_case`.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The path with placeholders for names and ids.
    pub const fn path_template(&self) -> &'static str {
        self.path_template
    }

    /// The class, which selects the limits.
    pub const fn class(&self) -> OperationClass {
        self.class
    }

    /// Whether sending the request twice has the same effect as sending it once.
    pub const fn is_idempotent(&self) -> bool {
        self.idempotent
    }
}
