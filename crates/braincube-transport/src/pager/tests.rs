use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;

use super::{Page, Pager};
use crate::error::{Error, ErrorKind};

mod ahead;
mod moving;
mod properties;
mod unpaged;

/// The requested offsets.
type Requested = Arc<Mutex<Vec<u64>>>;

/// A pager over a server, which returns items for an offset and the number of the request.
fn listing<F>(size: u32, server: F) -> (Pager<u64>, Requested)
where
    F: Fn(u64, usize) -> Result<Vec<u64>, Error> + Send + Sync + 'static,
{
    let requested = Requested::default();
    let log = Arc::clone(&requested);
    let pager = Pager::new(NonZeroU32::new(size).unwrap(), move |offset, _| {
        let mut log = log.lock().unwrap();
        let page = server(offset, log.len()).map(page_of);
        log.push(offset);
        Box::pin(std::future::ready(page))
    });
    (pager, requested)
}

/// A page of these items.
fn page_of(items: Vec<u64>) -> Page<u64> {
    let mut page = Page::with_capacity(items.len());
    for item in items {
        page.push(item.to_string(), item);
    }
    page
}

/// A pager whose pages never arrive.
fn never(size: u32) -> (Pager<u64>, Requested) {
    let requested = Requested::default();
    let log = Arc::clone(&requested);
    let pager = Pager::new(NonZeroU32::new(size).unwrap(), move |offset, _| {
        log.lock().unwrap().push(offset);
        Box::pin(std::future::pending())
    });
    (pager, requested)
}

/// A server with this many items that sends at most `cap` per page.
fn server(total: u64, cap: usize, size: usize) -> impl Fn(u64, usize) -> Result<Vec<u64>, Error> {
    move |offset, _| Ok((offset..total).take(cap.min(size)).collect())
}

/// How many requests a complete reading of `total` items in pages of `count` takes.
fn requests(total: u64, count: usize) -> usize {
    let total = usize::try_from(total).unwrap();
    match count {
        // After each item, the one before it is requested again.
        1 => 2 * total + 1,
        _ => total.div_ceil(count - 1),
    }
}

/// Pairs of a requested page size and a page cap of the server.
fn sizes_and_caps() -> impl Iterator<Item = (u32, usize)> {
    (1..=7).flat_map(|size| (1..=7).map(move |cap| (size, cap)))
}

#[tokio::test]
async fn p1_each_item_is_yielded_once_with_any_page_cap() {
    for (size, cap) in sizes_and_caps() {
        for total in 0..=40 {
            let (pager, requested) = listing(size, server(total, cap, size as usize));
            let items = pager.into_vec().await.unwrap();
            let expected: Vec<u64> = (0..total).collect();
            assert_eq!(items, expected, "size {size}, cap {cap}, total {total}");
            let pages = requests(total, cap.min(size as usize));
            let past_the_end = requested.lock().unwrap().len().saturating_sub(pages);
            assert!(past_the_end <= 8, "size {size}, cap {cap}, total {total}");
        }
    }
}

#[tokio::test]
async fn p2_a_server_that_ignores_the_offset_is_an_error() {
    for (size, cap) in sizes_and_caps() {
        let count = cap.min(size as usize) as u64;
        let (mut pager, requested) = listing(size, move |_, _| Ok((0..count).collect()));
        for expected in 0..count {
            assert_eq!(pager.next().await.unwrap().unwrap(), expected);
        }
        let error = pager.next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Integrity);
        assert!(error.to_string().contains("3 readings"), "{error}");
        assert!(pager.next().await.is_none());
        assert_eq!((pager.readings(), pager.next_offset()), (3, 0));
        assert!(requested.lock().unwrap().len() <= 3 * 9);
    }
}

#[tokio::test]
async fn p2_pages_in_a_circle_are_an_error() {
    let circle = |offset, _| Ok(vec![offset % 6, (offset + 1) % 6]);
    let (pager, requested) = listing(2, circle);
    let error = pager.into_vec().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
    assert!(requested.lock().unwrap().len() <= 3 * (6 + 9));
}

#[tokio::test]
async fn p3_an_endless_list_is_an_error() {
    for (size, cap) in sizes_and_caps() {
        let count = cap.min(size as usize) as u64;
        let endless = move |offset, _| Ok((offset..offset + count).collect());
        let (pager, requested) = listing(size, endless);
        let error = pager.max_items(45).into_vec().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Pagination);
        assert!(error.to_string().contains("more than 45 items"), "{error}");
        assert!(requested.lock().unwrap().len() <= requests(46, cap.min(size as usize)) + 8);
    }
}

#[tokio::test]
async fn p20_a_server_that_only_knows_offset_0_is_read_twice() {
    let (pager, requested) = listing(150, |offset, _| {
        Ok(if offset == 0 { vec![1, 2, 3] } else { vec![] })
    });
    assert_eq!(pager.into_vec().await.unwrap(), [1, 2, 3]);
    assert_eq!(*requested.lock().unwrap(), [0, 2, 0, 2]);
}

#[tokio::test]
async fn p20_a_temporary_empty_page_loses_nothing() {
    for cap in [2, 7, 10] {
        // The second request returns nothing, once.
        let (pager, _) = listing(10, move |offset, request| match request {
            1 => Ok(vec![]),
            _ => server(40, cap, 10)(offset, request),
        });
        let items = pager.into_vec().await.unwrap();
        assert_eq!(items, (0..40).collect::<Vec<_>>(), "cap {cap}");
    }
}

#[tokio::test]
async fn p19_a_page_cap_that_is_lowered_after_full_pages_loses_nothing() {
    for window in [1, 2, 8] {
        for lowered in 2..10 {
            for change in 1..6 {
                let server = move |offset, request| {
                    let cap = if request < change { 10 } else { lowered };
                    server(95, cap, 10)(offset, request)
                };
                let (pager, _) = listing(10, server);
                let pager = pager.window(NonZeroUsize::new(window).unwrap());
                let items = pager.into_vec().await.unwrap();
                let expected: Vec<u64> = (0..95).collect();
                assert_eq!(
                    items, expected,
                    "window {window}, cap {lowered} from {change}"
                );
            }
        }
    }
}

#[tokio::test]
async fn p19_an_error_after_a_short_page_confirms_the_end() {
    let rejecting = |offset, request| match offset {
        40.. => Err(Error::new(ErrorKind::Rejected, "there is no such offset")),
        _ => server(40, 10, 10)(offset, request),
    };
    let items = listing(10, rejecting).0.into_vec().await.unwrap();
    assert_eq!(items.len(), 40);
}

#[tokio::test]
async fn p6_p7_which_requests_find_the_end_of_a_list() {
    for (total, cap, expected) in [
        // An empty list.
        (0, 100, vec![0]),
        // A short first page may be the server's cap: one more request.
        (3, 100, vec![0, 2]),
        (1, 100, vec![0, 1]),
        // A full page and a short one, which is the end. Others have been requested already.
        (13, 100, vec![0, 9, 18, 27]),
        // Only full pages: a page without new items shows the end.
        (19, 100, vec![0, 9, 18, 27]),
        // A cap below the page size: no page is full.
        (9, 4, vec![0, 3, 6, 8]),
    ] {
        let (pager, requested) = listing(10, server(total, cap, 10));
        let window = NonZeroUsize::new(3).unwrap();
        let items = pager.window(window).into_vec().await.unwrap();
        assert_eq!(items.len() as u64, total);
        assert_eq!(
            *requested.lock().unwrap(),
            expected,
            "total {total}, cap {cap}"
        );
    }
}

#[tokio::test]
async fn p8_p9_items_before_an_error_are_yielded_and_the_list_can_be_resumed() {
    for window in 1..=9 {
        let broken = |offset, request| match offset {
            4.. => Err(Error::new(ErrorKind::Server, "the server failed")),
            _ => server(20, 100, 3)(offset, request),
        };
        let (pager, requested) = listing(3, broken);
        let mut pager = pager.window(NonZeroUsize::new(window).unwrap());
        for expected in 0..5 {
            assert_eq!(pager.next().await.unwrap().unwrap(), expected);
        }
        let error = pager.next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Server);
        // Two good pages, the failed one, and at most a window of requests after it.
        let sent = requested.lock().unwrap().len();
        assert!(sent <= 2 + window, "window {window}, {sent}");
        assert!(pager.next().await.is_none());
        assert_eq!(requested.lock().unwrap().len(), sent);
        let (rest, requested) = listing(3, server(20, 100, 3));
        let rest = rest.starting_at(pager.next_offset());
        let rest = rest.into_vec().await.unwrap();
        assert_eq!(rest, (5..20).collect::<Vec<_>>());
        assert_eq!(requested.lock().unwrap()[0], 5);
    }
}

/// A pager over 40 items whose pages take time, and the maximum number of concurrent requests.
fn slow(time: impl Fn(u64) -> u64 + Send + Sync + 'static) -> (Pager<u64>, Arc<Flights>) {
    slow_pages_of(3, time)
}

/// The same with this page size; the pages contain three items in any case.
fn slow_pages_of(
    size: u32,
    time: impl Fn(u64) -> u64 + Send + Sync + 'static,
) -> (Pager<u64>, Arc<Flights>) {
    let flights = Arc::new(Flights::default());
    let shared = Arc::clone(&flights);
    let pager = Pager::new(NonZeroU32::new(size).unwrap(), move |offset, _| {
        let flights = Arc::clone(&shared);
        let time = Duration::from_millis(time(offset));
        Box::pin(async move {
            let flight = flights.begin();
            tokio::time::sleep(time).await;
            drop(flight);
            Ok(page_of((offset..40).take(3).collect()))
        })
    });
    (pager, flights)
}

#[derive(Default)]
struct Flights {
    now: AtomicUsize,
    most: AtomicUsize,
    all: AtomicUsize,
}

struct Flight(Arc<Flights>);

impl Flights {
    fn begin(self: &Arc<Self>) -> Flight {
        let now = self.now.fetch_add(1, Relaxed) + 1;
        self.most.fetch_max(now, Relaxed);
        self.all.fetch_add(1, Relaxed);
        Flight(Arc::clone(self))
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Relaxed);
    }
}

#[tokio::test(start_paused = true)]
async fn p10_pages_are_yielded_in_order_however_long_they_take() {
    for seed in 0..200_u64 {
        let time = move |offset: u64| (offset + 1).wrapping_mul(seed * 7919 + 13) % 97;
        let (pager, flights) = slow(time);
        let items = pager.into_vec().await.unwrap();
        assert_eq!(items, (0..40).collect::<Vec<_>>(), "seed {seed}");
        assert!(flights.most.load(Relaxed) <= 8);
        assert_eq!(flights.now.load(Relaxed), 0, "all are cancelled");
    }
}

#[tokio::test(start_paused = true)]
async fn p10_eight_pages_at_once_take_an_eighth_of_the_time() {
    let started = Instant::now();
    let (pager, flights) = slow(|_| 50);
    pager.into_vec().await.unwrap();
    // One alone, then twenty others, the last of them short: windows of eight, eight and four.
    assert_eq!(started.elapsed(), Duration::from_millis(4 * 50));
    assert_eq!(flights.most.load(Relaxed), 8);
    assert!(flights.all.load(Relaxed) <= 21 + 8);
}

#[tokio::test(start_paused = true)]
async fn p10_the_pager_waits_for_one_page_past_the_end() {
    let started = Instant::now();
    let (pager, flights) = slow(|offset| if offset > 40 { 1_000_000 } else { 50 });
    pager.into_vec().await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(1));
    assert_eq!(flights.now.load(Relaxed), 0, "the others are cancelled");
}

#[tokio::test(start_paused = true)]
async fn x1_a_dropped_pager_cancels_its_requests() {
    let (mut pager, flights) = slow(|offset| 50 * offset);
    for _ in 0..4 {
        pager.next().await.unwrap().unwrap();
    }
    assert!(flights.now.load(Relaxed) > 0);
    drop(pager);
    assert_eq!(flights.now.load(Relaxed), 0);
}

#[tokio::test]
async fn the_next_offset_never_skips_an_item() {
    let (mut pager, _) = listing(3, server(6, 100, 3));
    let mut offsets = vec![pager.next_offset()];
    while let Some(item) = pager.next().await {
        item.unwrap();
        offsets.push(pager.next_offset());
    }
    assert_eq!(offsets, [0, 0, 0, 3, 3, 5, 6]);
}

/// A list with items that cannot be parsed, in pages of `cap` items. It loses `gone` items before the second request.
fn unparsed(total: u64, cap: usize, bad: &'static [u64], gone: u64) -> (Pager<u64>, Requested) {
    let requested = Requested::default();
    let log = Arc::clone(&requested);
    let pager = Pager::new(NonZeroU32::new(10).unwrap(), move |offset, _| {
        let mut log = log.lock().unwrap();
        let gone = if log.is_empty() { 0 } else { gone };
        log.push(offset);
        let mut page = Page::with_capacity(cap);
        for item in (gone + offset..total).take(cap) {
            match bad.contains(&item) {
                true => page.push_error(Error::new(ErrorKind::Decode, item.to_string())),
                false => page.push(item.to_string(), item),
            }
        }
        Box::pin(std::future::ready(Ok(page)))
    });
    (pager.window(NonZeroUsize::MIN), requested)
}

/// The items of a list, with the number in the error of those that cannot be parsed, and the error that ended it.
async fn all_of(mut pager: Pager<u64>) -> (Vec<u64>, Option<ErrorKind>) {
    let mut items = Vec::new();
    while let Some(item) = pager.next().await {
        match item {
            Ok(item) => items.push(item),
            Err(error) if error.kind() == ErrorKind::Decode => {
                items.push(error.to_string().parse().unwrap());
            }
            Err(error) => return (items, Some(error.kind())),
        }
    }
    (items, None)
}

#[tokio::test]
async fn j20_an_item_that_cannot_be_parsed_does_not_end_the_list() {
    for bad in [&[2][..], &[3], &[2, 3], &[5, 6, 7], &[0], &[19], &[18, 19]] {
        for cap in [1, 2, 3, 4, 10, 100] {
            let (pager, _) = unparsed(20, cap, bad, 0);
            let expected = ((0..20).collect(), None);
            assert_eq!(all_of(pager).await, expected, "{bad:?}, cap {cap}");
        }
    }
    // The overlap begins with the last id of a page.
    let (pager, requested) = unparsed(10, 4, &[2, 3], 0);
    pager.into_vec().await.unwrap_err();
    let (rest, asked_in_full) = unparsed(10, 4, &[2, 3], 0);
    all_of(rest).await;
    assert_eq!(*requested.lock().unwrap(), [0]);
    assert_eq!(*asked_in_full.lock().unwrap(), [0, 1, 4, 7, 9]);
}

#[tokio::test]
async fn j20_p5_items_that_cannot_be_parsed_hide_no_loss() {
    for cap in [2, 3, 4, 5] {
        // The second page begins with items that cannot be parsed, as the first one ends.
        for bad in [&[2, 3, 4][..], &[3, 4, 5], &[4, 5], &[1, 2, 3, 4, 5, 6]] {
            let (pager, _) = unparsed(30, cap, bad, 1);
            let (items, error) = all_of(pager).await;
            assert_eq!(error, None);
            let mut readable: Vec<_> = items.iter().filter(|item| !bad.contains(item)).collect();
            readable.sort_unstable();
            let expected: Vec<u64> = (0..30).filter(|item| !bad.contains(item)).collect();
            assert!(
                readable.into_iter().eq(&expected),
                "{bad:?}, cap {cap}: {items:?}"
            );
        }
    }
}

#[test]
fn a_pager_is_send() {
    fn assert_send<T: Send>() {}
    assert_send::<Pager<u64>>();
}
