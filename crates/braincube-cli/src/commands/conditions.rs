//! `braincube conditions`: the conditions of an event or a job as filters.

use braincube::{Client, Filter, JobHandle};

use crate::arguments::{Conditioned, ConditionsArguments};
use crate::exit::Failure;
use crate::logging::Verbosity;
use crate::output;
use crate::stream::print_note;

/// Checks that `--events` is used with a job.
pub(super) fn check(arguments: &ConditionsArguments) -> Result<(), Failure> {
    match (arguments.kind, arguments.events) {
        (Conditioned::Event, true) => Err(Failure::Usage(
            "--events is an option for jobs: an event has no events".into(),
        )),
        _ => Ok(()),
    }
}

/// Prints the filters as a JSON array, one per line. With `--combine`, prints one filter, or `[]` if there is none.
pub(super) async fn print(
    client: &Client,
    arguments: ConditionsArguments,
    verbosity: Verbosity,
) -> Result<(), Failure> {
    let base = arguments.base.handle(client);
    let filters = match (arguments.kind, arguments.events) {
        (Conditioned::Event, _) => base.event(arguments.id).conditions().await?,
        (Conditioned::Job, false) => own_conditions(&base.job(arguments.id), verbosity).await?,
        (Conditioned::Job, true) => base.job(arguments.id).conditions_with_events().await?,
    };
    let text = match arguments.combine {
        true => Filter::all(filters).map_or_else(|| "[]".into(), |filter| filter.to_json()),
        false => array(&filters),
    };
    output::print_line(text).await
}

/// Returns the conditions of a job without those of its events, and prints a note if the job has events.
async fn own_conditions(job: &JobHandle, verbosity: Verbosity) -> braincube::Result<Vec<Filter>> {
    if verbosity == Verbosity::Quiet {
        return job.conditions().await;
    }
    let (filters, described) = tokio::try_join!(job.conditions(), job.describe())?;
    let events = described.positive_events().len() + described.negative_events().len();
    if events > 0 {
        print_note(&format!(
            "the conditions of the job's events ({events}) are left out, so these filters keep more rows than the job \
             studies; add --events to include them"
        ));
    }
    Ok(filters)
}

fn array(filters: &[Filter]) -> String {
    if filters.is_empty() {
        return "[]".into();
    }
    let lines: Vec<_> = filters.iter().map(Filter::to_json).collect();
    format!("[\n  {}\n]", lines.join(",\n  "))
}
