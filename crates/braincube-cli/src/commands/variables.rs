//! `braincube variables`: the variables of a memory base.

use braincube::model::Variable;
use braincube::{Client, Entity as _, NameKey};

use super::listing;
use crate::failure::Failure;
use crate::output::TextFormat;

/// What is told of a variable.
const KEYS: &[&str] = &["bcId", "name", "standard", "tag", "local", "type"];

/// Prints the variables of a memory base.
pub(super) async fn print(
    client: &Client,
    cube: &str,
    base: u64,
    format: TextFormat,
) -> Result<(), Failure> {
    let variables = client.braincube(cube).memory_base(base).variables().list();
    // A person waits for a moment rather than have pages asked for that may not be there.
    listing::print(variables.expecting(0), KEYS, row, format).await
}

fn row(variable: &Variable) -> Vec<Option<String>> {
    let name = |key| variable.name_by(key).map(String::from);
    vec![
        Some(variable.bcid().to_string()),
        variable.name().map(String::from),
        name(NameKey::Standard),
        name(NameKey::Tag),
        name(NameKey::Local),
        variable
            .variable_type()
            .map(|kind| kind.as_str().to_owned()),
    ]
}
