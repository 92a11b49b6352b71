//! `braincube conditions`: the conditions of an event or a job, as filters.

use braincube::{Client, Filter, JobHandle};

use crate::arguments::{Conditioned, ConditionsArguments};
use crate::failure::Failure;
use crate::logging::Verbosity;
use crate::output;
use crate::stream::print_note;

/// Prints the filters as a JSON array, one a line; combined, the one filter itself, and `[]` where there is none.
///
/// Says on standard error if the conditions of a job's events are left out.
pub(super) async fn print(
    client: &Client,
    arguments: ConditionsArguments,
    verbosity: Verbosity,
) -> Result<(), Failure> {
    let base = client
        .braincube(&arguments.cube)
        .memory_base(arguments.base);
    let filters = match (arguments.kind, arguments.events) {
        (Conditioned::Event, _) => base.event(arguments.id).conditions().await?,
        (Conditioned::Job, false) => own_conditions(&base.job(arguments.id), verbosity).await?,
        (Conditioned::Job, true) => base.job(arguments.id).conditions_with_events().await?,
    };
    if !arguments.combine {
        return output::print_line(array(&filters)).await;
    }
    let combined = Filter::all(filters).map(|filter| filter.to_json());
    output::print_line(combined.unwrap_or_else(|| "[]".into())).await
}

async fn own_conditions(job: &JobHandle, verbosity: Verbosity) -> braincube::Result<Vec<Filter>> {
    if verbosity == Verbosity::Quiet {
        return job.conditions().await;
    }
    let (filters, described) = tokio::try_join!(job.conditions(), job.describe())?;
    let events = described.positive_events().len() + described.negative_events().len();
    if events > 0 {
        let (count, plural) = (events, if events == 1 { "" } else { "s" });
        print_note(&format!(
            "the conditions of the job's {count} event{plural} are left out, so these filters keep more rows than the job \
             studies; add --events to include them"
        ));
    }
    Ok(filters)
}

/// Checks what the surface cannot say.
pub(super) fn check(arguments: &ConditionsArguments) -> Result<(), Failure> {
    match (arguments.kind, arguments.events) {
        (Conditioned::Event, true) => Err(Failure::Usage(
            "--events is about a job: an event refers to no other events".into(),
        )),
        _ => Ok(()),
    }
}

fn array(filters: &[Filter]) -> String {
    if filters.is_empty() {
        return "[]".into();
    }
    let lines: Vec<_> = filters.iter().map(Filter::to_json).collect();
    format!("[\n  {}\n]", lines.join(",\n  "))
}
