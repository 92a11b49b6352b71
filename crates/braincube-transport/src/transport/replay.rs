//! [`ReplayableRequest`]: a copy of a request that can be sent again.

use std::fmt;

use braincube_model::Operation;
use bytes::Bytes;
use http::{Extensions, Request, Uri};

use crate::extensions::{Deadline, Expect, LongRunning};
use crate::operation::OperationState;

/// A copy of a request that can be sent again.
///
/// Cloning the map of its extensions takes an allocation for each of them and two more, and a request is rarely sent again.
/// The extensions that this crate knows are therefore copied one by one, and the map only if it contains others.
#[derive(Clone)]
pub(super) struct ReplayableRequest {
    /// Without its extensions.
    request: Request<Bytes>,
    operation: Option<Operation>,
    deadline: Option<Deadline>,
    expect: Option<Expect>,
    long_running: Option<LongRunning>,
    state: Option<OperationState>,
    /// All extensions, if the map contains others.
    extensions: Option<Extensions>,
}

impl ReplayableRequest {
    pub(super) fn of(request: &Request<Bytes>) -> Self {
        let extensions = request.extensions();
        let mut copy = Self {
            request: without_extensions(request),
            operation: extensions.get().copied(),
            deadline: extensions.get().copied(),
            expect: extensions.get().copied(),
            long_running: extensions.get().copied(),
            state: extensions.get().cloned(),
            extensions: None,
        };
        let known = usize::from(copy.operation.is_some())
            + usize::from(copy.deadline.is_some())
            + usize::from(copy.expect.is_some())
            + usize::from(copy.long_running.is_some())
            + usize::from(copy.state.is_some());
        copy.extensions = (extensions.len() > known).then(|| extensions.clone());
        copy
    }

    pub(super) fn original(&self) -> &Request<Bytes> {
        &self.request
    }

    /// The request, to another address if a redirect leads there.
    pub(super) fn to_request(&self, location: Option<&Uri>) -> Request<Bytes> {
        let mut request = without_extensions(&self.request);
        if let Some(location) = location {
            location.clone_into(request.uri_mut());
        }
        let extensions = request.extensions_mut();
        if let Some(all) = &self.extensions {
            all.clone_into(extensions);
            return request;
        }
        self.operation.map(|it| extensions.insert(it));
        self.deadline.map(|it| extensions.insert(it));
        self.expect.map(|it| extensions.insert(it));
        self.long_running.map(|it| extensions.insert(it));
        self.state.clone().map(|it| extensions.insert(it));
        request
    }
}

fn without_extensions(request: &Request<Bytes>) -> Request<Bytes> {
    let mut copy = Request::new(request.body().clone());
    request.method().clone_into(copy.method_mut());
    request.uri().clone_into(copy.uri_mut());
    request.headers().clone_into(copy.headers_mut());
    *copy.version_mut() = request.version();
    copy
}

/// Omits the address, the headers and the body.
impl fmt::Debug for ReplayableRequest {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("ReplayableRequest")
            .field("method", self.request.method())
            .field("operation", &self.operation)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use braincube_model::Operation;
    use bytes::Bytes;
    use http::{Request, Uri, Version};

    use super::ReplayableRequest;
    use crate::extensions::{Deadline, Expect, LongRunning};
    use crate::operation::OperationState;

    /// An extension that only the caller knows.
    #[derive(Clone, Debug, PartialEq)]
    struct Own(u32);

    #[test]
    fn l1_a_copy_of_a_request_shows_no_address_no_header_and_no_body() {
        let request = Request::post("https://canary.example.com/canary?canary=canary")
            .header("authorization", "canary")
            .body(Bytes::from_static(b"canary"))
            .unwrap();
        let shown = format!("{:?}", ReplayableRequest::of(&request));
        assert!(!shown.contains("canary"), "{shown}");
        assert!(shown.contains("POST"), "{shown}");
    }

    #[test]
    fn a_copy_equals_the_request_with_any_extensions() {
        for known in 0..32_u32 {
            for own in [None, Some(Own(7))] {
                let mut request = Request::post("https://api.example.com/LF?a=b")
                    .version(Version::HTTP_10)
                    .header("content-type", "application/json")
                    .body(Bytes::from_static(b"{}"))
                    .unwrap();
                let extensions = request.extensions_mut();
                let operation = Operation::read_data("data", "/LF");
                let deadline = Deadline::after(Duration::from_secs(7));
                let has = |bit: u32| known >> bit & 1 == 1;
                has(0).then(|| extensions.insert(operation));
                has(1).then(|| extensions.insert(deadline));
                has(2).then(|| extensions.insert(Expect::Anything));
                has(3).then(|| extensions.insert(OperationState::default()));
                has(4).then(|| extensions.insert(LongRunning));
                own.clone().map(|own| extensions.insert(own));

                let copy = ReplayableRequest::of(&request);
                let moved = Uri::from_static("https://api.example.com/v2");
                for (location, uri) in [(None, request.uri()), (Some(&moved), &moved)] {
                    let again = copy.to_request(location);
                    assert_eq!(again.method(), request.method());
                    assert_eq!(again.uri(), uri);
                    assert_eq!(again.version(), request.version());
                    assert_eq!(again.headers(), request.headers());
                    assert_eq!(again.body(), request.body());
                    let extensions = again.extensions();
                    assert_eq!(extensions.len(), request.extensions().len());
                    assert_eq!(extensions.get(), has(0).then_some(&operation));
                    assert_eq!(extensions.get(), has(1).then_some(&deadline));
                    assert_eq!(extensions.get(), has(2).then_some(&Expect::Anything));
                    assert_eq!(extensions.get::<OperationState>().is_some(), has(3));
                    assert_eq!(extensions.get(), has(4).then_some(&LongRunning));
                    assert_eq!(extensions.get(), own.as_ref());
                }
            }
        }
    }
}
