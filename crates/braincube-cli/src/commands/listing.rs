//! A list on its way to standard output: what can be read of it, and what cannot.

use braincube::{Error, Pager, Resource};

use crate::failure::Failure;
use crate::output::{self, Records, TextFormat};

/// Prints a row for each entity of a list. One that cannot be read is told and left out; the
/// others are printed, and the command fails at its end.
pub(super) async fn print<E: Resource>(
    mut entities: Pager<E, Error>,
    keys: &'static [&'static str],
    row: impl Fn(&E) -> Vec<Option<String>>,
    format: TextFormat,
) -> Result<(), Failure> {
    let mut records = Records::new(keys);
    let mut unreadable = 0;
    while let Some(entity) = entities.next().await {
        match entity {
            Ok(entity) => records.push(row(&entity)),
            Err(error) if error.is_of_one_entity() => {
                unreadable += 1;
                tracing::warn!("{error}");
            }
            Err(error) => return Err(error.into()),
        }
    }
    output::print_records(records, format).await?;
    match unreadable {
        0 => Ok(()),
        1 => Err("one entity of the list cannot be read and is left out".into()),
        count => {
            Err(format!("{count} entities of the list cannot be read and are left out").into())
        }
    }
}
