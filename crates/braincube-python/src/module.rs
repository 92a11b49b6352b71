//! The native module: its classes and functions.

/// The native part of the package `braincube`. Use the package instead.
#[pyo3::pymodule(gil_used = true)]
mod _core {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::client::Client;
    #[pymodule_export]
    use crate::frame::Frame;
    #[pymodule_export]
    use crate::lists::Items;
    #[pymodule_export]
    use crate::logging::{deliver_logs, set_log_level};
    #[pymodule_export]
    use crate::operation::Operation;
    #[pymodule_export]
    use crate::simulator::Simulator;
    #[pymodule_export]
    use crate::stream::Windows;

    #[pymodule_init]
    fn initialize(_module: &Bound<'_, PyModule>) -> PyResult<()> {
        crate::runtime::initialize();
        Ok(())
    }
}
