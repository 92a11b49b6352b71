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

use super::UnpackedBody;

fn packed(length: usize) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&vec![b' '; length]).unwrap();
    encoder.finish().unwrap().into()
}

/// Frames, and waits between them that end when somebody asks again.
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
async fn what_is_here_is_handed_on_before_the_rest_is_waited_for() {
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
    let mut body = UnpackedBody::new(Frames(frames), true);
    for part in parts {
        let frame = body.frame().await.unwrap().unwrap();
        assert_eq!(frame.into_data().unwrap(), part);
    }
}

#[tokio::test]
async fn l1_a_body_that_is_being_unpacked_shows_nothing_of_it() {
    // Stored as it is, and cut short: the canary stays on both sides of the unpacking.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
    encoder.write_all(&b"canary".repeat(10_000)).unwrap();
    let sent: Bytes = encoder.finish().unwrap().into();
    let mut body = UnpackedBody::new(Frames([Poll::Ready(Frame::data(sent))].into_iter()), true);
    body.frame().await.unwrap().unwrap();
    let shown = format!("{:?}", body.unpacking);
    let numbers = format!("{:?}", b"canary");
    let numbers = numbers.trim_matches(['[', ']']);
    assert!(
        !shown.contains("canary") && !shown.contains(numbers),
        "{shown}"
    );
    assert!(shown.contains("input_bytes: 5"), "{shown}");
}

#[tokio::test]
async fn h25_trailers_come_behind_the_content() {
    let trailers = HeaderMap::from_iter([("x-sum".parse().unwrap(), "1".parse().unwrap())]);
    let frames = [Frame::data(packed(10)), Frame::trailers(trailers.clone())];
    let body = UnpackedBody::new(Frames(frames.into_iter().map(Poll::Ready)), true);
    let collected = body.collect().await.unwrap();
    assert_eq!(collected.trailers(), Some(&trailers));
    assert_eq!(collected.to_bytes(), &[b' '; 10][..]);
}

/// Says something to itself over the network, again and again.
async fn talk(rounds: &mut usize) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut speaker = TcpStream::connect(address).await.unwrap();
    let (mut listener, _) = listener.accept().await.unwrap();
    loop {
        speaker.write_all(b"?").await.unwrap();
        // More room than there is to read: for the next byte the runtime has to look at the network.
        assert_eq!(listener.read(&mut [0; 2]).await.unwrap(), 1);
        *rounds += 1;
    }
}

/// The runtime has one thread: a task that unpacks without a break keeps all others waiting, and the network too.
#[tokio::test]
async fn x7_others_go_on_while_much_is_unpacked() {
    const LENGTH: usize = 64 << 20;
    let body = UnpackedBody::new(Full::new(packed(LENGTH)), true);
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
    assert!(rounds > 50, "{rounds} rounds while 64 MiB were unpacked");
}

/// Blocks without content, for ever, each of them at once.
#[tokio::test]
async fn x7_others_go_on_while_nothing_comes_of_what_is_unpacked() {
    const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    const EMPTY: [u8; 5] = [0, 0, 0, 0xff, 0xff];
    let head = Frame::data(Bytes::from_static(&HEAD));
    let empty = std::iter::repeat_with(|| Frame::data(EMPTY.repeat(1000).into()));
    let mut body = UnpackedBody::new(
        Frames(std::iter::once(head).chain(empty).map(Poll::Ready)),
        true,
    );
    tokio::select! {
        frame = body.frame() => panic!("{frame:?}"),
        () = async { for _ in 0..100 { tokio::task::yield_now().await } } => {}
    }
}
