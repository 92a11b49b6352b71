//! [`Connection`]: what all handles of a client share.

use std::future::Future;
use std::num::NonZeroU32;
use std::sync::Arc;

use braincube_model::request::{Endpoints, RequestError};
use braincube_transport::{Body, LongRunning, Transport};
use bytes::Bytes;
use http::{Request, Response};

use crate::error::{Error, Result};

/// The endpoints of a site, the transport that sends requests to them, and the page size of lists.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    shared: Arc<Shared>,
    is_long_running: bool,
}

#[derive(Debug)]
struct Shared {
    endpoints: Endpoints,
    transport: Transport,
    page_size: NonZeroU32,
}

impl Connection {
    pub(crate) fn new(endpoints: Endpoints, transport: Transport, page_size: NonZeroU32) -> Self {
        Self {
            shared: Arc::new(Shared {
                endpoints,
                transport,
                page_size,
            }),
            is_long_running: false,
        }
    }

    /// The same connection for a long-running operation, whose requests are retried for longer.
    pub(crate) fn long_running(mut self) -> Self {
        self.is_long_running = true;
        self
    }

    pub(crate) fn endpoints(&self) -> &Endpoints {
        &self.shared.endpoints
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.shared.transport
    }

    pub(crate) fn page_size(&self) -> NonZeroU32 {
        self.shared.page_size
    }

    /// Sends a request and passes the response to `read`. A truncated response is requested again.
    pub(crate) async fn read<T, F>(
        &self,
        mut request: Request<Bytes>,
        read: impl FnMut(Response<Body>) -> F + Send,
    ) -> Result<T>
    where
        T: Send,
        F: Future<Output = Result<T>> + Send,
    {
        if self.is_long_running {
            request.extensions_mut().insert(LongRunning);
        }
        self.transport().read_with(request, read).await
    }

    /// Builds a request, sends it, and parses the complete body of the response.
    pub(crate) async fn call<T, E>(
        &self,
        request: impl FnOnce(&Endpoints) -> Result<Request<Bytes>, RequestError>,
        parse: impl Fn(&[u8]) -> Result<T, E> + Send + Sync,
    ) -> Result<T>
    where
        T: Send,
        Error: From<E>,
    {
        let request = request(self.endpoints())?;
        let parse = &parse;
        let read = |response: Response<Body>| async move {
            let mut body = response.into_body();
            let content = body.collect().await?;
            // A server may report a failure with status 200.
            parse(&content)
                .map_err(|error| Error::from(error).with_detail(body.error_message_in(&content)))
        };
        self.read(request, read).await
    }
}
