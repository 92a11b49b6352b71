//! [`Frame`]: the rows of an extraction, for Arrow and for numpy.

use arrow_array::cast::AsArray as _;
use arrow_array::ffi::FFI_ArrowSchema;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::types::{Float64Type, Int32Type, Int64Type, TimestampMillisecondType};
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchIterator, RecordBatchReader};
use arrow_schema::{DataType, Schema, TimeUnit};
use braincube::LongId;
use braincube::frame::ColumnReport;
use pyo3::IntoPyObjectExt as _;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyCapsule, PyList, PyString};

use crate::error::Failure;

/// The integer that numpy reads as "not a time".
const NOT_A_TIME: i64 = i64::MIN;

/// The rows of an extraction.
#[pyclass(module = "braincube._core", frozen)]
#[derive(Clone)]
pub(crate) struct Frame {
    batch: RecordBatch,
    declared: Vec<String>,
    missing: Vec<String>,
    report: String,
}

fn declared(column: &ColumnReport) -> String {
    let declared = column.declared();
    declared.map_or_else(String::new, |declared| declared.as_str().to_owned())
}

impl Frame {
    pub(crate) fn new(frame: braincube::Frame) -> Self {
        let (batch, report) = frame.into_parts();
        Self {
            batch,
            declared: report.columns().iter().map(declared).collect(),
            missing: report.missing().map(|id: LongId| id.to_string()).collect(),
            report: report.to_string(),
        }
    }

    pub(crate) fn batch(&self) -> &RecordBatch {
        &self.batch
    }

    fn column(&self, index: usize) -> Result<&ArrayRef, Failure> {
        let column = self.batch.columns().get(index);
        column.ok_or_else(|| Failure::Input(format!("no column {index}")))
    }
}

/// A capsule of the Arrow PyCapsule interface with a schema.
pub(crate) fn schema_capsule<'py>(
    py: Python<'py>,
    schema: &Schema,
) -> PyResult<Bound<'py, PyCapsule>> {
    let schema = FFI_ArrowSchema::try_from(schema).map_err(not_exported)?;
    PyCapsule::new_with_value(py, schema, c"arrow_schema")
}

/// A capsule of the Arrow PyCapsule interface with a stream.
pub(crate) fn stream_capsule(
    py: Python<'_>,
    reader: impl RecordBatchReader + Send + 'static,
) -> PyResult<Bound<'_, PyCapsule>> {
    let stream = FFI_ArrowArrayStream::new(Box::new(reader));
    PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
}

fn not_exported(error: arrow_schema::ArrowError) -> Failure {
    Failure::Input(format!("cannot export the schema: {error}"))
}

#[pymethods]
impl Frame {
    /// The number of rows.
    #[getter]
    fn num_rows(&self) -> usize {
        self.batch.num_rows()
    }

    /// The labels of the columns, in order.
    #[getter]
    fn column_names(&self) -> Vec<String> {
        let schema = self.batch.schema_ref();
        schema
            .fields()
            .iter()
            .map(|field| field.name().clone())
            .collect()
    }

    /// The Arrow types of the columns, in order.
    #[getter]
    fn column_types(&self) -> Vec<String> {
        let schema = self.batch.schema_ref();
        let types = schema.fields().iter();
        types.map(|field| type_name(field.data_type())).collect()
    }

    /// The types of the variables, as the service declares them; empty texts where it declares none.
    #[getter]
    fn declared_types(&self) -> Vec<String> {
        self.declared.clone()
    }

    /// The long ids of the variables for which the service returned no data.
    #[getter]
    fn missing(&self) -> Vec<String> {
        self.missing.clone()
    }

    /// Counts of what a table cannot show: nulls by cause, converted cells, columns without data.
    #[getter]
    fn report(&self) -> &str {
        &self.report
    }

    /// The number of bytes of the columns in memory.
    #[getter]
    fn nbytes(&self) -> usize {
        self.batch.get_array_memory_size()
    }

    /// Rows from `start`, at most `length` of them. Copies no data.
    fn slice(&self, start: usize, length: usize) -> Self {
        let start = start.min(self.batch.num_rows());
        let length = length.min(self.batch.num_rows() - start);
        Self {
            batch: self.batch.slice(start, length),
            ..self.clone()
        }
    }

    /// The Arrow PyCapsule interface: the schema.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        schema_capsule(py, self.batch.schema_ref())
    }

    /// The Arrow PyCapsule interface: the rows, as a stream of one batch. A requested schema is ignored.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let batches = [Ok(self.batch.clone())];
        stream_capsule(py, RecordBatchIterator::new(batches, self.batch.schema()))
    }

    /// A column as a list of Python objects. A null is None, or NaN in a column of numbers if `nan` is set.
    fn to_list<'py>(
        &self,
        py: Python<'py>,
        index: usize,
        nan: bool,
    ) -> PyResult<Bound<'py, PyList>> {
        let column = self.column(index)?;
        let missing = if nan && column.data_type().is_numeric() {
            f64::NAN.into_py_any(py)?
        } else {
            py.None()
        };
        match column.data_type() {
            DataType::Float64 => {
                let cells = column.as_primitive::<Float64Type>().iter();
                list(py, cells, |cell| cell.into_bound_py_any(py), &missing)
            }
            DataType::Int64 if nan && column.null_count() > 0 => {
                let cells = column.as_primitive::<Int64Type>().iter();
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "Python's float() rounds in the same way"
                )]
                list(
                    py,
                    cells,
                    |cell| (cell as f64).into_bound_py_any(py),
                    &missing,
                )
            }
            DataType::Int64 => {
                let cells = column.as_primitive::<Int64Type>().iter();
                list(py, cells, |cell| cell.into_bound_py_any(py), &missing)
            }
            DataType::Timestamp(TimeUnit::Millisecond, _) => {
                let cells = column.as_primitive::<TimestampMillisecondType>().iter();
                let epoch = py
                    .import("datetime")?
                    .getattr("datetime")?
                    .call1((1970, 1, 1))?;
                let delta = py.import("datetime")?.getattr("timedelta")?;
                let date = |cell: i64| {
                    let (days, milliseconds) =
                        (cell.div_euclid(86_400_000), cell.rem_euclid(86_400_000));
                    let delta = delta.call1((days, 0, 0, milliseconds))?;
                    // Python's dates begin at year 1: the service's year 0 is none of them.
                    epoch
                        .call_method1("__add__", (delta,))
                        .or_else(|_| py.None().into_bound_py_any(py))
                };
                list(py, cells, date, &missing)
            }
            DataType::Utf8 => {
                let cells = column.as_string::<i32>().iter();
                list(py, cells, |cell| cell.into_bound_py_any(py), &missing)
            }
            DataType::Dictionary(_, _) => {
                let column = column.as_dictionary::<Int32Type>();
                let labels = column.values().as_string::<i32>();
                // Each label becomes one Python object, which its cells share.
                let labels: Vec<_> = labels
                    .iter()
                    .map(|label| PyString::new(py, label.unwrap_or_default()))
                    .collect();
                let cells = column.keys().iter();
                let label = |key: i32| {
                    let key = usize::try_from(key).ok();
                    let label = key.and_then(|key| labels.get(key));
                    let label = label.ok_or_else(|| Failure::Input("no such label".into()))?;
                    Ok(label.clone().into_any())
                };
                list(py, cells, label, &missing)
            }
            other => Err(Failure::Input(format!("cannot convert a column of type {other}")).into()),
        }
    }

    /// A column for numpy: its dtype and its bytes. None for a column of texts.
    ///
    /// A null is NaN or NaT; integers with nulls become floats. Dates are `datetime64[ms]`.
    fn to_buffer<'py>(
        &self,
        py: Python<'py>,
        index: usize,
    ) -> PyResult<Option<(&'static str, Bound<'py, PyByteArray>)>> {
        let column = self.column(index)?;
        let nulls = column.nulls();
        let (dtype, bytes) = match column.data_type() {
            DataType::Float64 => {
                let values = column.as_primitive::<Float64Type>().values();
                let missing = f64::NAN.to_ne_bytes();
                ("float64", buffer(py, values.inner(), nulls, missing)?)
            }
            DataType::Int64 if nulls.is_none_or(|nulls| nulls.null_count() == 0) => {
                let values = column.as_primitive::<Int64Type>().values();
                ("int64", buffer(py, values.inner(), None, [0; 8])?)
            }
            DataType::Int64 => {
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "a column with gaps is one of floats, as in pandas"
                )]
                let floats = column
                    .as_primitive::<Int64Type>()
                    .unary::<_, Float64Type>(|value| value as f64);
                let missing = f64::NAN.to_ne_bytes();
                let values = floats.values().inner();
                ("float64", buffer(py, values, nulls, missing)?)
            }
            DataType::Timestamp(TimeUnit::Millisecond, _) => {
                let values = column.as_primitive::<TimestampMillisecondType>().values();
                let missing = NOT_A_TIME.to_ne_bytes();
                (
                    "datetime64[ms]",
                    buffer(py, values.inner(), nulls, missing)?,
                )
            }
            _ => return Ok(None),
        };
        Ok(Some((dtype, bytes)))
    }

    /// A DISCRETE column for `pandas.Categorical`: the codes as bytes of `int32`, and the labels. None for other columns.
    fn to_codes<'py>(
        &self,
        py: Python<'py>,
        index: usize,
    ) -> PyResult<Option<(Bound<'py, PyByteArray>, Vec<String>)>> {
        let column = self.column(index)?;
        if !matches!(column.data_type(), DataType::Dictionary(_, _)) {
            return Ok(None);
        }
        let column = column.as_dictionary::<Int32Type>();
        let keys = column.keys();
        let missing = (-1_i32).to_ne_bytes();
        let codes = buffer(py, keys.values().inner(), keys.nulls(), missing)?;
        let labels = column.values().as_string::<i32>();
        let labels = labels
            .iter()
            .map(|label| label.unwrap_or_default().to_owned());
        Ok(Some((codes, labels.collect())))
    }
}

/// The name of an Arrow type, as pyarrow writes it.
fn type_name(data_type: &DataType) -> String {
    match data_type {
        DataType::Float64 => "double".into(),
        DataType::Int64 => "int64".into(),
        DataType::Utf8 => "string".into(),
        DataType::Timestamp(_, _) => "timestamp[ms]".into(),
        DataType::Dictionary(_, _) => "dictionary<string, int32>".into(),
        other => other.to_string(),
    }
}

/// A list of the cells of a column.
fn list<'py, T>(
    py: Python<'py>,
    cells: impl Iterator<Item = Option<T>>,
    convert: impl Fn(T) -> PyResult<Bound<'py, PyAny>>,
    missing: &Py<PyAny>,
) -> PyResult<Bound<'py, PyList>> {
    let cells = cells.map(|cell| match cell {
        Some(cell) => convert(cell),
        None => Ok(missing.bind(py).clone()),
    });
    let cells: Vec<_> = cells.collect::<PyResult<_>>()?;
    PyList::new(py, cells)
}

/// Copies the values of a column, with another value in the place of each null.
fn buffer<'py, const WIDTH: usize>(
    py: Python<'py>,
    values: &arrow_buffer::Buffer,
    nulls: Option<&arrow_buffer::NullBuffer>,
    missing: [u8; WIDTH],
) -> PyResult<Bound<'py, PyByteArray>> {
    PyByteArray::new_with(py, values.len(), |bytes| {
        bytes.copy_from_slice(values.as_slice());
        if let Some(nulls) = nulls {
            let cells = bytes.chunks_exact_mut(WIDTH).zip(nulls.iter());
            for (cell, _) in cells.filter(|(_, is_valid)| !is_valid) {
                cell.copy_from_slice(&missing);
            }
        }
        Ok(())
    })
}
