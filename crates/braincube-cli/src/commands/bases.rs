//! `braincube bases`: the memory bases of a braincube.

use braincube::{Client, Entity as _};
use futures_util::TryStreamExt as _;

use crate::failure::Failure;
use crate::output::Records;

/// The memory bases of a braincube.
pub(super) async fn list(client: &Client, cube: &str) -> Result<Records, Failure> {
    let mut records = Records::new(&["bcId", "name"]);
    let mut bases = client.braincube(cube).memory_bases().list();
    while let Some(base) = bases.try_next().await? {
        records.push([Some(base.bcid().to_string()), base.name().map(String::from)]);
    }
    Ok(records)
}
