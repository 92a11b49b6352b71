//! Runs a query: [`DataQuery::fetch`].

use braincube_frame::{ExpectedColumn, Frame};
use braincube_model::{DateTime, Filter, VariableFilter as _};

use super::columns::summarize_ids;
use super::extraction::Extraction;
use super::prepared::Prepared;
use super::query::DataQuery;
use crate::error::{Error, ErrorKind, Result};
use crate::names;

impl DataQuery {
    /// Runs the query and returns its rows as one frame, which is complete or an error.
    ///
    /// # Rows and columns
    ///
    /// The rows are in the order in which the service sends them. It orders them by the order variable of the memory base,
    /// which is usually its date; the client does not sort them. The columns are in the order of the query: that of the given
    /// variables without duplicates, or that of the service for a data group, a job or all variables.
    /// [`label`](Self::label) sets their names.
    ///
    /// | type of the variable | type of the column | option |
    /// |---|---|---|
    /// | NUMERIC | `Float64` | `Int64` if all values are integers, with [`infer_integers`](Self::infer_integers) |
    /// | DATETIME | `Timestamp(Millisecond, None)`: the wall clock of the memory base | `Utf8` with [`text_dates`](Self::text_dates) |
    /// | DISCRETE | `Dictionary(Int32, Utf8)` | `Utf8` with [`text_labels`](Self::text_labels) |
    /// | any other | `Utf8` | |
    ///
    /// All columns are nullable. A column for which the server sent no data is null in every row, and is listed in
    /// [`Report::missing`](crate::Report::missing).
    ///
    /// # Requests
    ///
    /// The query reads the properties of the memory base and then the data. It also reads the descriptions of variables in
    /// filters, of the order variable for a period, and of all columns if they are named; and the job or the data group with
    /// the entities that it refers to. Many variables are [split](Self::split) over several requests.
    ///
    /// Further requests are sent
    ///
    /// - after a [`NotFound`](crate::ErrorKind::NotFound), to name what does not exist and to suggest similar names: the
    ///   access list of the credentials and the list of memory bases, or the list of variables;
    /// - after a [`Rejected`](crate::ErrorKind::Rejected) request for data, the list of variables, to find one that does not
    ///   exist;
    /// - if a column contains no data, or the frame contains no rows, the descriptions or the list of the variables, to check
    ///   that they exist;
    /// - if the response does not contain the types of its columns, their descriptions, and the data again.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::Input`]: no variable is selected, an id or a filter is invalid, the period ends
    ///   before it starts, or a DATETIME variable is compared with a literal that is not a date.
    /// - [`ErrorKind::NotFound`]: the memory base, a variable, the job or the data group does not
    ///   exist.
    /// - [`ErrorKind::Decode`]: the response is invalid, or cells of numeric columns are not numbers.
    ///   [`Error::bad_cells`] then lists all such columns. [`nulls`](Self::nulls) and
    ///   [`on_bad_cell`](Self::on_bad_cell) convert such cells to nulls.
    /// - [`ErrorKind::Integrity`]: columns have different lengths, or the variables were split over
    ///   several requests and the data changed twice in between, or the order variable does not identify rows and the server
    ///   rejects a single request.
    /// - [`ErrorKind::TooLarge`]: a column contains more than 2 GiB of text, or the response
    ///   exceeds a limit of the client. [`fetch_stream`](Self::fetch_stream) reads such data window by window.
    /// - The kinds of a failed request.
    pub async fn fetch(self) -> Result<Frame> {
        let (prepared, period) = self.prepare().await?;
        prepared.rows(period).await
    }

    /// Prepares the query and builds the filters of its period.
    pub(super) async fn prepare(mut self) -> Result<(Prepared, Vec<Filter>)> {
        self.period = self.period.clone().at(self.current_time());
        let needs_date = !self.period.is_all();
        let prepared = Prepared::new(self, needs_date).await?;
        let period = match prepared.date_variable {
            Some(date_variable) => prepared
                .query
                .period
                .filters(date_variable, &prepared.clock),
            None => Ok(Vec::new()),
        };
        let period = period.map_err(|error| prepared.query.about(error.into()))?;
        Ok((prepared, period))
    }
}

impl Prepared {
    /// The rows from `start` to before `next`, or up to and including `end` in the last window.
    pub(super) async fn window(
        &self,
        start: DateTime,
        next: Option<DateTime>,
        end: DateTime,
    ) -> Result<Frame> {
        let Some(date_variable) = self.date_variable else {
            return self.rows(Vec::new()).await;
        };
        let until = match next {
            Some(next) => date_variable.less_than(next)?,
            None => date_variable.less_or_equal(end)?,
        };
        self.rows(vec![date_variable.greater_or_equal(start)?, until])
            .await
    }

    /// The rows that also match `further` filters.
    pub(super) async fn rows(&self, further: Vec<Filter>) -> Result<Frame> {
        let frame = match self.download(further).await {
            Ok(frame) => frame,
            Err(error) => return Err(self.query.about(self.explain(error).await)),
        };
        let report = frame.report();
        if let Some(ids) = summarize_ids(report.missing()) {
            tracing::warn!("the server sent no data for {ids}; the missing values are null");
        }
        if let Some(ids) = summarize_ids(report.unrequested().iter().copied()) {
            tracing::warn!("the server sent {ids}, which was not requested; it is ignored");
        }
        if let Some(ids) = summarize_ids(report.columns_of_unknown_type()) {
            tracing::warn!("the type of {ids} is unknown; the values are kept as text");
        }
        let rows = frame.batch().num_rows() as u64;
        self.query.progress.update(|progress| progress.rows += rows);
        Ok(frame)
    }

    /// Without rows, also checks that the variables exist: the server may send an empty column for one that does not.
    async fn download(&self, further: Vec<Filter>) -> Result<Frame> {
        let frame = Extraction::new(self, further).download().await?;
        if frame.batch().num_rows() == 0 {
            let ids: Vec<_> = self.columns.iter().map(ExpectedColumn::id).collect();
            let base = &self.query.memory_base;
            self.types.check_exist(base, &ids).await?;
        }
        Ok(frame)
    }

    /// If the server rejected the request because a variable does not exist, returns an error that names it and similar
    /// ones. Otherwise returns the error unchanged.
    async fn explain(&self, error: Error) -> Error {
        let is_rejection = matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Rejected);
        if !is_rejection || error.names_missing_entity() {
            return error;
        }
        let base = &self.query.memory_base;
        let columns = self.columns.iter().map(ExpectedColumn::id);
        match names::first_unknown(base, columns.filter_map(|id| id.variable_id())).await {
            Some((_, reason)) => reason.because_of(error),
            None => error,
        }
    }
}
