//! `braincube data`: extracts variables of a memory base, filtered, to the terminal, a pipe or a file.

mod filters;

use braincube::model::WallClock;
use braincube::{
    Client, DataQuery, Error, Filter, Frame, LongId, NoRows, ParseTimePointError, Period, Split,
    TimePoint, parse_duration,
};

use indicatif::{HumanBytes, ProgressBar};

use crate::arguments::{
    BadCellArgument, DataArguments, Format, LabelsArgument, NanArgument, TextSource, VariableList,
};
use crate::failure::{Failure, chain};
use crate::output::Destination;
use crate::progress;
use crate::stream::print_note;
use crate::verbosity::Verbosity;

/// An extraction whose arguments make sense, before anything has been sent.
pub(super) struct Request {
    arguments: DataArguments,
    variables: Vec<VariableList>,
    filters: Vec<Filter>,
    period: Period,
    destination: Destination,
}

impl Request {
    /// Checks the arguments; what makes no sense is wrong usage, said before a request is made.
    pub(super) async fn new(
        arguments: DataArguments,
        format: Option<Format>,
    ) -> Result<Self, Failure> {
        if arguments.strict && arguments.on_bad_cell == BadCellArgument::Null {
            let message =
                "--strict fails at a bad cell, --on-bad-cell null does not; leave one out";
            return Err(Failure::Usage(message.into()));
        }
        let period = period(&arguments)?;
        let destination = Destination::of(arguments.output.as_deref(), format)?;
        let named = &arguments.selection.variables;
        TextSource::check(arguments.filter.iter().chain(named))?;
        let mut filters = Vec::new();
        for source in &arguments.filter {
            let read = filters::read(&source.text().await?, arguments.base);
            filters.extend(read.map_err(|failure| source.locate(failure))?);
        }
        let mut variables = Vec::new();
        for source in named {
            let read = VariableList::read(source).await;
            variables.push(read.map_err(|failure| source.locate(failure))?);
        }
        Ok(Self {
            arguments,
            variables,
            filters,
            period,
            destination,
        })
    }

    /// Extracts and writes.
    pub(super) async fn run(self, client: &Client, verbosity: Verbosity) -> Result<(), Failure> {
        let sink = self.destination.open().await?;
        let name = format!("{} of {}", self.arguments.base, self.arguments.cube);
        let bar = progress::spinner(verbosity, &format!("extracting from memory base {name}"));
        let is_explained = self.arguments.fail_if_empty || verbosity != Verbosity::Quiet;
        let extracted = self.extract(client, &bar, is_explained).await;
        bar.finish_and_clear();
        let (frame, no_rows) = extracted.map_err(|error| self.with_advice(error))?;
        if let Some(reason) = no_rows.as_ref().filter(|_| self.arguments.fail_if_empty) {
            return Err(Failure::Failed(reason.to_string().into()));
        }
        sink.write(frame.batch().clone()).await?;
        tell(&frame, no_rows.as_ref(), verbosity);
        Ok(())
    }

    /// The frame; why it has no rows, if it has none and this is to be explained.
    async fn extract(
        &self,
        client: &Client,
        bar: &ProgressBar,
        is_explained: bool,
    ) -> braincube::Result<(Frame, Option<NoRows>)> {
        let (bar, begun) = (bar.clone(), bar.message());
        let query = self.query(client).await?.on_progress(move |progress| {
            bar.set_message(format!("{begun}, {}", HumanBytes(progress.bytes)));
        });
        match is_explained {
            true => query.fetch_explained().await,
            false => Ok((query.fetch().await?, None)),
        }
    }

    /// The failure of an extraction; where cells cannot be read, with the options that read them as nulls.
    fn with_advice(&self, error: Error) -> Failure {
        let bad = error.bad_cells().first().filter(|_| !self.arguments.strict);
        let Some(text) = bad.and_then(|(_, cells)| cells.examples().first()) else {
            return error.into();
        };
        let text = text.text();
        let advice = format!("--null {text:?} or --on-bad-cell null reads such cells as nulls");
        Failure::Failed(format!("{}; {advice}", chain(&error)).into())
    }

    fn split(&self) -> Split {
        let split = Split::default();
        match self.arguments.split {
            Some(columns) => split.columns(columns.get()),
            None => split,
        }
    }

    async fn query(&self, client: &Client) -> braincube::Result<DataQuery> {
        let base = client
            .braincube(&self.arguments.cube)
            .memory_base(self.arguments.base);
        let selection = &self.arguments.selection;
        let named: Vec<_> = self.variables.iter().flat_map(VariableList::iter).collect();
        let query = if let Some(group) = &selection.group {
            base.data_group(group.clone()).data()
        } else if let Some(job) = &selection.job {
            base.job(job.clone()).data()
        } else if selection.all {
            base.all_data()
        } else if named.iter().all(|text| is_id(text)) {
            base.data(named)
        } else {
            let found = base.find_variables(named).await?;
            base.data(found)
        };
        Ok(query
            .filters(self.filters.iter().cloned())
            .period(self.period.clone())
            .label(self.arguments.label.into())
            .text_dates(self.arguments.text_dates)
            .infer_integers(self.arguments.infer_integers)
            .trim(self.arguments.trim)
            .nulls(self.arguments.null.iter().map(String::as_str))
            .on_bad_cell(self.arguments.on_bad_cell.into())
            .keep_nan(self.arguments.nan == NanArgument::Keep)
            .text_labels(self.arguments.labels == LabelsArgument::Text)
            .split(self.split())
            .strict(self.arguments.strict))
    }
}

/// Whether a variable is named by its number or long id, so that no listing is needed to find it.
fn is_id(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) || text.parse::<LongId>().is_ok()
}

fn period(arguments: &DataArguments) -> Result<Period, Failure> {
    if let Some(text) = &arguments.last {
        let last = parse_duration(text);
        return match last {
            Ok(last) => Ok(Period::last(last)),
            Err(error) => Err(Failure::Usage(format!("--last: {error}"))),
        };
    }
    let start = date("--from", arguments.from.as_deref())?;
    let end = date("--to", arguments.to.as_deref())?;
    // A time zone, which only the memory base knows, shifts both alike, unless only one of them is an instant.
    if let (Some(start), Some(end)) = (start, end)
        && start.is_instant() == end.is_instant()
        && let Some(first) = start.first_second(&WallClock::UTC)
        && let Some(last) = end.last_second(&WallClock::UTC)
        && first > last
    {
        return Err(Failure::Usage("--from is later than --to".into()));
    }
    let period = start.map_or(Period::all(), Period::starting);
    Ok(match end {
        Some(end) => period.and_ending(end),
        None => period,
    })
}

fn date(option: &str, text: Option<&str>) -> Result<Option<TimePoint>, Failure> {
    let date = text.map(str::parse).transpose();
    date.map_err(|error: ParseTimePointError| Failure::Usage(format!("{option}: {error}")))
}

/// How it went, on standard error: in a few lines, or column by column for who wants to know all.
fn tell(frame: &Frame, no_rows: Option<&NoRows>, verbosity: Verbosity) {
    let report = frame.report();
    if let Some(reason) = no_rows {
        print_note(&reason.to_string());
    }
    match verbosity {
        Verbosity::Quiet => {}
        Verbosity::Normal => print_note(&format!("{report:#}")),
        Verbosity::Verbose | Verbosity::Everything => print_note(&report.to_string()),
    }
}
