//! [`download`]: sends a request for data and decodes the response while it arrives.

use std::sync::Arc;

use braincube_frame::{DecodedResponse, Error as FrameError, FrameDecoder};
use braincube_transport::Body;
use bytes::Bytes;
use http::{Request, Response};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::progress::ProgressReporter;
use crate::connection::Connection;
use crate::error::{Error, Result};

/// Up to this size, a response is decoded where it arrives: that takes less time than a switch to another thread.
const INLINE_BYTES: usize = 64 * 1024;

/// Maximum number of chunks that wait for the decoder. The download then pauses.
const MAX_QUEUED_CHUNKS: usize = 16;

/// Sends a request and decodes the response. A truncated response is requested again and decoded by a new decoder.
pub(super) async fn download(
    connection: &Connection,
    request: Request<Bytes>,
    decoder: impl Fn() -> FrameDecoder + Send + Sync,
    progress: &ProgressReporter,
) -> Result<DecodedResponse> {
    let read = |response| decode(response, decoder(), progress);
    connection.read(request, read).await
}

async fn decode(
    response: Response<Body>,
    decoder: FrameDecoder,
    progress: &ProgressReporter,
) -> Result<DecodedResponse> {
    progress.update(|progress| progress.responses += 1);
    let mut body = response.into_body();
    let mut decoding = Decoding::new(decoder);
    while let Some(chunk) = body.chunk().await? {
        let bytes = chunk.len() as u64;
        decoding.push(chunk).await?;
        progress.update(|progress| progress.bytes += bytes);
    }
    let decoder = decoding.end().await?;
    decoder.into_response().map_err(|error| {
        let detail = error.detail().and_then(|text| body.sanitize(text));
        Error::from(error).with_detail(detail)
    })
}

/// Decodes a response: a short one where it arrives, a longer one on another thread, so that other tasks are not blocked.
#[derive(Debug)]
enum Decoding {
    /// The number of bytes that were decoded where they arrived.
    Inline(usize, Box<FrameDecoder>),
    /// Chunks are sent to another thread, which returns the decoder or its error.
    Spawned(mpsc::Sender<Bytes>, Worker, KeepAlive),
    /// While the decoder is moved to the thread, and after an error.
    Moved,
}

type Worker = JoinHandle<Result<FrameDecoder, FrameError>>;

/// The worker stops when this is dropped.
type KeepAlive = Arc<()>;

impl Decoding {
    fn new(decoder: FrameDecoder) -> Self {
        Self::Inline(0, Box::new(decoder))
    }

    /// Decodes the next chunk.
    async fn push(&mut self, chunk: Bytes) -> Result<(), FrameError> {
        if let Self::Inline(received, decoder) = self {
            *received += chunk.len();
            if *received <= INLINE_BYTES {
                return decoder.push(&chunk);
            }
        }
        let (chunks, worker, keep_alive) = match std::mem::replace(self, Self::Moved) {
            Self::Inline(_, decoder) => spawn(*decoder),
            Self::Spawned(chunks, worker, keep_alive) => (chunks, worker, keep_alive),
            Self::Moved => return Err(FrameError::Failed),
        };
        if chunks.send(chunk).await.is_err() {
            // The worker ends early only after an error.
            return join(worker).await.map(drop);
        }
        *self = Self::Spawned(chunks, worker, keep_alive);
        Ok(())
    }

    /// Waits until all chunks are decoded and returns the decoder.
    async fn end(self) -> Result<FrameDecoder, FrameError> {
        match self {
            Self::Inline(_, decoder) => Ok(*decoder),
            Self::Spawned(chunks, worker, keep_alive) => {
                drop(chunks);
                let decoder = join(worker).await;
                drop(keep_alive);
                decoder
            }
            Self::Moved => Err(FrameError::Failed),
        }
    }
}

/// Starts a thread that decodes the chunks sent to it. If the download is dropped, it does not decode further chunks.
fn spawn(mut decoder: FrameDecoder) -> (mpsc::Sender<Bytes>, Worker, KeepAlive) {
    let (sender, mut chunks) = mpsc::channel::<Bytes>(MAX_QUEUED_CHUNKS);
    let keep_alive = KeepAlive::default();
    let download = Arc::downgrade(&keep_alive);
    let worker = tokio::task::spawn_blocking(move || {
        while let Some(chunk) = chunks.blocking_recv() {
            if download.strong_count() == 0 {
                return Err(FrameError::Failed);
            }
            decoder.push_bytes(&chunk)?;
        }
        Ok(decoder)
    });
    (sender, worker, keep_alive)
}

async fn join(worker: Worker) -> Result<FrameDecoder, FrameError> {
    match worker.await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is shutting down.
            Err(_) => Err(FrameError::Failed),
        },
    }
}

#[cfg(test)]
mod tests {
    use braincube_frame::FrameOptions;

    use super::*;

    fn body(rows: usize) -> Bytes {
        let cells = vec!["\"1.5\""; rows].join(",");
        let body = format!(
            r#"{{"datadefs":[{{"id":"mb1/d1","data":[{cells}],"type":"NUMERIC"}}],"resultLength":{rows}}}"#
        );
        body.into()
    }

    fn decoding() -> Decoding {
        Decoding::new(FrameDecoder::new(vec![], FrameOptions::default()))
    }

    async fn rows(body: Bytes, chunk: usize) -> usize {
        let mut decoding = decoding();
        for start in (0..body.len()).step_by(chunk) {
            let end = body.len().min(start + chunk);
            decoding.push(body.slice(start..end)).await.unwrap();
        }
        let frame = decoding.end().await.unwrap().finish().unwrap();
        frame.batch().num_rows()
    }

    #[tokio::test]
    async fn short_and_long_responses_are_decoded_alike() {
        for count in [0, 10, 100_000] {
            for chunk in [1 << 10, 1 << 16, 1 << 30] {
                assert_eq!(rows(body(count), chunk).await, count);
            }
        }
    }

    #[tokio::test]
    async fn an_error_is_returned_inline_and_from_the_thread() {
        for count in [1, 100_000] {
            let wrong = String::from_utf8(body(count).to_vec()).unwrap();
            let wrong = Bytes::from(wrong.replacen("\"1.5\"", "\"x\"", 1));
            let mut decoding = decoding();
            let mut pushed = Ok(());
            for start in (0..wrong.len()).step_by(1 << 16) {
                let end = wrong.len().min(start + (1 << 16));
                pushed = decoding.push(wrong.slice(start..end)).await;
                if pushed.is_err() {
                    break;
                }
            }
            let error = match pushed {
                Ok(()) => match decoding.end().await {
                    Ok(decoder) => decoder.finish().map(drop),
                    Err(error) => Err(error),
                },
                error => error,
            };
            assert!(
                matches!(&error, Err(FrameError::BadCells { columns }) if columns[0].1.count() == 1),
                "{error:?}"
            );
        }
    }

    /// The only blocking thread is busy until all chunks are queued.
    #[test]
    fn x2_chunks_of_a_dropped_download_are_not_decoded() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .max_blocking_threads(1)
            .build()
            .unwrap();
        for is_kept in [true, false] {
            let (go, wait) = std::sync::mpsc::channel::<()>();
            let outcome = runtime.block_on(async {
                tokio::task::spawn_blocking(move || wait.recv());
                let decoder = FrameDecoder::new(vec![], FrameOptions::default());
                let (chunks, worker, keep_alive) = spawn(decoder);
                let body = body(10);
                for chunk in body.chunks(body.len().div_ceil(MAX_QUEUED_CHUNKS)) {
                    let chunk = Bytes::copy_from_slice(chunk);
                    chunks.try_send(chunk).unwrap();
                }
                drop(chunks);
                let keep_alive = is_kept.then_some(keep_alive);
                drop(go);
                let outcome = join(worker).await;
                drop(keep_alive);
                outcome
            });
            match outcome {
                Ok(decoder) => assert!(is_kept && decoder.finish().is_ok()),
                Err(error) => assert!(!is_kept && matches!(error, FrameError::Failed)),
            }
        }
    }

    /// The runtime has one thread, which a long decoding would block.
    #[tokio::test]
    async fn x7_other_tasks_run_while_a_long_response_is_decoded() {
        let mut turns = 0;
        let others = async {
            loop {
                turns += 1;
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            rows = rows(body(1_000_000), 1 << 30) => assert_eq!(rows, 1_000_000),
            () = others => {}
        }
        assert!(turns > 100, "{turns} turns while 6 MB were decoded");
    }
}
