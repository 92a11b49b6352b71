//! `braincube request`: sends a request to any path of the service.

use braincube::{Client, Method};
use serde_json::value::RawValue;

use crate::arguments::RequestArguments;
use crate::exit::Failure;
use crate::output;

/// Reads the body, if there is one.
pub(super) async fn body(arguments: &RequestArguments) -> Result<Option<Vec<u8>>, Failure> {
    match &arguments.body {
        Some(body) => Ok(Some(body.bytes().await?)),
        None => Ok(None),
    }
}

/// Sends the request and prints the response.
pub(super) async fn send(
    client: &Client,
    arguments: RequestArguments,
    body: Option<Vec<u8>>,
) -> Result<(), Failure> {
    let method = match (arguments.method, &body) {
        (Some(method), _) => method,
        (None, Some(_)) => Method::POST,
        (None, None) => Method::GET,
    };
    let mut query = client.request(method, arguments.path);
    if arguments.sso {
        query = query.sso();
    }
    if let Some(cube) = arguments.cube {
        query = query.braincube(cube);
    }
    if let Some(body) = body {
        query = query.body(body);
    }
    if arguments.raw {
        return output::print_bytes(query.send().await?.body).await;
    }
    let json: Box<RawValue> = query.json().await?;
    output::print_line(json.get().to_owned()).await
}
