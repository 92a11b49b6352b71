//! [`Kept`]: a request that may have to be sent again.

use std::fmt;

use braincube_model::Operation;
use bytes::Bytes;
use http::{Extensions, HeaderMap, Method, Request, Uri, Version};

use crate::deadline::Deadline;
use crate::expect::Expect;
use crate::long_running::LongRunning;
use crate::progress::Progress;

/// A request that may have to be sent again, which it hardly ever has to.
///
/// To clone the map of its extensions takes an allocation for each of them and two besides. Those that this crate
/// knows are kept beside the map, and the map only where there are others.
#[derive(Clone)]
pub(crate) struct Kept {
    method: Method,
    uri: Uri,
    version: Version,
    headers: HeaderMap,
    body: Bytes,
    known: Known,
    /// All of them, where some are not known.
    extensions: Option<Extensions>,
}

#[derive(Clone, Debug)]
struct Known {
    operation: Option<Operation>,
    deadline: Option<Deadline>,
    expect: Option<Expect>,
    long_running: Option<LongRunning>,
    progress: Option<Progress>,
}

impl Known {
    fn of(extensions: &Extensions) -> Self {
        Self {
            operation: extensions.get().copied(),
            deadline: extensions.get().copied(),
            expect: extensions.get().copied(),
            long_running: extensions.get().copied(),
            progress: extensions.get().cloned(),
        }
    }

    fn len(&self) -> usize {
        usize::from(self.operation.is_some())
            + usize::from(self.deadline.is_some())
            + usize::from(self.expect.is_some())
            + usize::from(self.long_running.is_some())
            + usize::from(self.progress.is_some())
    }

    fn insert_into(self, extensions: &mut Extensions) {
        self.operation.map(|it| extensions.insert(it));
        self.deadline.map(|it| extensions.insert(it));
        self.expect.map(|it| extensions.insert(it));
        self.long_running.map(|it| extensions.insert(it));
        self.progress.map(|it| extensions.insert(it));
    }
}

impl Kept {
    pub(crate) fn of(request: &Request<Bytes>) -> Self {
        let extensions = request.extensions();
        let known = Known::of(extensions);
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            version: request.version(),
            headers: request.headers().clone(),
            body: request.body().clone(),
            extensions: (extensions.len() > known.len()).then(|| extensions.clone()),
            known,
        }
    }

    /// The request, once more.
    pub(crate) fn request(&self) -> Request<Bytes> {
        self.clone().into_request()
    }

    /// The request, for the last time.
    pub(crate) fn into_request(self) -> Request<Bytes> {
        let mut request = Request::new(self.body);
        *request.method_mut() = self.method;
        *request.uri_mut() = self.uri;
        *request.version_mut() = self.version;
        *request.headers_mut() = self.headers;
        match self.extensions {
            Some(extensions) => *request.extensions_mut() = extensions,
            None => self.known.insert_into(request.extensions_mut()),
        }
        request
    }
}

/// Without the address, the headers and the body.
impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Kept")
            .field("method", &self.method)
            .field("known", &self.known)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use braincube_model::Operation;
    use bytes::Bytes;
    use http::{Request, Version};

    use super::Kept;
    use crate::deadline::Deadline;
    use crate::expect::Expect;
    use crate::long_running::LongRunning;
    use crate::progress::Progress;

    /// Something that only the caller knows.
    #[derive(Clone, Debug, PartialEq)]
    struct Own(u32);

    #[test]
    fn l1_a_kept_request_shows_no_address_no_header_and_no_body() {
        let request = Request::post("https://canary.example.com/canary?canary=canary")
            .header("authorization", "canary")
            .body(Bytes::from_static(b"canary"))
            .unwrap();
        let shown = format!("{:?}", Kept::of(&request));
        assert!(!shown.contains("canary"), "{shown}");
        assert!(shown.contains("POST"), "{shown}");
    }

    #[test]
    fn a_kept_request_is_the_same_one_whatever_it_carries() {
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
                has(3).then(|| extensions.insert(Progress::default()));
                has(4).then(|| extensions.insert(LongRunning));
                own.clone().map(|own| extensions.insert(own));

                let kept = Kept::of(&request);
                for again in [kept.request(), kept.into_request()] {
                    assert_eq!(again.method(), request.method());
                    assert_eq!(again.uri(), request.uri());
                    assert_eq!(again.version(), request.version());
                    assert_eq!(again.headers(), request.headers());
                    assert_eq!(again.body(), request.body());
                    let extensions = again.extensions();
                    assert_eq!(extensions.len(), request.extensions().len());
                    assert_eq!(extensions.get(), has(0).then_some(&operation));
                    assert_eq!(extensions.get(), has(1).then_some(&deadline));
                    assert_eq!(extensions.get(), has(2).then_some(&Expect::Anything));
                    assert_eq!(extensions.get::<Progress>().is_some(), has(3));
                    assert_eq!(extensions.get(), has(4).then_some(&LongRunning));
                    assert_eq!(extensions.get(), own.as_ref());
                }
            }
        }
    }
}
