//! [`Decoding`]: a decoder that does not keep the runtime from its other work.

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
    There(mpsc::Sender<Bytes>, Worker),
    /// On the way from the one to the other.
    Moving,
}

type Worker = JoinHandle<Result<FrameDecoder, Error>>;

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
        let (pieces, worker) = match std::mem::replace(self, Self::Moving) {
            Self::Here(_, decoder) => start(*decoder),
            Self::There(pieces, worker) => (pieces, worker),
            Self::Moving => return Err(Error::Failed),
        };
        if pieces.send(piece).await.is_err() {
            // The worker stops early only by an error.
            return join(worker).await.map(drop);
        }
        *self = Self::There(pieces, worker);
        Ok(())
    }

    /// The decoder, once it has taken all pieces.
    pub(super) async fn end(self) -> Result<FrameDecoder, Error> {
        match self {
            Self::Here(_, decoder) => Ok(*decoder),
            Self::There(pieces, worker) => {
                drop(pieces);
                join(worker).await
            }
            Self::Moving => Err(Error::Failed),
        }
    }
}

/// A thread that decodes the pieces sent to it. It ends when the sender is gone, so whoever drops
/// the extraction stops it.
fn start(mut decoder: FrameDecoder) -> (mpsc::Sender<Bytes>, Worker) {
    let (sender, mut pieces) = mpsc::channel::<Bytes>(WAITING_PIECES);
    let worker = tokio::task::spawn_blocking(move || {
        while let Some(piece) = pieces.blocking_recv() {
            decoder.push(&piece)?;
        }
        Ok(decoder)
    });
    (sender, worker)
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
                Ok(()) => decoding.end().await.map(drop),
                error => error,
            };
            assert!(
                matches!(error, Err(Error::Cell { row: 0, .. })),
                "{error:?}"
            );
        }
    }

    /// The runtime has one thread: whoever decodes on it keeps all others waiting.
    #[tokio::test]
    async fn others_go_on_while_much_is_decoded() {
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
