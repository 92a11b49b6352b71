//! `braincube variables`: the variables of a memory base.

use braincube::{Client, Entity as _, NameKey};
use futures_util::TryStreamExt as _;

use crate::failure::Failure;
use crate::output::Records;

/// The variables of a memory base.
pub(super) async fn list(client: &Client, cube: &str, base: u64) -> Result<Records, Failure> {
    let mut records = Records::new(&["bcId", "name", "standard", "tag", "local", "type"]);
    let mut variables = client.braincube(cube).memory_base(base).variables().list();
    while let Some(variable) = variables.try_next().await? {
        let name = |key| variable.name_by(key).map(String::from);
        records.push([
            Some(variable.bcid().to_string()),
            variable.name().map(String::from),
            name(NameKey::Standard),
            name(NameKey::Tag),
            name(NameKey::Local),
            variable
                .variable_type()
                .map(|kind| kind.as_str().to_owned()),
        ]);
    }
    Ok(records)
}
