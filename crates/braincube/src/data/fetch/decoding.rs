//! [`Decoding`]: a decoder that does not keep the runtime from its other work.

use std::sync::Arc;

use braincube_frame::{Error, FrameDecoder};
use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Up to so many bytes are decoded where they arrive: that takes less time than a change of thread.
const INLINE_BYTES: usize = 64 * 1024;

/// How many pieces may wait for the decoder; the download waits when there are more.
const WAITING_PIECES: usize = 16;

/// Decodes what arrives; on a thread of its own as soon as it is more than a little.
#[derive(Debug)]
pub(super) enum Decoding {
    /// So many bytes came, and were decoded where they arrived.
    Here(usize, Box<FrameDecoder>),
    /// The pieces go to another thread, which ends with the decoder or its error.
    There(mpsc::Sender<Bytes>, Worker, Wanted),
    /// On the way from the one to the other.
    Moving,
}

type Worker = JoinHandle<Result<FrameDecoder, Error>>;

/// Somebody waits for what is decoded, as long as this is there.
type Wanted = Arc<()>;

impl Decoding {
    pub(super) fn new(decoder: FrameDecoder) -> Self {
        Self::Here(0, Box::new(decoder))
    }

    /// Takes the next piece.
    pub(super) async fn push(&mut self, piece: Bytes) -> Result<(), Error> {
        if let Self::Here(came, decoder) = self {
            *came += piece.len();
            if *came <= INLINE_BYTES {
                return decoder.push(&piece);
            }
        }
        let (pieces, worker, wanted) = match std::mem::replace(self, Self::Moving) {
            Self::Here(_, decoder) => start(*decoder),
            Self::There(pieces, worker, wanted) => (pieces, worker, wanted),
            Self::Moving => return Err(Error::Failed),
        };
        if pieces.send(piece).await.is_err() {
            // The worker stops early only by an error.
            return join(worker).await.map(drop);
        }
        *self = Self::There(pieces, worker, wanted);
        Ok(())
    }

    /// The decoder, once it has taken all pieces.
    pub(super) async fn end(self) -> Result<FrameDecoder, Error> {
        match self {
            Self::Here(_, decoder) => Ok(*decoder),
            Self::There(pieces, worker, wanted) => {
                drop(pieces);
                let decoder = join(worker).await;
                drop(wanted);
                decoder
            }
            Self::Moving => Err(Error::Failed),
        }
    }
}

/// A thread that decodes the pieces sent to it, until all have come. Whoever drops the extraction stops it: it begins
/// no piece that nobody wants.
fn start(mut decoder: FrameDecoder) -> (mpsc::Sender<Bytes>, Worker, Wanted) {
    let (sender, mut pieces) = mpsc::channel::<Bytes>(WAITING_PIECES);
    let wanted = Wanted::default();
    let wants = Arc::downgrade(&wanted);
    let worker = tokio::task::spawn_blocking(move || {
        while let Some(piece) = pieces.blocking_recv() {
            if wants.strong_count() == 0 {
                return Err(Error::Failed);
            }
            decoder.push_bytes(&piece)?;
        }
        Ok(decoder)
    });
    (sender, worker, wanted)
}

async fn join(worker: Worker) -> Result<FrameDecoder, Error> {
    match worker.await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is shutting down.
            Err(_) => Err(Error::Failed),
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

    async fn rows(body: Bytes, piece: usize) -> usize {
        let mut decoding = decoding();
        for start in (0..body.len()).step_by(piece) {
            let end = body.len().min(start + piece);
            decoding.push(body.slice(start..end)).await.unwrap();
        }
        let frame = decoding.end().await.unwrap().finish().unwrap();
        frame.batch().num_rows()
    }

    #[tokio::test]
    async fn little_and_much_decode_alike() {
        for count in [0, 10, 100_000] {
            for piece in [1 << 10, 1 << 16, 1 << 30] {
                assert_eq!(rows(body(count), piece).await, count);
            }
        }
    }

    #[tokio::test]
    async fn an_error_arrives_from_either_place() {
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
                matches!(&error, Err(Error::BadCells { columns }) if columns[0].1.count() == 1),
                "{error:?}"
            );
        }
    }

    /// The one thread for such work is kept busy until everything waits for it.
    #[test]
    fn x2_what_nobody_wants_any_more_is_not_decoded() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .max_blocking_threads(1)
            .build()
            .unwrap();
        for still_wanted in [true, false] {
            let (go, wait) = std::sync::mpsc::channel::<()>();
            let outcome = runtime.block_on(async {
                tokio::task::spawn_blocking(move || wait.recv());
                let decoder = FrameDecoder::new(vec![], FrameOptions::default());
                let (pieces, worker, wanted) = start(decoder);
                let body = body(10);
                for piece in body.chunks(body.len().div_ceil(WAITING_PIECES)) {
                    let piece = Bytes::copy_from_slice(piece);
                    pieces.try_send(piece).unwrap();
                }
                drop(pieces);
                let wanted = still_wanted.then_some(wanted);
                drop(go);
                let outcome = join(worker).await;
                drop(wanted);
                outcome
            });
            match outcome {
                Ok(decoder) => assert!(still_wanted && decoder.finish().is_ok()),
                Err(error) => assert!(!still_wanted && matches!(error, Error::Failed)),
            }
        }
    }

    /// The runtime has one thread: whoever decodes on it keeps all others waiting.
    #[tokio::test]
    async fn x7_others_go_on_while_much_is_decoded() {
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
