//! [`FrameOptions`]: how columns become Arrow arrays.

use std::sync::Arc;

/// What a NUMERIC column becomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Numbers {
    /// `Float64`, whatever the values are: the schema never depends on the data.
    #[default]
    Float64,
    /// `Int64` if every value that is there is an integer literal (`4`, not `4.0`) that fits, else
    /// `Float64`: the rule of the Python package `braincube_connector` 2.8.0, except that a
    /// missing value does not turn integers into floats. `true` and `false` are the integers 1 and
    /// 0, as they are to Python. A column without any value is `Float64`.
    Infer,
}

/// What a DATETIME column becomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dates {
    /// `Timestamp(Millisecond)` without a zone: the service writes none.
    #[default]
    Timestamp,
    /// `Utf8`, as the service writes it: `YYYYMMDD_HHMMSS`.
    Text,
}

/// What a DISCRETE column becomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Discrete {
    /// `Dictionary(Int32, Utf8)`: each modality is stored once, in the order of appearance.
    #[default]
    Dictionary,
    /// `Utf8`.
    Utf8,
}

/// What `nan` in a NUMERIC column becomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Nan {
    /// A null: the service writes `nan` for a value that is not there.
    #[default]
    Null,
    /// The float that is no number.
    Keep,
}

/// What becomes of a NUMERIC cell with white space around its text, such as `" 7"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Spaces {
    /// An error: the service writes none, so something is wrong with the cell.
    #[default]
    Refuse,
    /// What the text is without them, a number or none: `" nan "` is `nan`. So the Python package
    /// `braincube_connector` 2.8.0 reads numbers. Spaces, tabs, line feeds, carriage returns and
    /// form feeds are dropped; other white space is not.
    Trim,
}

/// What a NUMERIC cell that is not a number, such as `"Bad Input"`, becomes.
///
/// Dates that cannot be parsed are null in any case, see [`ColumnReport::unparsable`](crate::ColumnReport::unparsable). An
/// array or an object in place of a cell is always an error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnBadCell {
    /// An error once all of the response has been read: [`Error::BadCells`](crate::Error::BadCells) lists every column that
    /// has such cells.
    #[default]
    Error,
    /// A null. [`ColumnReport::bad_cells`](crate::ColumnReport::bad_cells) counts them and keeps the first few.
    Null,
}

/// How columns become Arrow arrays.
///
/// ```
/// use braincube_frame::{FrameOptions, Numbers};
///
/// let options = FrameOptions::default().with_numbers(Numbers::Infer).with_strict(true);
/// # let _ = options;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// The largest size limit, in bytes: what simd-json can index.
    pub const MAX_SIZE_LIMIT: u32 = u32::MAX;

    /// Chooses what a NUMERIC column becomes.
    #[must_use]
    pub const fn with_numbers(mut self, numbers: Numbers) -> Self {
        self.numbers = numbers;
        self
    }

    /// Chooses what a DATETIME column becomes.
    #[must_use]
    pub const fn with_dates(mut self, dates: Dates) -> Self {
        self.dates = dates;
        self
    }

    /// Chooses what a DISCRETE column becomes.
    #[must_use]
    pub const fn with_discrete(mut self, discrete: Discrete) -> Self {
        self.discrete = discrete;
        self
    }

    /// Chooses what `nan` in a NUMERIC column becomes.
    #[must_use]
    pub const fn with_nan(mut self, nan: Nan) -> Self {
        self.nan = nan;
        self
    }

    /// Chooses what becomes of a number with white space around it.
    #[must_use]
    pub const fn with_spaces(mut self, spaces: Spaces) -> Self {
        self.spaces = spaces;
        self
    }

    /// Chooses what a NUMERIC cell that is not a number becomes. [`with_strict`](Self::with_strict) takes precedence.
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
    #[must_use]
    pub const fn with_on_bad_cell(mut self, on_bad_cell: OnBadCell) -> Self {
        self.on_bad_cell = on_bad_cell;
        self
    }

    /// Sets further texts that stand for a missing value, in columns of every type.
    ///
    /// They are added to those of the type and take precedence over any other meaning: with `-9999`, the number -9999 is
    /// null. A cell is compared without the ASCII white space around it, letter by letter, in quotes or without: `true` is
    /// JSON's `true` as well. All columns are then decoded on a slower path.
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
    #[must_use]
    pub fn with_nulls<T: Into<String>>(mut self, texts: impl IntoIterator<Item = T>) -> Self {
        let texts = texts.into_iter().map(Into::into);
        self.nulls = texts.map(|text: String| text.trim_ascii().into()).collect();
        self
    }

    /// Turns whatever the report would only tell into an error: columns missing or not asked for,
    /// dates that are none, values that were coerced, infinities, numbers that `f64` cannot hold.
    ///
    /// Nulls written as the service writes them are no error, nor is white space that [`Spaces::Trim`] allows, nor a type
    /// that is not known here: its values are text, of which nothing is lost.
    #[must_use]
    pub const fn with_strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Whether what the report would only tell is an error.
    #[must_use]
    pub const fn is_strict(&self) -> bool {
        self.strict
    }

    /// Decodes several columns at once: on the threads of rayon's current pool, from the second
    /// megabyte of an answer on; or, all of one above a megabyte that [`decode`](crate::decode) gets, on
    /// as many threads of its own, which end with it.
    ///
    /// The frame is the same to the bit. Where the answer is pushed, up to 12 MiB more are held as
    /// text, so columns that are longer than that gain little; and one column alone is never decoded
    /// by several threads.
    #[cfg(feature = "parallel")]
    #[must_use]
    pub const fn with_parallel(mut self, parallel: bool) -> Self {
        self.parallel = parallel;
        self
    }

    /// Refuses a column, or what stands around the columns, above so many bytes of JSON.
    #[must_use]
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
