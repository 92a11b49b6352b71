//! [`FrameDecoder`]: decodes a response to a [`Frame`] while it is received.

use std::time::{Duration, Instant};

use braincube_model::{LongId, VariableType};
use bytes::Bytes;

use crate::assemble::assemble;
use crate::buffer_pool::Buffers;
use crate::columns::Columns;
use crate::document;
use crate::error::Error;
use crate::expected::ExpectedColumn;
use crate::frame::Frame;
use crate::options::FrameOptions;
use crate::splitter::{Document, Splitter};

/// Decodes a response of the bulk data request (`LF`) to a [`Frame`] while it is received.
///
/// The response can be pushed in parts that end anywhere. A column whose `type` precedes its `data` is decoded while it is
/// received; any other column is kept as text until it is complete. The memory needed is that of the arrays and, in
/// the second case, of the text of one column. Use a new decoder for each response.
///
/// ```
/// use braincube_frame::{ExpectedColumn, FrameDecoder, FrameOptions, LongId};
///
/// let speed = ExpectedColumn::new(LongId::variable(20, 2_000_034), "speed");
/// let mut decoder = FrameDecoder::new(vec![speed], FrameOptions::default());
/// decoder.push(br#"{"resultLength":2,"datadefs":[{"type":"NUMERIC","da"#)?;
/// decoder.push(br#"ta":["1.5","nan"],"id":"mb20/d2000034"}]}"#)?;
/// let frame = decoder.finish()?;
///
/// assert_eq!(frame.batch().num_rows(), 2);
/// assert_eq!(frame.batch()["speed"].null_count(), 1);
/// # Ok::<(), braincube_frame::Error>(())
/// ```
#[derive(Debug)]
#[must_use]
pub struct FrameDecoder {
    splitter: Splitter,
    columns: Columns,
    time_zone: Option<String>,
    is_checked: bool,
    has_failed: bool,
    spent: Duration,
}

impl FrameDecoder {
    /// A decoder for the response to a request for these columns.
    ///
    /// The frame has exactly these columns in this order. If `expected` is empty, the frame has all columns of the response
    /// in their order. Their labels are the numbers of the variables, or the long ids, such as `mb20/d7`, if columns of two
    /// memory bases have the same number.
    pub fn new(expected: Vec<ExpectedColumn>, options: FrameOptions) -> Self {
        let Buffers {
            reader,
            seen,
            decoded,
            column,
            document,
        } = Buffers::take();
        Self {
            splitter: Splitter::new(options.size_limit, document, column),
            columns: Columns::new(expected, options, reader, seen, decoded),
            time_zone: None,
            is_checked: false,
            has_failed: false,
            spent: Duration::ZERO,
        }
    }

    /// Sets the time zone of the dates in the metadata of the schema. Dates are not converted.
    pub fn with_time_zone(mut self, time_zone: Option<String>) -> Self {
        self.time_zone = time_zone;
        self
    }

    /// If set, the first column with data and without a declared type is an [`Error::UntypedColumn`] instead of text. For callers
    /// that can look up the types and request the data again.
    pub fn reject_untyped(mut self, refuse: bool) -> Self {
        self.columns.rejects_untyped = refuse;
        self
    }

    /// Decodes the next bytes of the response.
    ///
    /// # Errors
    ///
    /// As soon as the response cannot become a frame; see [`Error`]. The decoder cannot be used after an error.
    /// [`Error::DuplicateExpected`] if two expected columns have the same id or label.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if self.has_failed {
            return Err(Error::Failed);
        }
        let start = Instant::now();
        let result = self.try_push(bytes);
        self.spent += start.elapsed();
        self.has_failed = result.is_err();
        result
    }

    /// Like [`push`](Self::push), for a shared buffer. With [`FrameOptions::with_parallel`], other threads decode it without a
    /// copy.
    ///
    /// # Errors
    ///
    /// Like [`push`](Self::push).
    pub fn push_bytes(&mut self, bytes: &Bytes) -> Result<(), Error> {
        self.columns.part = Some(bytes.clone());
        let result = self.push(bytes);
        self.columns.part = None;
        result
    }

    fn try_push(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if !std::mem::replace(&mut self.is_checked, true) {
            self.columns.check_expected()?;
        }
        let pushed = self.splitter.push(bytes, &mut self.columns);
        if pushed.is_err() || self.splitter.is_finished() {
            // An error earlier in the response takes precedence.
            self.columns.wait()?;
        }
        pushed
    }

    /// Ends the response and checks that it is complete.
    ///
    /// # Errors
    ///
    /// If the response is truncated, or [`Error::BadCells`], which lists all columns with cells that cannot be read; see
    /// [`Error`].
    pub fn into_response(mut self) -> Result<DecodedResponse, Error> {
        self.push(&[])?;
        let start = Instant::now();
        let json_bytes = self.splitter.received();
        self.columns.wait()?;
        let (document, column) = self.splitter.finish()?;
        let mut columns = self.columns;
        let declared_rows = document::read(&document, &mut columns.reader)?;
        columns.check_cells()?;
        columns.drop_empty();
        Ok(DecodedResponse {
            columns,
            buffers: (column, document),
            declared_rows,
            time_zone: self.time_zone,
            json_bytes,
            spent: self.spent + start.elapsed(),
        })
    }

    /// Ends the response and returns the frame.
    ///
    /// # Errors
    ///
    /// If the response is truncated or contradicts itself; see [`Error`].
    pub fn finish(self) -> Result<Frame, Error> {
        self.into_response()?.into_frame()
    }
}

/// A complete response, from [`FrameDecoder::into_response`]. The types of columns without data can still be set.
///
/// ```
/// use braincube_frame::arrow_schema::DataType;
/// use braincube_frame::{ExpectedColumn, FrameDecoder, FrameOptions, LongId, VariableType};
///
/// let id = LongId::variable(20, 2_000_034);
/// let expected = vec![ExpectedColumn::new(id, "speed")];
/// let mut decoder = FrameDecoder::new(expected, FrameOptions::default());
/// decoder.push(br#"{"resultLength": 2, "datadefs": [{"id": "mb20/d2000034"}]}"#)?;
/// let mut response = decoder.into_response()?;
/// assert_eq!(response.missing(), [id]);
/// response.declare(id, VariableType::Numeric); // from the description of the variable
/// let frame = response.into_frame()?;
/// assert_eq!(frame.batch()["speed"].data_type(), &DataType::Float64);
/// assert_eq!(frame.report().missing().collect::<Vec<_>>(), [id]);
/// # Ok::<(), braincube_frame::Error>(())
/// ```
#[derive(Debug)]
pub struct DecodedResponse {
    columns: Columns,
    /// The buffers of the splitter, for reuse.
    buffers: (Vec<u8>, Document),
    declared_rows: Option<u64>,
    time_zone: Option<String>,
    json_bytes: u64,
    spent: Duration,
}

impl DecodedResponse {
    /// The requested columns without data: they are not in the response, their `data` is missing or `null`, or it is empty
    /// although the response has rows. In the frame they are null in every row, of the declared type, or else text.
    ///
    /// The service also responds this way for variables that do not exist: look them up before using the frame.
    pub fn missing(&self) -> Vec<LongId> {
        let has_no_cells = self.columns.rows.is_some_and(|(_, rows)| rows == 0);
        match self.declared_rows {
            // A contradiction, which becomes an error unless the variables do not exist.
            Some(1..) if has_no_cells => self.columns.expected_ids(),
            _ => self.columns.missing(),
        }
    }

    /// Sets the type of a requested column without data, unless it is declared by the response or the caller.
    pub fn declare(&mut self, id: LongId, declared: VariableType) {
        self.columns.declare(id, declared);
    }

    /// Assembles the frame.
    ///
    /// # Errors
    ///
    /// If the response contradicts itself; see [`Error`].
    pub fn into_frame(mut self) -> Result<Frame, Error> {
        let start = Instant::now();
        let mut frame = assemble(
            &mut self.columns,
            self.declared_rows,
            self.time_zone,
            self.json_bytes,
        )?;
        let (column, document) = self.buffers;
        Buffers {
            reader: self.columns.reader,
            seen: self.columns.seen,
            decoded: self.columns.decoded,
            column,
            document,
        }
        .put();
        frame.set_time_spent(self.spent + start.elapsed());
        Ok(frame)
    }
}

/// Decodes a complete response; see [`FrameDecoder`].
///
/// ```
/// use braincube_frame::{FrameOptions, decode};
///
/// let body = br#"{"datadefs":[{"id":"mb20/d7","type":"DISCRETE","data":["A","B","A"]}]}"#;
/// let frame = decode(body, Vec::new(), FrameOptions::default())?;
/// assert_eq!(frame.batch().schema().field(0).name(), "7");
/// # Ok::<(), braincube_frame::Error>(())
/// ```
///
/// # Errors
///
/// If the response cannot be decoded to a frame; see [`Error`].
pub fn decode(
    body: &[u8],
    expected: Vec<ExpectedColumn>,
    options: FrameOptions,
) -> Result<Frame, Error> {
    let mut decoder = FrameDecoder::new(expected, options);
    decoder.push(body)?;
    decoder.finish()
}
