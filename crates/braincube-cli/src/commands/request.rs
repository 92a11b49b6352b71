//! `braincube request`: any path of the service, with the credentials and the guards of all others.

use braincube::{Client, Method};
use serde_json::value::RawValue;

use crate::arguments::RequestArguments;
use crate::failure::Failure;
use crate::output;

/// Sends the request and prints its answer.
pub(super) async fn send(client: &Client, arguments: RequestArguments) -> Result<(), Failure> {
    let body = arguments.body.as_deref().map(body).transpose()?;
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

/// The body: the text, or what stands in the file behind an `@`.
fn body(text: &str) -> Result<Vec<u8>, Failure> {
    match text.strip_prefix('@') {
        Some(path) => {
            std::fs::read(path).map_err(|error| format!("cannot read {path}: {error}").into())
        }
        None => Ok(text.into()),
    }
}
