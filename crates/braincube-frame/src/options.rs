//! [`FrameOptions`]: how columns are decoded.

use std::sync::Arc;

/// The Arrow type of NUMERIC columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Numbers {
    /// `Float64` for all values, so that the schema does not depend on the data.
    #[default]
    Float64,
    /// `Int64` if every value is an integer literal in its range (`4`, not `4.0`), else `Float64`.
    ///
    /// This is the rule of the Python package `braincube_connector` 2.8.0, except that missing values do not turn integers
    /// into floats. `true` and `false` are the integers 1 and 0, as in Python. A column without values is `Float64`.
    Infer,
}

/// The Arrow type of DATETIME columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dates {
    /// `Timestamp(Millisecond)` without a time zone, because the service sends none.
    #[default]
    Timestamp,
    /// `Utf8` in the format of the service, `YYYYMMDD_HHMMSS`.
    Text,
}

/// The Arrow type of DISCRETE columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Discrete {
    /// `Dictionary(Int32, Utf8)`, with the modalities in the order of appearance.
    #[default]
    Dictionary,
    /// `Utf8`.
    Utf8,
}

/// How `nan` in a NUMERIC column is decoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Nan {
    /// As null: the service sends `nan` for missing values.
    #[default]
    Null,
    /// As the float NaN.
    Keep,
}

/// How white space around the number of a NUMERIC cell, such as `" 7"`, is handled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Spaces {
    /// The cell is not a number. The service sends no white space.
    #[default]
    Reject,
    /// It is trimmed, as by the Python package `braincube_connector` 2.8.0: spaces, tabs, line feeds, carriage returns and form
    /// feeds. `" nan "` is then `nan`.
    Trim,
}

/// How a NUMERIC cell that is not a number, such as `"Bad Input"`, is handled.
///
/// Dates that cannot be parsed are always null, see [`ColumnReport::unparsable`](crate::ColumnReport::unparsable). An array
/// or object in place of a cell is always an error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnBadCell {
    /// An error at the end of the response: [`Error::BadCells`](crate::Error::BadCells) lists all columns with such cells.
    #[default]
    Error,
    /// A null. [`ColumnReport::bad_cells`](crate::ColumnReport::bad_cells) counts them and keeps the first ones.
    Null,
}

/// How columns are decoded.
///
/// ```
/// use braincube_frame::{FrameOptions, Numbers};
///
/// let options = FrameOptions::default().with_numbers(Numbers::Infer).with_strict(true);
/// # let _ = options;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct FrameOptions {
    pub(crate) numbers: Numbers,
    pub(crate) dates: Dates,
    pub(crate) discrete: Discrete,
    pub(crate) nan: Nan,
    pub(crate) spaces: Spaces,
    pub(crate) on_bad_cell: OnBadCell,
    pub(crate) nulls: Arc<[Box<str>]>,
    pub(crate) strict: bool,
    pub(crate) size_limit: usize,
    #[cfg(feature = "parallel")]
    pub(crate) parallel: bool,
}

impl FrameOptions {
    /// The largest size limit in bytes, the maximum that simd-json can index.
    pub const MAX_SIZE_LIMIT: u32 = u32::MAX;

    /// Sets the type of NUMERIC columns.
    pub const fn with_numbers(mut self, numbers: Numbers) -> Self {
        self.numbers = numbers;
        self
    }

    /// Sets the type of DATETIME columns.
    pub const fn with_dates(mut self, dates: Dates) -> Self {
        self.dates = dates;
        self
    }

    /// Sets the type of DISCRETE columns.
    pub const fn with_discrete(mut self, discrete: Discrete) -> Self {
        self.discrete = discrete;
        self
    }

    /// Sets how `nan` in a NUMERIC column is decoded.
    pub const fn with_nan(mut self, nan: Nan) -> Self {
        self.nan = nan;
        self
    }

    /// Sets how white space around numbers is handled.
    pub const fn with_spaces(mut self, spaces: Spaces) -> Self {
        self.spaces = spaces;
        self
    }

    /// Sets how NUMERIC cells that are not numbers are handled. [`with_strict`](Self::with_strict) takes precedence.
    ///
    /// ```
    /// use braincube_frame::{FrameOptions, OnBadCell, decode};
    ///
    /// let body = br#"{"datadefs":[{"id":"mb20/d7","type":"NUMERIC","data":["1.5","Bad Input"]}]}"#;
    /// let error = decode(body, Vec::new(), FrameOptions::default()).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "1 cell cannot be read (rows count from 0): column mb20/d7, row 1: expected a number, found \"Bad Input\""
    /// );
    /// let options = FrameOptions::default().with_on_bad_cell(OnBadCell::Null);
    /// let frame = decode(body, Vec::new(), options)?;
    /// let bad = frame.report().columns()[0].bad_cells();
    /// assert_eq!((bad.count(), bad.examples()[0].text()), (1, "Bad Input"));
    /// # Ok::<(), braincube_frame::Error>(())
    /// ```
    pub const fn with_on_bad_cell(mut self, on_bad_cell: OnBadCell) -> Self {
        self.on_bad_cell = on_bad_cell;
        self
    }

    /// Sets further texts that are null in columns of every type.
    ///
    /// They take precedence over any other meaning: with `-9999`, the number -9999 is null. The text of a cell is compared
    /// without the ASCII white space around it and with regard to case, inside and outside quotes: `true` also matches JSON's
    /// `true`. All columns are then decoded more slowly.
    ///
    /// ```
    /// use braincube_frame::{FrameOptions, decode};
    ///
    /// let body = br#"{"datadefs":[{"id":"mb20/d7","type":"NUMERIC","data":["1.5","-9999"]}]}"#;
    /// let options = FrameOptions::default().with_nulls(["-9999", "#N/A"]);
    /// let frame = decode(body, Vec::new(), options)?;
    /// assert_eq!(frame.report().columns()[0].nulls().token, 1);
    /// # Ok::<(), braincube_frame::Error>(())
    /// ```
    pub fn with_nulls<T: Into<String>>(mut self, texts: impl IntoIterator<Item = T>) -> Self {
        let texts = texts.into_iter().map(Into::into);
        self.nulls = texts.map(|text: String| text.trim_ascii().into()).collect();
        self
    }

    /// Turns what the report would list into errors: missing and unrequested columns, dates that cannot be parsed, coerced
    /// cells, infinities, and numbers beyond the range or precision of `f64`.
    ///
    /// Null tokens, white space that [`Spaces::Trim`] allows, and unknown types stay valid.
    pub const fn with_strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Whether strict mode is set.
    pub const fn is_strict(&self) -> bool {
        self.strict
    }

    /// Decodes several columns at once, on the threads of rayon's current pool, from the second megabyte of a response on.
    ///
    /// The frame is identical. Up to 12 MiB more are held as text, so longer columns gain little. A single column is decoded
    /// by one thread.
    #[cfg(feature = "parallel")]
    pub const fn with_parallel(mut self, parallel: bool) -> Self {
        self.parallel = parallel;
        self
    }

    /// Sets the maximum size of a column, and of the document without its columns, in bytes of JSON.
    pub const fn with_size_limit(mut self, bytes: u32) -> Self {
        self.size_limit = bytes as usize;
        self
    }
}

impl Default for FrameOptions {
    fn default() -> Self {
        Self {
            numbers: Numbers::default(),
            dates: Dates::default(),
            discrete: Discrete::default(),
            nan: Nan::default(),
            spaces: Spaces::default(),
            on_bad_cell: OnBadCell::default(),
            nulls: Arc::default(),
            strict: false,
            size_limit: Self::MAX_SIZE_LIMIT as usize,
            #[cfg(feature = "parallel")]
            parallel: false,
        }
    }
}
