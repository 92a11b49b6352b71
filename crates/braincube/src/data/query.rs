//! [`DataQuery`]: a query for data and its options.

use std::time::SystemTime;

use braincube_frame::{Dates, Discrete, FrameOptions, Nan, Numbers, OnBadCell, Spaces};
use braincube_model::Filter;
use braincube_model::filter::{FilterError, IntoFilter};

use super::columns::Label;
use super::period::Period;
use super::progress::{Progress, ProgressReporter};
use super::split::Split;
use crate::error::Error;
use crate::memory_base::MemoryBaseHandle;
use crate::study::{DataGroupHandle, JobHandle};
use crate::variable_id::VariableId;

/// A query for data of a memory base. [`fetch`](Self::fetch) runs it; until then, no request is sent.
#[derive(Clone, Debug)]
#[must_use = "a query does nothing until it is fetched"]
pub struct DataQuery {
    pub(super) memory_base: MemoryBaseHandle,
    pub(super) selection: Selection,
    pub(super) filters: Vec<Result<Filter, FilterError>>,
    pub(super) period: Period,
    now: Option<SystemTime>,
    pub(super) label: Label,
    pub(super) options: FrameOptions,
    pub(super) split: Split,
    pub(super) progress: ProgressReporter,
}

/// The variables of a query.
#[derive(Clone, Debug)]
pub(super) enum Selection {
    Variables(Vec<VariableId>),
    All,
    Group(DataGroupHandle),
    Job(JobHandle),
}

impl MemoryBaseHandle {
    /// A query for the data of these variables, by bcId, long id or description, one column each in this order.
    ///
    /// ```compile_fail
    /// # fn example(line: braincube::MemoryBaseHandle) {
    /// // A text is not a list of variables: this does not compile.
    /// let query = line.data("2000001");
    /// # }
    /// ```
    pub fn data<I>(&self, variables: I) -> DataQuery
    where
        I: IntoIterator,
        I::Item: Into<VariableId>,
    {
        let variables = variables.into_iter().map(Into::into).collect();
        DataQuery::new(self, Selection::Variables(variables))
    }

    /// A query for the data of all variables of the memory base, in the order of the service.
    pub fn all_data(&self) -> DataQuery {
        DataQuery::new(self, Selection::All)
    }
}

impl DataGroupHandle {
    /// A query for the data of its variables, one column each in the order of the service.
    pub fn data(&self) -> DataQuery {
        DataQuery::new(self.memory_base(), Selection::Group(self.clone()))
    }
}

impl JobHandle {
    /// A query for the variables and rows of the job.
    ///
    /// The data is read from the memory base with the conditions of the job. It differs from the data that the job has
    /// analysed if the memory base has changed since then. Filters of the query are combined with those of the job.
    pub fn data(&self) -> DataQuery {
        DataQuery::new(self.memory_base(), Selection::Job(self.clone()))
    }
}

impl DataQuery {
    fn new(memory_base: &MemoryBaseHandle, selection: Selection) -> Self {
        Self {
            memory_base: memory_base.clone(),
            selection,
            filters: Vec::new(),
            period: Period::all(),
            now: None,
            label: Label::default(),
            options: FrameOptions::default(),
            split: Split::default(),
            progress: ProgressReporter::default(),
        }
    }

    /// Keeps only rows that also match this filter: a [`Filter`], the result of a comparison, or a text. A text is JSON or a
    /// comparison such as `d2000034 >= 20`, where `d2000034` is a variable of this memory base.
    ///
    /// Literals that are compared with a DATETIME variable are converted to the date format of the service, from every form
    /// of [`TimePoint`](crate::TimePoint); any other literal is an error. For that, the variables of filters are looked up
    /// at the same time as the first request of the query, unless the columns describe them.
    ///
    /// An invalid filter is an error of [`fetch`](Self::fetch). So is a variable that does not exist: the error names the
    /// filter and similar variables.
    pub fn filter(mut self, filter: impl IntoFilter) -> Self {
        // With an invalid memory base, the query fails before filters are used.
        if let Ok(base) = self.memory_base.number() {
            self.filters.push(filter.into_filter_in(base));
        }
        self
    }

    /// Keeps only rows that also match all of these filters.
    pub fn filters<I>(self, filters: I) -> Self
    where
        I: IntoIterator,
        I::Item: IntoFilter,
    {
        filters.into_iter().fold(self, Self::filter)
    }

    /// Keeps only rows in this time window. It applies to the variable that dates the rows: the first DATETIME variable of
    /// the order variable, the reference date and the variable `order` of the memory base.
    pub fn period(mut self, period: Period) -> Self {
        self.period = period;
        self
    }

    /// Sets the current time, which [`Period::last`] and the open end of [`fetch_stream`](Self::fetch_stream) refer to. By
    /// default it is that of the system clock.
    pub fn now(mut self, now: SystemTime) -> Self {
        self.now = Some(now);
        self
    }

    /// Adds the target of the query to the message of an error.
    pub(super) fn about(&self, error: Error) -> Error {
        let data = || format!("data of {}", self.memory_base);
        match &self.selection {
            Selection::Group(handle) => error.within(handle),
            Selection::Job(handle) => error.within(handle),
            _ if error.names_missing_entity() => error.within(data()),
            _ => error.about(data),
        }
    }

    pub(super) fn current_time(&self) -> SystemTime {
        self.now.unwrap_or_else(SystemTime::now)
    }

    /// Sets how columns are named, by default by bcId.
    pub fn label(mut self, label: Label) -> Self {
        self.label = label;
        self
    }

    /// Keeps dates as text (`Utf8`) in the format of the service, `YYYYMMDD_HHMMSS`.
    pub fn text_dates(mut self, text: bool) -> Self {
        let dates = if text { Dates::Text } else { Dates::Timestamp };
        self.options = self.options.with_dates(dates);
        self
    }

    /// Makes a numeric column that contains only integers an integer column (`Int64`), as in the Python package.
    ///
    /// The type of such a column then depends on its data.
    pub fn infer_integers(mut self, infer: bool) -> Self {
        let numbers = if infer {
            Numbers::Infer
        } else {
            Numbers::Float64
        };
        self.options = self.options.with_numbers(numbers);
        self
    }

    /// Accepts numbers with surrounding white space, such as `" 7 "`, which are an error by default. The report counts them.
    pub fn trim(mut self, trim: bool) -> Self {
        let spaces = if trim { Spaces::Trim } else { Spaces::Reject };
        self.options = self.options.with_spaces(spaces);
        self
    }

    /// Sets further texts that stand for a missing value in columns of all types, such as `Bad Input` or `-9999`. Replaces
    /// those of an earlier call.
    ///
    /// Cells are compared without surrounding ASCII white space. `?` is always null, and in a numeric column also `nan`,
    /// `null` and the empty text. Decoding is slower with this option.
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

    /// Sets how a cell of a numeric column that is not a number is handled: as an error that lists all such columns (the
    /// default), or as a null that the report counts. With [`strict`](Self::strict) it is always an error.
    pub fn on_bad_cell(mut self, on_bad_cell: OnBadCell) -> Self {
        self.options = self.options.with_on_bad_cell(on_bad_cell);
        self
    }

    /// Keeps `nan` in a numeric column as the float NaN. By default it is null.
    pub fn keep_nan(mut self, keep: bool) -> Self {
        let nan = if keep { Nan::Keep } else { Nan::Null };
        self.options = self.options.with_nan(nan);
        self
    }

    /// Makes a discrete column plain text (`Utf8`). By default it is a dictionary (`Dictionary(Int32, Utf8)`).
    pub fn text_labels(mut self, text: bool) -> Self {
        let discrete = if text {
            Discrete::Utf8
        } else {
            Discrete::Dictionary
        };
        self.options = self.options.with_discrete(discrete);
        self
    }

    /// Makes it an error if the report would contain a missing column or a converted value, or if a condition of the job has
    /// no equivalent filter. By default the latter is ignored with a warning.
    pub fn strict(mut self, strict: bool) -> Self {
        self.options = self.options.with_strict(strict);
        self
    }

    /// Sets all options of the decoder.
    pub fn options(mut self, options: FrameOptions) -> Self {
        self.options = options;
        self
    }

    /// Sets when the variables are split over several requests, and how many of them are sent concurrently.
    pub fn split(mut self, split: Split) -> Self {
        self.split = split;
        self
    }

    /// Sets a function that is called with the progress whenever data is received. It should return quickly.
    pub fn on_progress(mut self, report: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.progress = ProgressReporter::new(report);
        self
    }
}
