//! `braincube cubes`: the braincubes that the credentials may open.

use braincube::{Client, Entity as _};

use crate::failure::Failure;
use crate::output::Records;

/// The braincubes that the credentials may open.
pub(super) async fn list(client: &Client) -> Result<Records, Failure> {
    let mut records = Records::new(&["name", "productId"]);
    for braincube in client.braincubes().await? {
        records.push([
            // What the other commands take.
            Some(braincube.bcid().to_string()),
            braincube.product_id().map(ToString::to_string),
        ]);
    }
    Ok(records)
}
