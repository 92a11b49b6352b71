//! [`JsonError`]: what is wrong with a piece of JSON, and where.

/// What is wrong with a piece of JSON, where it stands, and on which path from where reading began.
#[derive(Debug)]
pub struct JsonError {
    /// For example `conditions[2].variable.bcId`; empty at the place where reading began.
    pub(crate) path: String,
    /// The address of the first byte of the token at fault.
    pub(crate) address: usize,
    pub(crate) problem: JsonProblem,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum JsonProblem {
    #[error("it is missing")]
    Missing,
    #[error("expected {expected}, found {found}")]
    Type {
        expected: &'static str,
        found: &'static str,
    },
    #[error("the server reports an error")]
    Reported,
    #[error("it stands there twice")]
    Duplicate,
    #[error("it is no text that JSON allows")]
    Text,
}

impl JsonError {
    pub(crate) fn at(token: &str, problem: JsonProblem) -> Self {
        Self {
            path: String::new(),
            address: token.as_ptr().addr(),
            problem,
        }
    }

    /// The same error, seen from the object that has it under `key`.
    pub(crate) fn under(mut self, key: &str) -> Self {
        let dot = !self.path.is_empty() && !self.path.starts_with('[');
        self.path = format!("{key}{}{}", if dot { "." } else { "" }, self.path);
        self
    }

    /// The same error, seen from the list that has it at `index`.
    pub(crate) fn at_index(self, index: usize) -> Self {
        self.under(&format!("[{index}]"))
    }
}
