//! [`Windows`]: an extraction in time windows.

use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};
use pyo3::IntoPyObjectExt as _;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use tokio::sync::Mutex;

use crate::error::Failure;
use crate::frame::{Frame, stream_capsule};
use crate::operation::Operation;
use crate::runtime::Runtime;

/// An extraction in time windows, one after the other.
#[pyclass(module = "braincube._core", frozen)]
pub(crate) struct Windows {
    runtime: Runtime,
    windows: Arc<Mutex<braincube::FrameStream>>,
}

impl Windows {
    pub(crate) fn new(runtime: Runtime, windows: braincube::FrameStream) -> Self {
        Self {
            runtime,
            windows: Arc::new(Mutex::new(windows)),
        }
    }
}

#[pymethods]
impl Windows {
    /// The next frame. None at the end.
    fn next(&self) -> PyResult<Operation> {
        let windows = Arc::clone(&self.windows);
        let work = async move {
            let window = windows.lock().await.next().await.transpose()?;
            Ok(window.map(|window| Frame::new(window.into_frame())))
        };
        let convert = |py: Python<'_>, frame: Option<Frame>| frame.into_py_any(py);
        Ok(Operation::start(&self.runtime, work, convert)?)
    }

    /// The Arrow PyCapsule interface: a first frame, then the following windows.
    fn to_stream<'py>(
        &self,
        py: Python<'py>,
        first: PyRef<'py, Frame>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let windows = Self {
            runtime: self.runtime.clone(),
            windows: Arc::clone(&self.windows),
        };
        let batch = first.batch().clone();
        let reader = WindowReader {
            schema: batch.schema(),
            first: Some(batch),
            windows: Some(windows),
        };
        stream_capsule(py, reader)
    }
}

/// Reads the windows for consumers of Arrow streams. Any thread may call it.
struct WindowReader {
    schema: SchemaRef,
    first: Option<RecordBatch>,
    windows: Option<Windows>,
}

impl WindowReader {
    fn read(&self) -> Option<Result<RecordBatch, ArrowError>> {
        let external = |error: PyErr| ArrowError::ExternalError(error.to_string().into());
        let operation = match self.windows.as_ref()?.next() {
            Ok(operation) => operation,
            Err(error) => return Some(Err(external(error))),
        };
        let frame = operation.wait_detached().and_then(|frame| {
            Python::attach(|py| {
                let frame = frame.bind(py);
                if frame.is_none() {
                    return Ok(None);
                }
                let frame = frame.cast::<Frame>()?;
                Ok(Some(frame.get().batch().clone()))
            })
        });
        match frame {
            // The metadata of a schema may differ between windows, its types may not.
            Ok(Some(batch)) if batch.schema() != self.schema => Some(
                RecordBatch::try_new(Arc::clone(&self.schema), batch.columns().to_vec()).map_err(
                    |_| {
                        let reason = "the columns of a window differ from those of the first one";
                        ArrowError::SchemaError(reason.into())
                    },
                ),
            ),
            Ok(batch) => batch.map(Ok),
            Err(error) => Some(Err(external(error))),
        }
    }
}

impl Iterator for WindowReader {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(first) = self.first.take() {
            return Some(Ok(first));
        }
        let read = self.read();
        if !matches!(read, Some(Ok(_))) {
            self.windows = None;
        }
        read
    }
}

impl RecordBatchReader for WindowReader {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}

/// The window of a stream.
///
/// # Errors
///
/// If the text is not a duration.
pub(crate) fn window(text: &str) -> Result<std::time::Duration, Failure> {
    braincube::parse_duration(text).map_err(|error| Failure::Input(error.to_string()))
}
