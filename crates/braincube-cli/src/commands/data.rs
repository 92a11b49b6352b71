//! `braincube data`: extracts data from a memory base.

mod filters;

use std::fmt::Write as _;

use braincube::model::WallClock;
use braincube::{
    Client, DataQuery, Error, Filter, Frame, LongId, NoRows, OnBadCell, ParseTimePointError,
    Period, Split, TimePoint, parse_duration,
};
use indicatif::{HumanBytes, HumanCount, ProgressBar};

use crate::arguments::{
    BadCellArgument, DataArguments, LabelsArgument, NanArgument, TextSource, read_variables,
};
use crate::exit::{Failure, chain};
use crate::logging::Verbosity;
use crate::output::{Destination, Format};
use crate::progress;
use crate::stream::print_note;

/// An extraction with valid arguments.
pub(super) struct Extraction {
    arguments: DataArguments,
    variables: Vec<String>,
    filters: Vec<Filter>,
    period: Period,
    destination: Destination,
}

impl Extraction {
    /// Checks the arguments and reads the files and the standard input that they name. Sends no request.
    pub(super) async fn new(
        arguments: DataArguments,
        format: Option<Format>,
    ) -> Result<Self, Failure> {
        if arguments.strict && arguments.on_bad_cell == BadCellArgument::Null {
            let message = "--strict fails on bad cells, --on-bad-cell null does not; leave one out";
            return Err(Failure::Usage(message.into()));
        }
        let period = period(&arguments)?;
        let destination = Destination::of(arguments.output.as_deref(), format)?;
        let lists = &arguments.selection.variables;
        TextSource::check(arguments.filter.iter().chain(lists))?;
        let mut filters = Vec::new();
        for source in &arguments.filter {
            let parsed = filters::parse(&source.text().await?, arguments.base.bcid);
            filters.extend(parsed.map_err(|failure| source.locate(failure))?);
        }
        let mut variables = Vec::new();
        for source in lists {
            let read = read_variables(source).await;
            variables.extend(read.map_err(|failure| source.locate(failure))?);
        }
        Ok(Self {
            arguments,
            variables,
            filters,
            period,
            destination,
        })
    }

    /// Requests the data and writes it.
    pub(super) async fn run(self, client: &Client, verbosity: Verbosity) -> Result<(), Failure> {
        let sink = self.destination.open().await?;
        let base = &self.arguments.base;
        let message = format!("extracting from memory base {} of {}", base.bcid, base.cube);
        let bar = progress::spinner(verbosity, &message);
        let is_explained = self.arguments.fail_if_empty || verbosity != Verbosity::Quiet;
        let extracted = self.extract(client, &bar, is_explained).await;
        bar.finish_and_clear();
        let (frame, no_rows) = extracted.map_err(|error| self.with_advice(error))?;
        if let Some(reason) = no_rows.as_ref().filter(|_| self.arguments.fail_if_empty) {
            return Err(Failure::Failed(reason.to_string().into()));
        }
        sink.write(frame.batch().clone()).await?;
        if verbosity != Verbosity::Quiet {
            if let Some(reason) = no_rows {
                print_note(&reason.to_string());
            }
            print_note(&self.summary(&frame, verbosity));
        }
        Ok(())
    }

    /// Returns the frame. If it has no rows and `is_explained` is set, also returns the reason.
    async fn extract(
        &self,
        client: &Client,
        bar: &ProgressBar,
        is_explained: bool,
    ) -> braincube::Result<(Frame, Option<NoRows>)> {
        let (bar, message) = (bar.clone(), bar.message());
        let query = self.query(client).await?.on_progress(move |progress| {
            bar.set_message(format!("{message}, {}", HumanBytes(progress.bytes)));
        });
        match is_explained {
            true => query.fetch_explained().await,
            false => Ok((query.fetch().await?, None)),
        }
    }

    /// Converts an error. If it lists bad cells, the options that read them as nulls are added.
    fn with_advice(&self, error: Error) -> Failure {
        let bad = error.bad_cells().first().filter(|_| !self.arguments.strict);
        let Some(text) = bad.and_then(|(_, cells)| cells.examples().first()) else {
            return error.into();
        };
        let text = text.text();
        let advice = format!("--null {text:?} or --on-bad-cell null reads such cells as nulls");
        Failure::Failed(format!("{}; {advice}", chain(&error)).into())
    }

    async fn query(&self, client: &Client) -> braincube::Result<DataQuery> {
        let arguments = &self.arguments;
        let base = arguments.base.handle(client);
        let selection = &arguments.selection;
        let names = self.variables.iter().map(String::as_str);
        let query = if let Some(group) = &selection.group {
            base.data_group(group.clone()).data()
        } else if let Some(job) = &selection.job {
            base.job(job.clone()).data()
        } else if selection.all {
            base.all_data()
        } else if names.clone().all(is_id) {
            base.data(names)
        } else {
            let found = base.find_variables(names).await?;
            base.data(found)
        };
        let mut split = Split::default();
        if let Some(columns) = arguments.split {
            split = split.columns(columns.get());
        }
        let on_bad_cell = match arguments.on_bad_cell {
            BadCellArgument::Error => OnBadCell::Error,
            BadCellArgument::Null => OnBadCell::Null,
        };
        Ok(query
            .filters(self.filters.iter().cloned())
            .period(self.period.clone())
            .label(arguments.label.into())
            .text_dates(arguments.text_dates)
            .infer_integers(arguments.infer_integers)
            .trim(arguments.trim)
            .nulls(arguments.null.iter().map(String::as_str))
            .on_bad_cell(on_bad_cell)
            .keep_nan(arguments.nan == NanArgument::Keep)
            .text_labels(arguments.labels == LabelsArgument::Text)
            .split(split)
            .strict(arguments.strict))
    }

    /// The line about the result, and a line for each irregularity of the data. `--verbose` prints all of them.
    fn summary(&self, frame: &Frame, verbosity: Verbosity) -> String {
        let report = frame.report();
        let written = match &self.destination {
            Destination::File(path, _) => format!("wrote {}: ", path.display()),
            Destination::StandardOutput(_) => String::new(),
        };
        let rows = count(report.rows(), "row");
        let columns = count(report.columns().len(), "column");
        let received = HumanBytes(report.json_bytes());
        let mut summary = format!("{written}{rows}, {columns} ({received} received)");
        let details = match verbosity {
            Verbosity::Normal => format!("{report:#}"),
            _ => report.to_string(),
        };
        // The first line of a report is its own summary.
        for line in details.lines().skip(1) {
            let _ = write!(summary, "\n{line}");
        }
        summary
    }
}

fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", HumanCount(number as u64))
}

/// Whether a variable is given by its bcId or long id, so that it need not be looked up.
fn is_id(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) || text.parse::<LongId>().is_ok()
}

fn period(arguments: &DataArguments) -> Result<Period, Failure> {
    if let Some(text) = &arguments.last {
        let last = parse_duration(text);
        let last = last.map_err(|error| Failure::Usage(format!("--last: {error}")))?;
        return Ok(Period::last(last));
    }
    let start = date("--from", arguments.from.as_deref())?;
    let end = date("--to", arguments.to.as_deref())?;
    // Dates of the same kind can be compared without the time zone of the memory base.
    if let (Some(start), Some(end)) = (start, end)
        && start.is_instant() == end.is_instant()
        && let Some(first) = start.first_second(&WallClock::UTC)
        && let Some(last) = end.last_second(&WallClock::UTC)
        && first > last
    {
        return Err(Failure::Usage(
            "--from is later than --to; exchange the dates".into(),
        ));
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
