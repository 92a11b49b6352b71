//! `braincube conditions`: the conditions of an event or a job, as filters.

use braincube::{Client, Filter};

use crate::arguments::{Conditioned, ConditionsArguments};
use crate::failure::Failure;
use crate::output;

/// Prints the filters as a JSON array, one a line; combined, the one filter itself, and `[]` where there is none.
pub(super) async fn print(client: &Client, arguments: ConditionsArguments) -> Result<(), Failure> {
    let base = client
        .braincube(&arguments.cube)
        .memory_base(arguments.base);
    let filters = match (arguments.kind, arguments.events) {
        (Conditioned::Event, _) => base.event(arguments.id).conditions().await?,
        (Conditioned::Job, false) => base.job(arguments.id).conditions().await?,
        (Conditioned::Job, true) => base.job(arguments.id).conditions_with_events().await?,
    };
    if !arguments.combine {
        return output::print_line(array(&filters)).await;
    }
    let combined = Filter::all(filters).map(|filter| filter.to_json());
    output::print_line(combined.unwrap_or_else(|| "[]".into())).await
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
