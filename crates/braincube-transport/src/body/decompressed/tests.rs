use std::convert::Infallible;
use std::io::Write as _;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::HeaderMap;
use http_body::{Body, Frame};
use http_body_util::{BodyExt as _, Full};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::DecompressedBody;

fn compressed(length: usize) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&vec![b' '; length]).unwrap();
    encoder.finish().unwrap().into()
}

/// Frames, and waits between them that end at the next poll.
struct Frames<I>(I);

impl<I: Iterator<Item = Poll<Frame<Bytes>>> + Unpin> Body for Frames<I> {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match self.0.next() {
            None => Poll::Ready(None),
            Some(frame) => frame.map(|frame| Some(Ok(frame))),
        }
    }
}

#[tokio::test]
async fn received_content_is_returned_before_the_rest_arrives() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let parts = ["one", "two"];
    let frames = parts.map(|part| {
        encoder.write_all(part.as_bytes()).unwrap();
        encoder.flush().unwrap();
        Frame::data(std::mem::take(encoder.get_mut()).into())
    });
    let frames = frames
        .into_iter()
        .flat_map(|frame| [Poll::Ready(frame), Poll::Pending]);
    let mut body = DecompressedBody::new(Frames(frames), true);
    for part in parts {
        let frame = body.frame().await.unwrap().unwrap();
        assert_eq!(frame.into_data().unwrap(), part);
    }
}

#[tokio::test]
async fn l1_debug_of_a_decompression_shows_no_content() {
    // Stored uncompressed and truncated, so that the canary is in the input and in the output.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
    encoder.write_all(&b"canary".repeat(10_000)).unwrap();
    let sent: Bytes = encoder.finish().unwrap().into();
    let mut body =
        DecompressedBody::new(Frames([Poll::Ready(Frame::data(sent))].into_iter()), true);
    body.frame().await.unwrap().unwrap();
    let shown = format!("{:?}", body.decompression);
    let numbers = format!("{:?}", b"canary");
    let numbers = numbers.trim_matches(['[', ']']);
    assert!(
        !shown.contains("canary") && !shown.contains(numbers),
        "{shown}"
    );
    assert!(shown.contains("input_bytes: 5"), "{shown}");
}

#[tokio::test]
async fn h25_trailers_follow_the_content() {
    let trailers = HeaderMap::from_iter([("x-sum".parse().unwrap(), "1".parse().unwrap())]);
    let frames = [
        Frame::data(compressed(10)),
        Frame::trailers(trailers.clone()),
    ];
    let body = DecompressedBody::new(Frames(frames.into_iter().map(Poll::Ready)), true);
    let collected = body.collect().await.unwrap();
    assert_eq!(collected.trailers(), Some(&trailers));
    assert_eq!(collected.to_bytes(), &[b' '; 10][..]);
}

/// Sends bytes to itself over the network repeatedly.
async fn talk(rounds: &mut usize) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut speaker = TcpStream::connect(address).await.unwrap();
    let (mut listener, _) = listener.accept().await.unwrap();
    loop {
        speaker.write_all(b"?").await.unwrap();
        // A larger buffer than there are bytes, so that the runtime has to poll the network for the next byte.
        assert_eq!(listener.read(&mut [0; 2]).await.unwrap(), 1);
        *rounds += 1;
    }
}

/// The runtime has one thread: a task that does not yield would block all others, and the network.
#[tokio::test]
async fn x7_other_tasks_run_during_a_large_decompression() {
    const LENGTH: usize = 64 << 20;
    let body = DecompressedBody::new(Full::new(compressed(LENGTH)), true);
    let mut tasks = JoinSet::new();
    tasks.spawn(body.collect());
    let mut rounds = 0;
    tokio::select! {
        content = tasks.join_next() => {
            let content = content.unwrap().unwrap().unwrap();
            assert_eq!(content.to_bytes().len(), LENGTH);
        }
        () = talk(&mut rounds) => {}
    }
    assert!(
        rounds > 50,
        "{rounds} rounds while 64 MiB were decompressed"
    );
}

/// Endless blocks without content, each of them ready.
#[tokio::test]
async fn x7_other_tasks_run_while_a_decompression_yields_no_content() {
    const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    const EMPTY: [u8; 5] = [0, 0, 0, 0xff, 0xff];
    let head = Frame::data(Bytes::from_static(&HEAD));
    let empty = std::iter::repeat_with(|| Frame::data(EMPTY.repeat(1000).into()));
    let mut body = DecompressedBody::new(
        Frames(std::iter::once(head).chain(empty).map(Poll::Ready)),
        true,
    );
    tokio::select! {
        frame = body.frame() => panic!("{frame:?}"),
        () = async { for _ in 0..100 { tokio::task::yield_now().await } } => {}
    }
}
