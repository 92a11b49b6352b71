//! The allocations of a request through a transport, compared with the same request to the service below.

#![allow(
    clippy::unwrap_used,
    reason = "what fails here, in a helper or in a test, fails the test"
)]

use std::convert::Infallible;
use std::sync::Arc;

use allocation_counter::measure;
use braincube_auth::PersonalAccessToken;
use braincube_model::Operation;
use braincube_transport::{AllowedOrigins, Body, Error, Transport};
use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, USER_AGENT};
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full};
use tower::{Service, service_fn};

const URL: &str = "https://api.example.com/braincube/demo/braindata/mb20/LF";
const ANSWER: &[u8] = b"[1]";

/// The maximum of additional allocations of a request without a failure:
///
/// - three for the `Operation` in its extensions, and one for the state beside it,
/// - one for that state, which the attempts share,
/// - one for a clone of the stack and its future, whose types are erased,
/// - two for the futures of the two layers,
/// - one for the body of the response, whose type is erased,
/// - one to share the text of the address, which the copy of the request needs too.
const MAX_ADDITIONAL: u64 = 9;

async fn serve(_: Request<Bytes>) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(Response::new(Full::new(Bytes::from_static(ANSWER))))
}

/// The request without a transport, with the headers that it would add.
async fn bare() {
    let mut request = Request::post(URL).body(Bytes::new()).unwrap();
    let headers = request.headers_mut();
    headers.insert("x-api-key", HeaderValue::from_static("token"));
    headers.insert(USER_AGENT, HeaderValue::from_static("test"));
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    let mut body = service_fn(serve).call(request).await.unwrap().into_body();
    while let Some(frame) = body.frame().await {
        assert_eq!(frame.unwrap().into_data().unwrap(), ANSWER);
    }
}

async fn whole(transport: &Transport) {
    let request = Request::post(URL).extension(Operation::read_data("data", "/LF"));
    let read = async |response: Response<Body>| {
        let mut body = response.into_body();
        while let Some(chunk) = body.chunk().await? {
            assert_eq!(chunk, ANSWER);
        }
        Ok::<_, Error>(())
    };
    let request = request.body(Bytes::new()).unwrap();
    transport.read_with(request, read).await.unwrap();
}

#[test]
fn a_request_without_a_failure_has_few_allocations() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let tokens = Arc::new(PersonalAccessToken::new("token").unwrap());
    let origins = AllowedOrigins::new(["https://api.example.com"]).unwrap();
    let transport = Transport::builder(tokens, origins).user_agent("test");
    let transport = transport.build_with(service_fn(serve)).unwrap();
    let count = |request: &dyn Fn()| {
        // Once without counting, for allocations that happen once.
        request();
        measure(request).count_total
    };
    let bare = count(&|| runtime.block_on(bare()));
    let whole = count(&|| runtime.block_on(whole(&transport)));
    assert!(
        whole <= bare + MAX_ADDITIONAL,
        "{whole} allocations, {bare} without layers"
    );
}
