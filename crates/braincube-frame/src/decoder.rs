//! [`FrameDecoder`]: takes an answer piece by piece and gives a [`Frame`].

use std::time::{Duration, Instant};

use braincube_model::{LongId, VariableType};

use crate::columns::Columns;
use crate::document;
use crate::error::Error;
use crate::expected::ExpectedColumn;
use crate::frame::{Frame, assemble};
use crate::options::FrameOptions;
use crate::scratch::Scratch;
use crate::splitter::{Document, Splitter};

/// Takes an answer of the bulk data request (`LF`) piece by piece and gives a [`Frame`].
///
/// A column that says its `type` before its `data` is decoded as it comes, any other when it is
/// complete: the memory needed is the arrays and, in the second case, the text of one column.
/// Pieces may end anywhere. An answer that is sent again needs a decoder of its own.
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
pub struct FrameDecoder {
    splitter: Splitter,
    columns: Columns,
    time_zone: Option<String>,
    is_checked: bool,
    has_failed: bool,
    spent: Duration,
}

impl FrameDecoder {
    /// A decoder for an answer to a request for these columns.
    ///
    /// The frame has exactly these columns in this order. If `expected` is empty, it has all
    /// columns that come, in their order, labelled by the bare number of the variable; by the long
    /// id, `mb20/d7`, where columns of two memory bases have the same number.
    pub fn new(expected: Vec<ExpectedColumn>, options: FrameOptions) -> Self {
        let Scratch {
            reader,
            seen,
            arrived,
            tables,
            column,
            document,
        } = Scratch::take();
        Self {
            splitter: Splitter::new(options.size_limit, document, column),
            columns: Columns::new(expected, options, reader, seen, arrived, tables),
            time_zone: None,
            is_checked: false,
            has_failed: false,
            spent: Duration::ZERO,
        }
    }

    /// Says in which time zone the dates are, for the metadata of the schema. No date is changed.
    #[must_use]
    pub fn with_time_zone(mut self, time_zone: Option<String>) -> Self {
        self.time_zone = time_zone;
        self
    }

    /// Ends with [`Error::Untyped`] at the first column with data of which neither the answer nor the caller says the
    /// type, instead of taking it for text: for a caller who can find out the types and ask for the data again.
    #[must_use]
    pub fn refusing_untyped(mut self, refuse: bool) -> Self {
        self.columns.refuse_untyped(refuse);
        self
    }

    /// Takes the next bytes of the answer, and decodes the columns that they complete.
    ///
    /// # Errors
    ///
    /// As soon as the answer is known to be none that makes a frame; see [`Error`]. The decoder
    /// takes nothing after an error. [`Error::AskedTwice`] if two expected columns have the same
    /// id or label.
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

    fn try_push(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if !std::mem::replace(&mut self.is_checked, true) {
            self.columns.check_expected()?;
        }
        let pushed = self.splitter.push(bytes, &mut self.columns);
        if pushed.is_err() || self.splitter.is_finished() {
            // What stands further in front weighs more, whenever it is decoded.
            self.columns.settle()?;
        }
        pushed
    }

    /// As [`push`](Self::push), of all bytes at once.
    fn push_whole(&mut self, body: &[u8]) -> Result<(), Error> {
        #[cfg(feature = "parallel")]
        if let Some(found) = self.columns.outline(body.len()) {
            let start = Instant::now();
            let options = self.columns.options().clone();
            let mut pushed = Ok(());
            let decoded = found.decode(body, &options, || {
                pushed = self.push(body);
                self.columns.close_outline();
            });
            // What stands further in front weighs more: a column does than what the splitter says.
            self.columns.keep_all(decoded)?;
            self.spent = start.elapsed();
            return pushed;
        }
        self.push(body)
    }

    /// Ends the answer, and checks that it is whole.
    ///
    /// # Errors
    ///
    /// If the answer is not complete, or [`Error::BadCells`], which lists all columns with cells that cannot be read; see
    /// [`Error`].
    pub fn end(mut self) -> Result<WholeAnswer, Error> {
        self.push(&[])?;
        let start = Instant::now();
        let json_bytes = self.splitter.received();
        self.columns.settle()?;
        let (document, column) = self.splitter.finish()?;
        let mut columns = self.columns;
        let declared_rows = document::read(&document, &mut columns.reader)?;
        columns.check_cells()?;
        columns.drop_empty();
        Ok(WholeAnswer {
            columns,
            memory: (column, document),
            declared_rows,
            time_zone: self.time_zone,
            json_bytes,
            spent: self.spent + start.elapsed(),
        })
    }

    /// Ends the answer and gives the frame.
    ///
    /// # Errors
    ///
    /// If the answer is not complete, or contradicts itself; see [`Error`].
    pub fn finish(self) -> Result<Frame, Error> {
        self.end()?.into_frame()
    }
}

/// An answer of which every byte has come, from [`FrameDecoder::end`]; a frame but for the types
/// of its empty columns, where the answer does not say them.
///
/// ```
/// use braincube_frame::arrow_schema::DataType;
/// use braincube_frame::{ExpectedColumn, FrameDecoder, FrameOptions, LongId, VariableType};
///
/// let id = LongId::variable(20, 2_000_034);
/// let asked = vec![ExpectedColumn::new(id, "speed")];
/// let mut decoder = FrameDecoder::new(asked, FrameOptions::default());
/// decoder.push(br#"{"resultLength": 2, "datadefs": [{"id": "mb20/d2000034"}]}"#)?;
/// let mut answer = decoder.end()?;
/// assert_eq!(answer.missing(), [id]);
/// answer.declare(id, VariableType::Numeric); // as the description of the variable says
/// let frame = answer.into_frame()?;
/// assert_eq!(frame.batch()["speed"].data_type(), &DataType::Float64);
/// assert_eq!(frame.report().missing().collect::<Vec<_>>(), [id]);
/// # Ok::<(), braincube_frame::Error>(())
/// ```
#[derive(Debug)]
pub struct WholeAnswer {
    columns: Columns,
    /// The splitter's, for the next decoder.
    memory: (Vec<u8>, Document),
    declared_rows: Option<u64>,
    time_zone: Option<String>,
    json_bytes: u64,
    spent: Duration,
}

impl WholeAnswer {
    /// The columns asked for that came without data: not at all, without `data`, with `null`, or with no cells where the
    /// response has rows. In the frame they are all null, of the type that the response or the caller declares, else text.
    ///
    /// The service answers so also for a variable that does not exist: look them up before using the frame.
    pub fn missing(&self) -> Vec<LongId> {
        let has_no_cells = self.columns.rows.is_some_and(|(_, rows)| rows == 0);
        match self.declared_rows {
            // A contradiction that ends in an error, unless there is no such variable.
            Some(1..) if has_no_cells => self.columns.expected_ids(),
            _ => self.columns.missing(),
        }
    }

    /// Says the type of a column that was asked for, unless the answer or the caller has said it.
    pub fn declare(&mut self, id: LongId, declared: VariableType) {
        self.columns.declare(id, declared);
    }

    /// The frame.
    ///
    /// # Errors
    ///
    /// If the answer contradicts itself; see [`Error`].
    pub fn into_frame(mut self) -> Result<Frame, Error> {
        let start = Instant::now();
        let mut frame = assemble(
            &mut self.columns,
            self.declared_rows,
            self.time_zone,
            self.json_bytes,
        )?;
        let (column, document) = self.memory;
        Scratch {
            reader: self.columns.reader,
            seen: self.columns.seen,
            arrived: self.columns.arrived,
            tables: self.columns.tables,
            column,
            document,
        }
        .leave();
        frame.set_time_spent(self.spent + start.elapsed());
        Ok(frame)
    }
}

/// Decodes an answer that is there as a whole; see [`FrameDecoder`].
///
/// Its cells are read where they stand, also by several threads, so that no text is held beside it
/// but that of a column that says its type behind its cells.
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
/// If the answer makes no frame; see [`Error`].
pub fn decode(
    body: &[u8],
    expected: Vec<ExpectedColumn>,
    options: FrameOptions,
) -> Result<Frame, Error> {
    let mut decoder = FrameDecoder::new(expected, options);
    decoder.push_whole(body)?;
    decoder.finish()
}
