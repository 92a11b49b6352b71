//! `braincube cubes`: the braincubes that the credentials may open.

use braincube::{Client, Entity as _};

use crate::failure::Failure;
use crate::output::Records;

/// The braincubes that the credentials may open.
pub(super) async fn list(client: &Client) -> Result<Records, Failure> {
    let mut records = Records::new(&["bcId", "name"]);
    for braincube in client.braincubes().await? {
        records.push([
            Some(
                braincube
                    .uuid()
                    .unwrap_or(braincube.bcid().as_str())
                    .to_owned(),
            ),
            braincube.name().map(String::from),
        ]);
    }
    Ok(records)
}
