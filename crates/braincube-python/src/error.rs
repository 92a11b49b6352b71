//! [`Failure`]: every error of the module, and the Python exception that it becomes.

use std::error::Error as _;

use braincube::ErrorKind;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// The Python module with the exception classes.
const ERRORS: &str = "braincube._errors";

/// An error of the module.
#[derive(Debug)]
pub(crate) enum Failure {
    /// An error of the client.
    Client(Box<braincube::Error>),
    /// An argument is invalid.
    Input(String),
    /// The object was created by another process.
    Forked {
        /// The process that created it.
        process: u32,
    },
    /// The object has been closed.
    Closed,
    /// The operation has been cancelled.
    Cancelled,
    /// The operation has panicked: a bug of this package.
    Panicked,
}

impl From<braincube::Error> for Failure {
    fn from(error: braincube::Error) -> Self {
        Self::Client(Box::new(error))
    }
}

impl From<Failure> for PyErr {
    fn from(failure: Failure) -> Self {
        Python::attach(|py| failure.exception(py).unwrap_or_else(|error| error))
    }
}

impl Failure {
    /// The exception: an instance of the class of its kind.
    fn exception(&self, py: Python<'_>) -> PyResult<PyErr> {
        let fields = PyDict::new(py);
        if let Self::Client(error) = self {
            fields.set_item("detail", error.detail())?;
            let wait = error.retry_after().map(|wait| wait.as_secs_f64());
            fields.set_item("retry_after", wait)?;
            if let Some(transport) = error.as_transport() {
                let status = transport.status().map(|status| status.as_u16());
                fields.set_item("status", status)?;
                fields.set_item("attempts", transport.attempts())?;
            }
        }
        let make = py.import(ERRORS)?.getattr("make")?;
        let exception = make.call((self.kind(), self.message()), Some(&fields))?;
        Ok(PyErr::from_value(exception))
    }

    /// The name of the kind, from which Python chooses the class.
    fn kind(&self) -> String {
        match self {
            Self::Client(error) => format!("{:?}", error.kind()),
            Self::Input(_) => format!("{:?}", ErrorKind::Input),
            Self::Forked { .. } => "Forked".into(),
            Self::Closed => "Closed".into(),
            Self::Cancelled => "Cancelled".into(),
            Self::Panicked => "Panicked".into(),
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Client(error) => with_causes(error),
            Self::Input(reason) => reason.clone(),
            Self::Forked { process } => format!(
                "created by process {process} and used after a fork in process {}; create a client after the fork, or use \
                 the start method \"spawn\"",
                std::process::id()
            ),
            Self::Closed => "already closed".into(),
            Self::Cancelled => "the operation was cancelled".into(),
            Self::Panicked => "internal error: the operation panicked; please report it".into(),
        }
    }
}

/// The text of an error and of its causes, which the text does not repeat.
fn with_causes(error: &braincube::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let message = error.to_string();
        if !text.contains(&message) {
            text.push_str(": ");
            text.push_str(&message);
        }
        cause = error.source();
    }
    text
}
