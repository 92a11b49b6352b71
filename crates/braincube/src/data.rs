//! [`DataQuery`]: what to extract, and how.

mod fetch;
mod label;
mod no_rows;
mod period;
mod progress;
mod split;
mod variable_id;
mod windows;

pub use self::label::Label;
pub use self::no_rows::NoRows;
pub use self::period::{ParseDurationError, Period, parse_duration};
pub use self::progress::Progress;
pub use self::split::Split;
pub use self::variable_id::VariableId;
pub use self::windows::{Window, Windows};

use std::time::{Duration, SystemTime};

use self::progress::Meter;
use braincube_frame::{Dates, Discrete, Frame, FrameOptions, Nan, Numbers, OnBadCell, Spaces};
use braincube_model::filter::{FilterError, IntoFilter};
use braincube_model::{BcId, Filter};

use crate::error::Result;
use crate::memory_base::MemoryBase;

/// An extraction, described step by step and run by [`fetch`](Self::fetch).
///
/// Costs no request until then.
#[derive(Clone, Debug)]
#[must_use = "a query does nothing until it is fetched"]
pub struct DataQuery {
    memory_base: MemoryBase,
    selection: Selection,
    filters: Vec<std::result::Result<Filter, FilterError>>,
    period: Period,
    now: Option<SystemTime>,
    label: Label,
    options: FrameOptions,
    split: Split,
    meter: Meter,
}

/// Which variables are extracted.
#[derive(Clone, Debug)]
enum Selection {
    These(Vec<VariableId>),
    All,
    Group(BcId),
    Job(BcId),
}

impl DataQuery {
    pub(crate) fn of(memory_base: MemoryBase, variables: Vec<VariableId>) -> Self {
        Self::new(memory_base, Selection::These(variables))
    }

    pub(crate) fn of_all(memory_base: MemoryBase) -> Self {
        Self::new(memory_base, Selection::All)
    }

    pub(crate) fn of_group(memory_base: MemoryBase, bcid: BcId) -> Self {
        Self::new(memory_base, Selection::Group(bcid))
    }

    pub(crate) fn of_job(memory_base: MemoryBase, bcid: BcId) -> Self {
        Self::new(memory_base, Selection::Job(bcid))
    }

    fn new(memory_base: MemoryBase, selection: Selection) -> Self {
        Self {
            memory_base,
            selection,
            filters: Vec::new(),
            period: Period::all(),
            now: None,
            label: Label::default(),
            options: FrameOptions::default(),
            split: Split::default(),
            meter: Meter::default(),
        }
    }

    /// Keeps only the rows that match this filter as well: a [`Filter`], what a comparison gives, or
    /// a text (JSON, or such as `d2000034 >= 20`, in which `d2000034` is a variable of this memory base).
    ///
    /// Literals that are compared with a DATETIME variable are converted to the service's form of a date, from every form of
    /// [`TimePoint`](crate::TimePoint); any other literal is an error. The variables of filters are looked up for that, at the same time as
    /// the first request of the extraction, unless the columns describe them. A variable that does not exist is an error that
    /// names the filter and similar variables.
    ///
    /// A filter that cannot be made is an error of [`fetch`](Self::fetch).
    pub fn filter(mut self, filter: impl IntoFilter) -> Self {
        self.filters
            .push(filter.into_filter_in(self.memory_base.bcid()));
        self
    }

    /// Keeps only the rows that match all of these filters as well.
    pub fn filters<I>(mut self, filters: I) -> Self
    where
        I: IntoIterator,
        I::Item: IntoFilter,
    {
        let base = self.memory_base.bcid();
        let filters = filters.into_iter();
        self.filters
            .extend(filters.map(|filter| filter.into_filter_in(base)));
        self
    }

    /// Keeps only the rows of this time window, on the variable that dates the memory base's rows.
    pub fn period(mut self, period: Period) -> Self {
        self.period = period;
        self
    }

    /// Takes this instant for the current time, which [`Period::last`] and the open end of [`fetch_stream`](Self::fetch_stream)
    /// count from; the system clock unless this is called.
    pub fn now(mut self, now: SystemTime) -> Self {
        self.now = Some(now);
        self
    }

    pub(crate) fn current_time(&self) -> SystemTime {
        self.now.unwrap_or_else(SystemTime::now)
    }

    /// Names the columns; by bcId unless this is called.
    pub fn label(mut self, label: Label) -> Self {
        self.label = label;
        self
    }

    /// Keeps dates as text, in the service's form `YYYYMMDD_HHMMSS`.
    pub fn text_dates(mut self, text: bool) -> Self {
        let dates = if text { Dates::Text } else { Dates::Timestamp };
        self.options = self.options.with_dates(dates);
        self
    }

    /// Makes a numeric column of whole numbers a column of integers, as the Python package does.
    ///
    /// The type of such a column then depends on the data seen.
    pub fn infer_integers(mut self, infer: bool) -> Self {
        let numbers = if infer {
            Numbers::Infer
        } else {
            Numbers::Float64
        };
        self.options = self.options.with_numbers(numbers);
        self
    }

    /// Reads a number with spaces around it, such as `" 7 "`, which otherwise is an error; the report counts them.
    pub fn trim(mut self, trim: bool) -> Self {
        let spaces = if trim { Spaces::Trim } else { Spaces::Refuse };
        self.options = self.options.with_spaces(spaces);
        self
    }

    /// Sets further texts that stand for a missing value, such as `Bad Input` or `-9999`, in columns of every type.
    ///
    /// Replaces those that were set before. A cell is compared without the ASCII white space around it; `?` and, in a
    /// numeric column, `nan`, `null` and the empty text are null in any case. Columns are then decoded on a slower path.
    ///
    /// ```
    /// # use braincube::{Client, Config, OnBadCell};
    /// # async fn example(client: Client) -> braincube::Result<()> {
    /// let base = client.braincube("demo").memory_base(20);
    /// let frame = base.data(["2000034"]).nulls(["Bad Input", "N/A"]).fetch().await?;
    /// // Or: every cell of a numeric column that is not a number, counted in the report.
    /// let frame = base.data(["2000034"]).on_bad_cell(OnBadCell::Null).fetch().await?;
    /// let bad = frame.report().columns()[0].bad_cells();
    /// println!("{} cells are not numbers, such as {:?}", bad.count(), bad.examples().first());
    /// # Ok(())
    /// # }
    /// ```
    pub fn nulls<T: Into<String>>(mut self, texts: impl IntoIterator<Item = T>) -> Self {
        self.options = self.options.with_nulls(texts);
        self
    }

    /// Chooses what a cell of a numeric column that is not a number becomes: an error that lists all such columns, which is
    /// the default, or a null that the report counts. [`strict`](Self::strict) makes it an error in any case.
    pub fn on_bad_cell(mut self, on_bad_cell: OnBadCell) -> Self {
        self.options = self.options.with_on_bad_cell(on_bad_cell);
        self
    }

    /// Keeps `nan` in a numeric column as the float NaN, which otherwise is a null.
    pub fn keep_nan(mut self, keep: bool) -> Self {
        let nan = if keep { Nan::Keep } else { Nan::Null };
        self.options = self.options.with_nan(nan);
        self
    }

    /// Makes a discrete column plain text (`Utf8`), which otherwise is a dictionary (`Dictionary(Int32, Utf8)`).
    pub fn text_labels(mut self, text: bool) -> Self {
        let discrete = if text {
            Discrete::Utf8
        } else {
            Discrete::Dictionary
        };
        self.options = self.options.with_discrete(discrete);
        self
    }

    /// Turns what is otherwise told in the report (a missing column, a coerced value) into an error, and a condition of
    /// a job that stands for no filter, of which else a warning tells.
    pub fn strict(mut self, strict: bool) -> Self {
        self.options = self.options.with_strict(strict);
        self
    }

    /// Sets every option of the decoder at once.
    pub fn options(mut self, options: FrameOptions) -> Self {
        self.options = options;
        self
    }

    /// Says when the variables are split over several requests, and how many of them are under way at once.
    pub fn split(mut self, split: Split) -> Self {
        self.split = split;
        self
    }

    /// Calls this whenever something has come, as often as data arrives: it should be quick, such as to move a bar.
    pub fn on_progress(mut self, tell: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.meter = Meter::new(tell);
        self
    }

    /// Extracts window by window, in constant memory however long the period is: each window of this length is a frame
    /// of its own, fetched when it is asked for.
    ///
    /// The period must have a beginning; without an end it ends at the current time, on the wall clock of the memory base.
    /// Windows stand on the variable that dates the rows,
    /// as the period does; rows without a date are in none. What the query refers to is fetched once for all of them.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use braincube::{Client, Config, Period, TimePoint};
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = braincube_sim::Simulator::start().await?;
    /// # let config = Config::builder().sso_base_url(simulator.sso_base_url())
    /// #     .api_base_url(simulator.api_base_url()).api_key(simulator.token()).build()?;
    /// # let client = Client::from_config(config).await?;
    /// let (first, last): (TimePoint, TimePoint) = ("2023-10-01".parse()?, "2023-10-31".parse()?);
    /// let october = Period::starting(first).and_ending(last);
    /// let query = client.braincube("demo").memory_base(20).data(["2000001", "2000034"]);
    /// let mut days = query.period(october).fetch_stream(Duration::from_secs(86_400))?;
    /// let mut rows = 0;
    /// while let Some(day) = days.next().await {
    ///     rows += day?.frame().batch().num_rows(); // on an error, days.next_start() says where to go on
    /// }
    /// assert_eq!(rows, 9_220);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Where the period has no beginning, or the window is shorter than a second.
    pub fn fetch_stream(self, window: Duration) -> Result<Windows> {
        Windows::new(self, window)
    }

    /// Extracts: asks for the order variable, then for the columns, decoding them as they arrive.
    ///
    /// # Errors
    ///
    /// Where nothing is asked for, a variable or the memory base does not exist, the request fails, the period ends before it
    /// starts, a DATETIME variable is compared with what is not a date, or the response is not whole. A frame is never handed over in part. Cells of numeric columns that are not numbers are
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode), unless [`nulls`](Self::nulls) or [`on_bad_cell`](Self::on_bad_cell)
    /// reads them as nulls; [`Error::bad_cells`](crate::Error::bad_cells) then lists all such columns, in
    /// [`fetch_stream`](Self::fetch_stream) those of the first window that has them. Where the variables had to be split over several
    /// requests and the data changed between them, twice, or the order variable does not tell the rows apart and the server
    /// refuses all of them in one request, it is [`ErrorKind::Integrity`](crate::ErrorKind::Integrity). Where one column has
    /// more than 2 GiB of text, or an answer is over a limit of the client, it is
    /// [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge): [`fetch_stream`](Self::fetch_stream) takes such data window by
    /// window.
    pub async fn fetch(self) -> Result<Frame> {
        fetch::fetch(self).await
    }

    /// As [`fetch`](Self::fetch); of a frame without rows, also why it has none.
    ///
    /// Costs no request where there are rows. Else up to three filters are tried alone, each in a request that ends with
    /// the first rows, and where a label matches nothing, the labels of its variable are read, up to 8 MiB.
    ///
    /// ```
    /// use braincube::{Client, Config};
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = braincube_sim::Simulator::start().await?;
    /// # let config = Config::builder().sso_base_url(simulator.sso_base_url())
    /// #     .api_base_url(simulator.api_base_url()).api_key(simulator.token()).build()?;
    /// # let client = Client::from_config(config).await?;
    /// let dryer = client.braincube("demo").memory_base(20);
    /// let query = dryer.data(["2000001"]).filter("d2000002 = 'b01'");
    /// let (frame, reason) = query.fetch_explained().await?;
    /// assert_eq!(frame.batch().num_rows(), 0);
    /// assert_eq!(
    ///     reason.unwrap().to_string(),
    ///     "0 rows: no row matches mb20/d2000002 = \"b01\"; did you mean \"B01\"?"
    /// );
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`fetch`](Self::fetch). If the reason cannot be found out, it lists the filters.
    pub async fn fetch_explained(self) -> Result<(Frame, Option<NoRows>)> {
        fetch::fetch_explained(self).await
    }
}
