//! `braincube data`: extracts variables of a memory base, filtered, to the terminal, a pipe or a file.

use std::io::{self, Write as _};
use std::path::PathBuf;

use braincube::{
    Client, DataQuery, Filter, Frame, LongId, ParsePeriodError, Period, Split, parse_duration,
    parse_end, parse_start,
};

use indicatif::{HumanBytes, ProgressBar};

use crate::arguments::{DataArguments, Format};
use crate::failure::Failure;
use crate::output::{self, FileFormat, NewFile};
use crate::progress;
use crate::verbosity::Verbosity;

/// An extraction whose arguments make sense, before anything has been sent.
pub(super) struct Request {
    arguments: DataArguments,
    filters: Vec<Filter>,
    period: Period,
    file: Option<(PathBuf, FileFormat)>,
}

impl Request {
    /// Checks the arguments; what makes no sense is wrong usage, said before a request is made.
    pub(super) fn new(arguments: DataArguments) -> Result<Self, Failure> {
        let filters = arguments
            .filter
            .iter()
            .map(|text| filter(text, arguments.base))
            .collect::<Result<_, _>>()?;
        let period = period(&arguments)?;
        let file = match &arguments.output {
            Some(path) => Some((path.clone(), FileFormat::of(path)?)),
            None => None,
        };
        Ok(Self {
            arguments,
            filters,
            period,
            file,
        })
    }

    /// Extracts and writes.
    pub(super) async fn run(
        self,
        client: &Client,
        verbosity: Verbosity,
        format: Format,
    ) -> Result<(), Failure> {
        let file = match &self.file {
            Some((path, format)) => Some(NewFile::create(path, *format)?),
            None => None,
        };
        let name = format!("{} of {}", self.arguments.base, self.arguments.cube);
        let bar = progress::spinner(verbosity, format!("extracting from memory base {name}"));
        let extracted = self.extract(client, &bar).await;
        bar.finish_and_clear();
        let frame = extracted?;
        match file {
            Some(file) => file.write(frame.batch())?,
            None => output::print_batch(frame.batch(), format)?,
        }
        tell(&frame, verbosity)?;
        Ok(())
    }

    async fn extract(&self, client: &Client, bar: &ProgressBar) -> braincube::Result<Frame> {
        let (bar, begun) = (bar.clone(), bar.message());
        let query = self.query(client).await?.on_progress(move |progress| {
            bar.set_message(format!("{begun}, {}", HumanBytes(progress.bytes)));
        });
        query.fetch().await
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
        let query = if let Some(group) = &selection.group {
            base.data_group(group.clone()).data()
        } else if let Some(job) = &selection.job {
            base.job(job.clone()).data()
        } else if selection.all {
            base.all_data()
        } else if selection.variables.iter().all(|text| is_id(text)) {
            base.data(selection.variables.iter().map(String::as_str))
        } else {
            let found = base.find_variables(selection.variables.iter()).await?;
            base.data(found)
        };
        Ok(query
            .filters(self.filters.iter().cloned())
            .period(self.period.clone())
            .label(self.arguments.label.into())
            .text_dates(self.arguments.text_dates)
            .infer_integers(self.arguments.infer_integers)
            .trim(self.arguments.trim)
            .split(self.split())
            .strict(self.arguments.strict))
    }
}

/// Whether a variable is named by its number or long id, so that no listing is needed to find it.
fn is_id(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) || text.parse::<LongId>().is_ok()
}

/// A filter as JSON or as text, in which a bare `d2000034` is a variable of this memory base.
fn filter(text: &str, base: u64) -> Result<Filter, Failure> {
    let read = if text.trim_start().starts_with('{') {
        Filter::from_json(text)
    } else {
        Filter::parse_in(text, base)
    };
    read.map_err(|error| Failure::Usage(format!("--filter {:?}: {error}", excerpt(text))))
}

/// So much of an argument as shows which one is meant.
fn excerpt(text: &str) -> String {
    text.chars().take(64).collect()
}

fn period(arguments: &DataArguments) -> Result<Period, Failure> {
    let usage = |option: &'static str| {
        move |error: ParsePeriodError| Failure::Usage(format!("{option}: {error}"))
    };
    if let Some(text) = &arguments.last {
        return Ok(Period::last(parse_duration(text).map_err(usage("--last"))?));
    }
    let start = arguments
        .from
        .as_deref()
        .map(parse_start)
        .transpose()
        .map_err(usage("--from"))?;
    let end = arguments
        .to
        .as_deref()
        .map(parse_end)
        .transpose()
        .map_err(usage("--to"))?;
    if start > end && end.is_some() {
        return Err(Failure::Usage("--from is later than --to".into()));
    }
    let period = start.map_or(Period::all(), Period::starting);
    Ok(match end {
        Some(end) => period.and_ending(end),
        None => period,
    })
}

/// How it went, on standard error: in a few lines, or column by column for who wants to know all.
fn tell(frame: &Frame, verbosity: Verbosity) -> Result<(), Failure> {
    let report = frame.report();
    match verbosity {
        Verbosity::Quiet => {}
        Verbosity::Normal => writeln!(io::stderr(), "{report:#}")?,
        Verbosity::Verbose | Verbosity::Everything => writeln!(io::stderr(), "{report}")?,
    }
    Ok(())
}
