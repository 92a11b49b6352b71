//! `braincube bases`: the memory bases of a braincube.

use braincube::model::MemoryBase;
use braincube::{Client, Entity as _};

use super::listing;
use crate::failure::Failure;
use crate::output::TextFormat;

/// Prints the memory bases of a braincube.
pub(super) async fn print(client: &Client, cube: &str, format: TextFormat) -> Result<(), Failure> {
    let bases = client.braincube(cube).memory_bases().list();
    let row =
        |base: &MemoryBase| vec![Some(base.bcid().to_string()), base.name().map(String::from)];
    listing::print(bases, &["bcId", "name"], row, format).await
}
