//! Pages that are requested before it is known whether they exist.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;

use super::{Requested, listing, page_of, requests, server, sizes_and_caps};
use crate::pager::Pager;

/// The number of items, and the requested offsets.
async fn all_of(pager: Pager<u64>, requested: Requested) -> (u64, Vec<u64>) {
    let items = pager.into_vec().await.unwrap();
    let count = items.len() as u64;
    assert_eq!(items, (0..count).collect::<Vec<_>>());
    (count, requested.lock().unwrap().clone())
}

#[tokio::test]
async fn p1_three_pages_of_one_length_show_the_servers_cap() {
    // Nine steps of three items after the first four: the fourth page is requested with seven others.
    let (pager, requested) = listing(10, server(40, 4, 10));
    let (count, requested) = all_of(pager, requested).await;
    assert_eq!(count, 40);
    assert_eq!(requested[..11], [0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30]);
    assert!(requested.len() <= 13 + 8, "{requested:?}");
}

#[tokio::test]
async fn p1_a_cap_that_changes_loses_nothing() {
    // Not down to one, which would show the end.
    for (before, after) in [(4, 3), (3, 4), (4, 2), (4, 10), (7, 2)] {
        for change in 1..12 {
            let changing = move |offset, request: usize| {
                let cap = if request < change { before } else { after };
                server(40, cap, 10)(offset, request)
            };
            let (pager, requested) = listing(10, changing);
            let (count, requested) = all_of(pager, requested).await;
            assert_eq!(count, 40, "{before} {after} {change} {requested:?}");
        }
    }
}

#[tokio::test]
async fn p1_p7_each_item_is_yielded_once_with_any_expectation() {
    for (size, cap) in sizes_and_caps() {
        for total in [0, 1, 5, 6, 7, 13, 40] {
            for expected in [0, 1, 10, 100, u64::MAX] {
                let (pager, requested) = listing(size, server(total, cap, size as usize));
                let (count, requested) = all_of(pager.expecting(expected), requested).await;
                let row = format!("size {size}, cap {cap}, total {total}, {expected} expected");
                assert_eq!(count, total, "{row}");
                let pages = requests(total, cap.min(size as usize));
                // Eight past the end, and those that a short first page cancels.
                assert!(requested.len() <= pages + 16, "{row}: {requested:?}");
            }
        }
    }
}

#[tokio::test]
async fn p7_expected_pages_are_requested_with_the_first() {
    for (expected, first) in [
        (0, vec![0]),
        (10, vec![0, 9]),
        (28, vec![0, 9, 18, 27]),
        (1000, vec![0, 9, 18, 27, 36, 45, 54, 63]),
    ] {
        // The first response never arrives, so that no request depends on it.
        let (pager, requested) = super::never(10);
        let mut pager = pager.expecting(expected);
        let waited = tokio::time::timeout(Duration::from_millis(1), pager.next()).await;
        assert!(waited.is_err());
        assert_eq!(*requested.lock().unwrap(), first, "{expected} expected");
    }
}

#[tokio::test(start_paused = true)]
async fn p10_an_expectation_saves_a_round_trip() {
    for (expected, rounds) in [(0, 4), (15, 3)] {
        let started = Instant::now();
        let (pager, flights) = super::slow(|_| 50);
        pager.expecting(expected).into_vec().await.unwrap();
        // Twenty pages in windows of one, eight, eight and three, or of eight, eight and four.
        assert_eq!(started.elapsed(), Duration::from_millis(rounds * 50));
        assert!(flights.all.load(std::sync::atomic::Ordering::Relaxed) <= 20 + 8);
    }
}

/// Decoding takes time. A request that is sent after all received pages have been decoded is late by that time.
#[tokio::test(start_paused = true)]
async fn p10_the_next_page_is_requested_before_another_one_is_decoded() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let (requested, read) = (Arc::clone(&log), Arc::clone(&log));
    let size = NonZeroU32::new(3).unwrap();
    let pager: Pager<u64> = Pager::new(size, move |offset, _| {
        requested.lock().unwrap().push(("requested", offset / 2));
        let read = Arc::clone(&read);
        Box::pin(async move {
            // Pages that are requested together arrive together.
            tokio::time::sleep(Duration::from_millis(50)).await;
            read.lock().unwrap().push(("read", offset / 2));
            let items: Vec<u64> = (offset..40).take(3).collect();
            Ok(page_of(items))
        })
    });
    pager.expecting(15).into_vec().await.unwrap();
    let log = log.lock().unwrap();
    let at = |event| log.iter().position(|logged| *logged == event);
    for page in 0..10 {
        let order = [("read", page), ("requested", page + 8), ("read", page + 1)].map(at);
        assert!(order.is_sorted() && order[0].is_some(), "{page}: {log:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn p10_requests_that_a_short_first_page_cancels_are_not_waited_for() {
    let started = Instant::now();
    // The 40 items are in pages of three; a page of a hundred is never full.
    let (pager, flights) =
        super::slow_pages_of(100, |offset| if offset < 40 { 50 } else { 1_000_000 });
    let items = pager.expecting(1_000).into_vec().await.unwrap();
    assert_eq!(items.len(), 40);
    assert!(started.elapsed() < Duration::from_secs(2));
    assert_eq!(flights.now.load(std::sync::atomic::Ordering::Relaxed), 0);
}
