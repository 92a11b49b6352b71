//! [`Simulator`]: the simulated Braincube, for Python.

use std::path::PathBuf;
use std::sync::Mutex;

use braincube_sim::Fault;
use pyo3::prelude::*;

use crate::error::Failure;
use crate::runtime::{Owned, Runtime};

/// A request that was received: method, path with query, status, body.
type Received = (String, String, Option<u16>, Vec<u8>);

/// A simulated Braincube on a port of this machine.
#[pyclass(module = "braincube._core", frozen)]
pub(crate) struct Simulator {
    // Dropped in this order: the simulator belongs to the runtime.
    simulator: Mutex<Owned<braincube_sim::Simulator>>,
    runtime: Runtime,
}

fn failed(error: braincube_sim::Error) -> Failure {
    Failure::Input(format!("simulator: {error}"))
}

impl Simulator {
    fn with<T>(&self, use_it: impl FnOnce(&braincube_sim::Simulator) -> T) -> Result<T, Failure> {
        self.runtime.check()?;
        let simulator = self.simulator.lock();
        let simulator = simulator.unwrap_or_else(std::sync::PoisonError::into_inner);
        simulator.get().map(use_it)
    }
}

#[pymethods]
impl Simulator {
    /// Starts a simulator.
    #[new]
    fn new(
        py: Python<'_>,
        csv: Vec<PathBuf>,
        generated: Vec<(u64, usize, usize)>,
        faults: Vec<String>,
        broken: Vec<(u64, u64)>,
        token: Option<String>,
    ) -> PyResult<Self> {
        let mut builder = braincube_sim::Simulator::builder();
        for path in csv {
            builder = builder.csv(path);
        }
        for (memory_base, variables, rows) in generated {
            builder = builder.generated(memory_base, variables, rows);
        }
        for fault in faults {
            builder = builder.fault(fault.parse::<Fault>().map_err(failed)?);
        }
        for (memory_base, variable) in broken {
            builder = builder.broken_variable(memory_base, variable);
        }
        if let Some(token) = token {
            builder = builder.token(token);
        }
        let started = py.detach(|| {
            let runtime = Runtime::start()?;
            let simulator = runtime.block_on(builder.start())?.map_err(failed)?;
            Ok::<_, Failure>(Self {
                simulator: Mutex::new(Owned::new(simulator)),
                runtime,
            })
        });
        Ok(started?)
    }

    /// The base URL.
    #[getter]
    fn url(&self) -> PyResult<String> {
        Ok(self.with(braincube_sim::Simulator::sso_base_url)?)
    }

    /// A base URL of the API server with the placeholder `{braincube-name}`.
    #[getter]
    fn placeholder_url(&self) -> PyResult<String> {
        Ok(self.with(braincube_sim::Simulator::placeholder_base_url)?)
    }

    /// The configuration of a client with a personal access token, as JSON.
    #[getter]
    fn config_json(&self) -> PyResult<String> {
        Ok(self.with(braincube_sim::Simulator::config_json)?)
    }

    /// The configuration of a client with an OAuth2 access token, as JSON.
    #[getter]
    fn oauth2_config_json(&self) -> PyResult<String> {
        Ok(self.with(braincube_sim::Simulator::oauth2_config_json)?)
    }

    /// The requests received: method, path with query, status, body.
    fn requests(&self) -> PyResult<Vec<Received>> {
        let requests = self.with(braincube_sim::Simulator::requests)?;
        let each = requests.iter().map(|request| {
            (
                request.method().to_owned(),
                request.path_and_query().to_owned(),
                request.status(),
                request.body().to_vec(),
            )
        });
        Ok(each.collect())
    }

    /// The number of requests received.
    #[getter]
    fn request_count(&self) -> PyResult<u64> {
        Ok(self.with(braincube_sim::Simulator::request_count)?)
    }

    /// Adds a fault, such as `status=503@/LF,times=2`.
    fn add_fault(&self, fault: &str) -> PyResult<()> {
        let fault = fault.parse::<Fault>().map_err(failed)?;
        Ok(self.with(|simulator| simulator.add_fault(fault))?)
    }

    /// Removes all faults.
    fn clear_faults(&self) -> PyResult<()> {
        Ok(self.with(braincube_sim::Simulator::clear_faults)?)
    }

    /// Stops the simulator and closes its connections. Does nothing if it has been stopped.
    fn stop(&self, py: Python<'_>) -> PyResult<()> {
        self.runtime.check()?;
        let simulator = self.simulator.lock();
        let taken = simulator
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .take();
        if let Ok(simulator) = taken {
            py.detach(|| self.runtime.block_on(simulator.shutdown()))?;
        }
        Ok(())
    }
}
