//! The limits of a transport: [`TimeoutOptions`], [`ConcurrencyOptions`] and [`LimitOptions`].

use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Arc;
use std::time::Duration;

use braincube_model::OperationClass;

use crate::extensions::FAR;
use crate::rate_limiter::RateLimiter;

/// The default of the header `User-Agent`.
pub(crate) const DEFAULT_USER_AGENT: &str = concat!("braincube-rs/", env!("CARGO_PKG_VERSION"));

/// The time limits of each part of a request.
///
/// ```
/// use std::time::Duration;
///
/// use braincube_transport::TimeoutOptions;
///
/// let patient = TimeoutOptions::default().idle(Duration::from_secs(300));
/// let hurried = TimeoutOptions::default().total(Some(Duration::from_secs(20)));
/// ```
#[derive(Clone, Debug)]
pub struct TimeoutOptions {
    pub(crate) connect: Duration,
    pub(crate) first_byte_metadata: Duration,
    pub(crate) first_byte_data: Duration,
    pub(crate) idle: Duration,
    pub(crate) throughput: Option<Throughput>,
    pub(crate) total: Option<Duration>,
}

impl Default for TimeoutOptions {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_byte_metadata: Duration::from_secs(30),
            first_byte_data: Duration::from_secs(180),
            idle: Duration::from_secs(60),
            throughput: Some(Throughput {
                bytes_per_second: 1024,
                window: Duration::from_secs(60),
            }),
            total: None,
        }
    }
}

impl TimeoutOptions {
    /// Resolving a host, connecting and the TLS handshake together; by default 10 s.
    #[must_use]
    pub fn connect(mut self, limit: Duration) -> Self {
        self.connect = limit;
        self
    }

    /// From sending a metadata request to the head of its response; by default 30 s.
    #[must_use]
    pub fn first_byte_metadata(mut self, limit: Duration) -> Self {
        self.first_byte_metadata = limit;
        self
    }

    /// From sending a data request to the head of its response, while the service computes it; by default 180 s.
    #[must_use]
    pub fn first_byte_data(mut self, limit: Duration) -> Self {
        self.first_byte_data = limit;
        self
    }

    /// Between two chunks of a response; by default 60 s.
    #[must_use]
    pub fn idle(mut self, limit: Duration) -> Self {
        self.idle = limit.min(FAR);
        self
    }

    /// The minimum speed of a response in received bytes per second, on average over each `window` of waiting for it; by
    /// default 1 KiB over 60 s. 0 disables it, and a window of less than a second counts as a second. Time in which the
    /// caller does not read does not count.
    #[must_use]
    pub fn throughput(mut self, bytes_per_second: u64, window: Duration) -> Self {
        self.throughput = (bytes_per_second > 0).then_some(Throughput {
            bytes_per_second,
            window: window.max(Duration::from_secs(1)),
        });
        self
    }

    /// The whole operation, with its retries and the reading of the response; by default unlimited, so that a large response
    /// that keeps arriving is not interrupted.
    #[must_use]
    pub fn total(mut self, limit: Option<Duration>) -> Self {
        self.total = limit;
        self
    }

    pub(crate) fn first_byte(&self, class: OperationClass) -> Duration {
        match class {
            OperationClass::Data => self.first_byte_data,
            _ => self.first_byte_metadata,
        }
    }
}

/// The minimum speed of a response.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Throughput {
    pub(crate) bytes_per_second: u64,
    pub(crate) window: Duration,
}

/// How many operations may run at once. The others wait in FIFO order.
///
/// An operation runs until its response has been read to the end or is dropped, also while it waits for a retry. A future
/// that is kept and not polled keeps its permit, or its place in the queue. A caller with several operations must poll all
/// of them, as `join!` does, or spawn them: awaiting another operation while a buffered stream of them is not polled may
/// deadlock.
#[derive(Clone, Debug)]
pub struct ConcurrencyOptions {
    pub(crate) metadata: NonZeroUsize,
    pub(crate) data: NonZeroUsize,
    pub(crate) rate_limiter: Option<Arc<RateLimiter>>,
}

impl Default for ConcurrencyOptions {
    fn default() -> Self {
        Self {
            metadata: const { NonZeroUsize::new(64).expect("64 is not 0") },
            data: const { NonZeroUsize::new(8).expect("8 is not 0") },
            rate_limiter: None,
        }
    }
}

impl ConcurrencyOptions {
    /// Requests for lists and single entities; by default 64.
    #[must_use]
    pub fn metadata(mut self, operations: NonZeroUsize) -> Self {
        self.metadata = operations;
        self
    }

    /// Extractions of data, which the service computes one after the other; by default 8.
    #[must_use]
    pub fn data(mut self, operations: NonZeroUsize) -> Self {
        self.data = operations;
        self
    }

    /// How many requests are sent per second, including retries, followed redirects and requests for a session; by default
    /// unlimited.
    ///
    /// They are sent in FIFO order at even intervals with a precision of a millisecond, so that a service that counts requests
    /// per second rarely counts one too many and never two. All transports with these options or a clone of them share the
    /// limit. It is only needed if the service documents a limit: a status 429 with `Retry-After` is respected in any case.
    #[must_use]
    pub fn requests_per_second(mut self, requests: Option<NonZeroU32>) -> Self {
        self.rate_limiter = requests.map(|requests| Arc::new(RateLimiter::new(requests)));
        self
    }
}

/// How large a response may be.
#[derive(Clone, Debug)]
pub struct LimitOptions {
    pub(crate) body: u64,
    pub(crate) metadata_body: u64,
    pub(crate) ratio: u64,
    pub(crate) ratio_from: u64,
}

impl Default for LimitOptions {
    fn default() -> Self {
        Self {
            // The JSON decoder uses offsets of 32 bits.
            body: u64::from(u32::MAX),
            metadata_body: 64 << 20,
            ratio: 1000,
            ratio_from: 16 << 20,
        }
    }
}

impl LimitOptions {
    /// The maximum size of a decompressed body, in bytes; by default 4 GiB - 1.
    #[must_use]
    pub fn body(mut self, bytes: u64) -> Self {
        self.body = bytes;
        self
    }

    /// The maximum size of the decompressed response to a metadata request, in bytes; by default 64 MiB. Responses to data
    /// requests are limited by [`body`](Self::body).
    #[must_use]
    pub fn metadata_body(mut self, bytes: u64) -> Self {
        self.metadata_body = bytes;
        self
    }

    /// The limits of one class of operations.
    pub(crate) fn of(&self, class: OperationClass) -> Self {
        let body = match class {
            OperationClass::Data => self.body,
            _ => self.body.min(self.metadata_body),
        };
        Self {
            body,
            ..self.clone()
        }
    }

    /// How many bytes one received byte may decompress to, in bodies of more than 16 MiB; by default 1000.
    #[must_use]
    pub fn compression_ratio(mut self, ratio: u64) -> Self {
        self.ratio = ratio;
        self
    }
}
