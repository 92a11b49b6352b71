//! The calls of a script, and what each must lead to.

use std::error::Error as StdError;
use std::num::NonZeroU32;
use std::time::Duration;

use braincube_model::Operation;
use braincube_transport::{Deadline, Error, Page, Pager, Transport};
use bytes::Bytes;
use http::Request;
use tokio::time::Instant;

use crate::random::Random;
use crate::server::{API, Server, whole_body, whole_list};
use crate::tokens::CANARY;

const DATA: Operation = Operation::read_data("data", "/data/{call}");
const LIST: Operation = Operation::read("list", "/list/{call}");
const WRITE: Operation = Operation::write("write", "/data/{call}");

pub(crate) struct Call {
    number: u64,
    what: What,
    limit: Option<Duration>,
}

#[derive(Clone, Copy)]
enum What {
    Data,
    Write,
    List { size: u32 },
}

impl Call {
    pub(crate) fn random(number: u64, random: &mut Random) -> Self {
        let size = u32::try_from(random.below(7) + 1).unwrap();
        let what = random.pick(&[What::Data, What::Data, What::Write, What::List { size }]);
        let limit = random.pick(&[None, Some(1), Some(10), Some(60), Some(600)]);
        Self {
            number,
            what,
            limit: limit.map(Duration::from_secs),
        }
    }

    pub(crate) fn data(number: u64, limit: Option<Duration>) -> Self {
        let what = What::Data;
        Self {
            number,
            what,
            limit,
        }
    }

    /// Whether it succeeded; panics unless it did so with exactly the right result, or failed as it may.
    pub(crate) async fn run(self, seed: u64, transport: Transport, server: Server) -> bool {
        let started = Instant::now();
        let limit = self.limit;
        let result = match self.what {
            What::Data => self.read(&transport, DATA).await,
            What::Write => self.read(&transport, WRITE).await,
            What::List { size } => self.list(transport, size).await,
        };
        if let Some(limit) = limit {
            // The clock of the timer has milliseconds.
            let latest = limit + Duration::from_millis(2);
            let elapsed = started.elapsed();
            assert!(
                elapsed <= latest,
                "BRAINCUBE_MODEL_SEED={seed}: {elapsed:?}"
            );
        }
        let Err(error) = result else { return true };
        let kind = error.kind();
        assert!(
            server.may_lead_to(kind, limit.is_some()),
            "BRAINCUBE_MODEL_SEED={seed}: {error}"
        );
        let shown = shown(&error);
        assert!(
            !shown.contains(CANARY),
            "BRAINCUBE_MODEL_SEED={seed}: {shown}"
        );
        false
    }

    fn request(
        &self,
        path: &str,
        operation: Operation,
        deadline: Option<Deadline>,
    ) -> Request<Bytes> {
        let method = if operation == LIST { "GET" } else { "POST" };
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{API}{path}"))
            .extension(operation)
            .body(Bytes::from_static(b"body-canary"))
            .unwrap();
        if let Some(deadline) = deadline {
            request.extensions_mut().insert(deadline);
        }
        request
    }

    async fn read(self, transport: &Transport, operation: Operation) -> Result<(), Error> {
        let path = format!("/data/{}", self.number);
        let deadline = self.limit.map(Deadline::after);
        let answer = transport
            .read(self.request(&path, operation, deadline))
            .await?;
        assert_eq!(answer.body, whole_body(self.number));
        assert!(answer.attempts <= 8);
        Ok(())
    }

    async fn list(self, transport: Transport, size: u32) -> Result<(), Error> {
        let number = self.number;
        let deadline = self.limit.map(Deadline::after);
        let pager: Pager<u64> = Pager::new(NonZeroU32::new(size).unwrap(), move |offset| {
            let path = format!("/list/{number}?offset={offset}&size={size}");
            let request = self.request(&path, LIST, deadline);
            let transport = transport.clone();
            Box::pin(async move {
                let answer = transport.read(request).await?;
                let items: Vec<u64> = serde_json::from_slice(&answer.body).unwrap();
                let mut page = Page::new(items.len());
                items
                    .into_iter()
                    .for_each(|item| page.push(item.to_string(), item));
                Ok(page)
            })
        });
        assert_eq!(pager.into_vec().await?, whole_list(number));
        Ok(())
    }
}

/// Everything that an error shows of itself and of its causes.
fn shown(error: &Error) -> String {
    let mut shown = format!("{error} {error:?} {:?}", error.detail());
    let mut cause = error.source();
    while let Some(error) = cause {
        shown.push_str(&format!(" {error} {error:?}"));
        cause = error.source();
    }
    shown
}
