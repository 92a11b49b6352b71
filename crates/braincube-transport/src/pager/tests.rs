use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;

use super::{Page, Pager};
use crate::error::{Error, ErrorKind};

mod ahead;
mod changing;
mod single;
mod whole;

/// The offsets that a listing was asked for.
type Asked = Arc<Mutex<Vec<u64>>>;

/// A listing over a server: from an offset and the number of the request to the items sent.
fn listing<F>(size: u32, server: F) -> (Pager<u64>, Asked)
where
    F: Fn(u64, usize) -> Result<Vec<u64>, Error> + Send + Sync + 'static,
{
    let asked = Asked::default();
    let log = Arc::clone(&asked);
    let pager = Pager::new(NonZeroU32::new(size).unwrap(), move |offset| {
        let mut log = log.lock().unwrap();
        let page = server(offset, log.len()).map(|items| {
            let mut page = Page::new(items.len());
            items
                .into_iter()
                .for_each(|item| page.push(item.to_string(), item));
            page
        });
        log.push(offset);
        Box::pin(std::future::ready(page))
    });
    (pager, asked)
}

/// A listing whose pages never come.
fn never(size: u32) -> (Pager<u64>, Asked) {
    let asked = Asked::default();
    let log = Arc::clone(&asked);
    let pager = Pager::new(NonZeroU32::new(size).unwrap(), move |offset| {
        log.lock().unwrap().push(offset);
        Box::pin(std::future::pending())
    });
    (pager, asked)
}

/// A server with this many items that hands out `cap` at most.
fn server(total: u64, cap: usize, size: usize) -> impl Fn(u64, usize) -> Result<Vec<u64>, Error> {
    move |offset, _| Ok((offset..total).take(cap.min(size)).collect())
}

/// How many requests it takes to read so many items in pages of so many, and to see that none is missing.
fn requests(total: u64, count: usize) -> usize {
    let total = usize::try_from(total).unwrap();
    match count {
        // Behind each item, the one before it is asked for again.
        1 => 2 * total,
        _ => total.div_ceil(count - 1),
    }
}

/// Every pair of what is asked for at once and what the server hands out at most.
fn sizes_and_caps() -> impl Iterator<Item = (u32, usize)> {
    (1..=7).flat_map(|size| (1..=7).map(move |cap| (size, cap)))
}

#[tokio::test]
async fn p1_each_item_comes_once_whatever_the_server_caps_at() {
    for (size, cap) in sizes_and_caps() {
        for total in 0..=40 {
            let (pager, asked) = listing(size, server(total, cap, size as usize));
            let items = pager.into_vec().await.unwrap();
            let expected: Vec<u64> = (0..total).collect();
            assert_eq!(items, expected, "size {size}, cap {cap}, total {total}");
            let pages = requests(total, cap.min(size as usize));
            let past_the_end = asked.lock().unwrap().len().saturating_sub(pages);
            assert!(past_the_end <= 8, "size {size}, cap {cap}, total {total}");
        }
    }
}

#[tokio::test]
async fn p2_a_server_that_ignores_the_offset_is_an_error() {
    for (size, cap) in sizes_and_caps() {
        let count = cap.min(size as usize) as u64;
        let (mut pager, asked) = listing(size, move |_, _| Ok((0..count).collect()));
        for expected in 0..count {
            assert_eq!(pager.next().await.unwrap().unwrap(), expected);
        }
        let error = pager.next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Pagination);
        assert!(error.to_string().contains("nothing new"), "{error}");
        assert!(pager.next().await.is_none());
        assert!(asked.lock().unwrap().len() <= 10);
    }
}

#[tokio::test]
async fn p2_pages_that_go_round_in_a_circle_are_an_error() {
    let circle = |offset, _| Ok(vec![offset % 6, (offset + 1) % 6]);
    let (pager, asked) = listing(2, circle);
    let error = pager.into_vec().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Pagination);
    assert!(asked.lock().unwrap().len() <= 6 + 9);
}

#[tokio::test]
async fn p3_a_listing_without_an_end_is_an_error() {
    for (size, cap) in sizes_and_caps() {
        let count = cap.min(size as usize) as u64;
        let endless = move |offset, _| Ok((offset..offset + count).collect());
        let (pager, asked) = listing(size, endless);
        let error = pager.max_items(45).into_vec().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Pagination);
        assert!(error.to_string().contains("over 45 items"), "{error}");
        assert!(asked.lock().unwrap().len() <= requests(46, cap.min(size as usize)) + 8);
    }
}

/// What a list of 20 shows from an offset after it has grown by `shift` items in front.
fn grown(offset: u64, shift: u64, count: usize) -> Result<Vec<u64>, Error> {
    // What was put in front has numbers from 1000 on.
    let item = |position: u64| position.checked_sub(shift).unwrap_or(1000 + position);
    Ok((offset..20 + shift).take(count).map(item).collect())
}

/// What comes from a growing list, and how many duplicates were dropped.
async fn all_of(mut pager: Pager<u64>) -> (Vec<u64>, u64) {
    let mut items = Vec::new();
    while let Some(item) = pager.next().await {
        items.push(item.unwrap());
    }
    (items, pager.duplicates())
}

#[tokio::test]
async fn p4_what_a_shift_repeats_is_dropped_and_counted() {
    for (size, cap) in sizes_and_caps() {
        let count = cap.min(size as usize);
        // A page of one does not show what stands behind something new: see `single`.
        if count < 2 {
            continue;
        }
        for first_after in 1..25 {
            let once =
                move |offset, request| grown(offset, u64::from(request >= first_after), count);
            let (pager, asked) = listing(size, once);
            let (items, duplicates) = all_of(pager).await;
            assert_eq!(items, (0..20).collect::<Vec<_>>(), "size {size}, cap {cap}");
            assert!(duplicates <= 1, "size {size}, cap {cap}, {duplicates}");
            let pages = requests(21, count);
            let past_the_end = asked.lock().unwrap().len().saturating_sub(pages);
            assert!(past_the_end <= 8, "size {size}, cap {cap}, {past_the_end}");
        }
    }
}

#[tokio::test]
async fn p4_a_list_that_grows_all_the_time_is_read_to_its_end() {
    for size in 4..=7 {
        let always = move |offset, request| grown(offset, request as u64, size as usize);
        let (pager, asked) = listing(size, always);
        let (items, duplicates) = all_of(pager).await;
        assert_eq!(items, (0..20).collect::<Vec<_>>(), "size {size}");
        assert!(duplicates >= 3, "size {size}, {duplicates}");
        // Each page brings two less than it holds: one overlaps, one was put in front.
        let sent = asked.lock().unwrap().len();
        assert!(
            sent <= 20 / (size as usize - 2) + 1 + 8,
            "size {size}, {sent}"
        );
    }
}

#[tokio::test]
async fn p5_a_shift_that_loses_items_is_an_error() {
    for (size, cap) in sizes_and_caps() {
        let count = cap.min(size as usize);
        // Before every request but the first, the first item is deleted.
        let shrinking = move |offset, request| {
            let gone = request as u64;
            Ok((offset + gone..20).take(count).collect())
        };
        let (mut pager, asked) = listing(size, shrinking);
        for expected in 0..count as u64 {
            assert_eq!(pager.next().await.unwrap().unwrap(), expected);
        }
        // That something is missing in front of a single item shows only behind it.
        if count == 1 {
            assert_eq!(pager.next().await.unwrap().unwrap(), 2);
        }
        let error = pager.next().await.unwrap().unwrap_err();
        assert_eq!(
            error.kind(),
            ErrorKind::Pagination,
            "size {size}, cap {cap}"
        );
        assert!(error.to_string().contains("has changed"), "{error}");
        // It shows in the second page, and nothing is asked for behind it but what was on its way.
        let sent = asked.lock().unwrap().len();
        assert!(sent <= 2 + 8, "size {size}, cap {cap}, {sent}");
        assert!(pager.next().await.is_none());
        assert_eq!(asked.lock().unwrap().len(), sent);
    }
}

#[tokio::test]
async fn p7_an_empty_page_behind_a_short_one_is_the_end_whatever_was_asked_for() {
    let (pager, asked) = listing(150, |offset, _| {
        Ok(if offset == 0 { vec![1, 2, 3] } else { vec![] })
    });
    assert_eq!(all_of(pager).await, (vec![1, 2, 3], 0));
    assert_eq!(*asked.lock().unwrap(), [0, 2]);
}

#[tokio::test]
async fn p5_a_list_that_shrinks_to_what_was_read_is_an_error() {
    let (mut pager, asked) = listing(3, |offset, request| {
        let total = if request == 0 { 6 } else { 2 };
        Ok((offset..total).take(3).collect())
    });
    for expected in 0..3 {
        assert_eq!(pager.next().await.unwrap().unwrap(), expected);
    }
    let error = pager.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Pagination);
    let sent = asked.lock().unwrap().len();
    assert!((2..=2 + 8).contains(&sent), "{sent}");
    assert!(pager.next().await.is_none());
    assert_eq!(asked.lock().unwrap().len(), sent);
}

#[tokio::test]
async fn p6_p7_where_a_listing_ends() {
    for (total, cap, expected) in [
        // Nothing at all.
        (0, 100, vec![0]),
        // A short first page may be the server's cap: one more request.
        (3, 100, vec![0, 2]),
        (1, 100, vec![0, 1]),
        // A full page and a short one: that was the end. Others were on their way already.
        (13, 100, vec![0, 9, 18, 27]),
        // Only full pages: the end shows in one that brings nothing new.
        (19, 100, vec![0, 9, 18, 27]),
        // A cap below the size: no page is ever full.
        (9, 4, vec![0, 3, 6, 8]),
    ] {
        let (pager, asked) = listing(10, server(total, cap, 10));
        let window = NonZeroUsize::new(3).unwrap();
        let items = pager.window(window).into_vec().await.unwrap();
        assert_eq!(items.len() as u64, total);
        assert_eq!(*asked.lock().unwrap(), expected, "total {total}, cap {cap}");
    }
}

#[tokio::test]
async fn p8_p9_good_pages_come_before_the_error_and_the_rest_can_follow() {
    for window in 1..=9 {
        let broken = |offset, request| match offset {
            4.. => Err(Error::new(ErrorKind::Server, "the server failed")),
            _ => server(20, 100, 3)(offset, request),
        };
        let (pager, asked) = listing(3, broken);
        let mut pager = pager.window(NonZeroUsize::new(window).unwrap());
        for expected in 0..5 {
            assert_eq!(pager.next().await.unwrap().unwrap(), expected);
        }
        let error = pager.next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Server);
        // Two good pages and the failed one, behind which nothing more than a window was on its way.
        let sent = asked.lock().unwrap().len();
        assert!(sent <= 2 + window, "window {window}, {sent}");
        assert!(pager.next().await.is_none());
        assert_eq!(asked.lock().unwrap().len(), sent);
        let (rest, asked) = listing(3, server(20, 100, 3));
        let rest = rest.starting_at(pager.next_offset());
        let rest = rest.into_vec().await.unwrap();
        assert_eq!(rest, (5..20).collect::<Vec<_>>());
        assert_eq!(asked.lock().unwrap()[0], 5);
    }
}

/// A listing of 40 items whose pages take their time, and the most that were on their way at once.
fn slow(time: impl Fn(u64) -> u64 + Send + Sync + 'static) -> (Pager<u64>, Arc<Flights>) {
    slow_pages_of(3, time)
}

/// The same, asked for in pages of this size; they hold three items all the same.
fn slow_pages_of(
    size: u32,
    time: impl Fn(u64) -> u64 + Send + Sync + 'static,
) -> (Pager<u64>, Arc<Flights>) {
    let flights = Arc::new(Flights::default());
    let shared = Arc::clone(&flights);
    let pager = Pager::new(NonZeroU32::new(size).unwrap(), move |offset| {
        let flights = Arc::clone(&shared);
        let time = Duration::from_millis(time(offset));
        Box::pin(async move {
            let flight = flights.begin();
            tokio::time::sleep(time).await;
            let items: Vec<u64> = (offset..40).take(3).collect();
            let mut page = Page::new(items.len());
            items
                .into_iter()
                .for_each(|item| page.push(item.to_string(), item));
            drop(flight);
            Ok(page)
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
async fn p10_pages_come_in_order_whatever_they_take() {
    for seed in 0..200_u64 {
        let time = move |offset: u64| (offset + 1).wrapping_mul(seed * 7919 + 13) % 97;
        let (pager, flights) = slow(time);
        let items = pager.into_vec().await.unwrap();
        assert_eq!(items, (0..40).collect::<Vec<_>>(), "seed {seed}");
        assert!(flights.most.load(Relaxed) <= 8);
        assert_eq!(flights.now.load(Relaxed), 0, "all are called back");
    }
}

#[tokio::test(start_paused = true)]
async fn p10_eight_pages_at_once_take_an_eighth_of_the_time() {
    let started = Instant::now();
    let (pager, flights) = slow(|_| 50);
    pager.into_vec().await.unwrap();
    // One alone, then twenty others, the last of them short: eight, eight, four.
    assert_eq!(started.elapsed(), Duration::from_millis(4 * 50));
    assert_eq!(flights.most.load(Relaxed), 8);
    assert!(flights.all.load(Relaxed) <= 21 + 8);
}

#[tokio::test(start_paused = true)]
async fn p10_the_listing_is_done_before_the_pages_past_its_end_are() {
    let started = Instant::now();
    let (pager, flights) = slow(|offset| if offset >= 40 { 1_000_000 } else { 50 });
    pager.into_vec().await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(1));
    assert_eq!(flights.now.load(Relaxed), 0, "the others are called back");
}

#[tokio::test(start_paused = true)]
async fn x1_a_dropped_listing_calls_its_pages_back() {
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

#[tokio::test]
async fn j20_an_item_that_cannot_be_read_ends_nothing() {
    let size = NonZeroU32::new(3).unwrap();
    let bad = || Error::new(ErrorKind::Decode, "no id");
    let pager: Pager<u64> = Pager::new(size, move |offset| {
        let mut page = Page::new(3 - usize::from(offset > 0));
        if offset == 0 {
            page.push("1", 1);
            page.push_error(bad());
        }
        // It is the last of the first page, and so the first of the second.
        page.push_error(bad());
        if offset > 0 {
            page.push("4", 4);
        }
        Box::pin(std::future::ready(Ok(page)))
    });
    let mut pages = pager.into_pages();
    let page = pages.next().await.unwrap().unwrap();
    assert_eq!((page.offset(), page.received()), (0, 3));
    let items: Vec<_> = page.into_items().into_iter().map(Result::ok).collect();
    assert_eq!(items, [Some(1), None, None]);
    let page = pages.next().await.unwrap().unwrap();
    assert_eq!((page.offset(), page.received()), (3, 1));
    let items: Vec<_> = page.into_items().into_iter().map(Result::ok).collect();
    assert_eq!(items, [Some(4)]);
    assert!(pages.next().await.is_none());
    assert_eq!(pages.next_offset(), 4);
}

#[tokio::test]
async fn what_the_caller_leaves_out_still_counts_as_received() {
    let size = NonZeroU32::new(2).unwrap();
    let pager: Pager<u64> = Pager::new(size, |offset| {
        let sent: Vec<u64> = (offset..5).take(2).collect();
        let mut page = Page::new(sent.len());
        let even = sent.into_iter().filter(|item| item % 2 == 0);
        even.for_each(|item| page.push(item.to_string(), item));
        Box::pin(std::future::ready(Ok(page)))
    });
    assert_eq!(pager.into_vec().await.unwrap(), [0, 2, 4]);
}

#[test]
fn a_pager_crosses_threads() {
    fn assert_send<T: Send>() {}
    assert_send::<Pager<u64>>();
}
