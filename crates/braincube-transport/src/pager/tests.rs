use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};

use super::{Page, Pager};
use crate::error::{Error, ErrorKind};

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

/// A server with this many items that hands out `cap` at most.
fn server(total: u64, cap: usize, size: usize) -> impl Fn(u64, usize) -> Result<Vec<u64>, Error> {
    move |offset, _| Ok((offset..total).take(cap.min(size)).collect())
}

#[tokio::test]
async fn p1_each_item_comes_once_whatever_the_server_caps_at() {
    for size in 1..=7_usize {
        for cap in 1..=7_usize {
            for total in 0..=22 {
                let (pager, asked) =
                    listing(u32::try_from(size).unwrap(), server(total, cap, size));
                let items = pager.into_vec().await.unwrap();
                let expected: Vec<u64> = (0..total).collect();
                assert_eq!(items, expected, "size {size}, cap {cap}, total {total}");
                let pages = usize::try_from(total).unwrap().div_ceil(cap.min(size));
                assert!(asked.lock().unwrap().len() <= pages + 1);
            }
        }
    }
}

#[tokio::test]
async fn p6_p7_where_a_listing_ends() {
    for (total, cap, expected) in [
        // Nothing at all.
        (0, 100, vec![0]),
        // A short first page may be the server's cap: one more request.
        (3, 100, vec![0, 3]),
        // A full page and a short one: that was the end.
        (13, 100, vec![0, 10]),
        // Only full pages: the end shows in an empty one.
        (20, 100, vec![0, 10, 20]),
        // A cap below the size: no page is ever full.
        (9, 4, vec![0, 4, 8, 9]),
    ] {
        let (pager, asked) = listing(10, server(total, cap, 10));
        pager.into_vec().await.unwrap();
        assert_eq!(*asked.lock().unwrap(), expected, "total {total}, cap {cap}");
    }
}

#[tokio::test]
async fn p2_a_server_that_ignores_the_offset_is_an_error() {
    let (mut pager, asked) = listing(2, |_, _| Ok(vec![1, 2]));
    assert_eq!(pager.next().await.unwrap().unwrap(), 1);
    assert_eq!(pager.next().await.unwrap().unwrap(), 2);
    let error = pager.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Pagination);
    assert!(error.to_string().contains("offset 2"), "{error}");
    assert!(pager.next().await.is_none());
    assert_eq!(*asked.lock().unwrap(), [0, 2]);
}

#[tokio::test]
async fn p2_pages_that_go_round_in_a_circle_are_an_error() {
    let (pager, asked) = listing(2, |offset, _| Ok(vec![offset % 6, offset % 6 + 1]));
    let error = pager.into_vec().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Pagination);
    assert_eq!(*asked.lock().unwrap(), [0, 2, 4, 6]);
}

#[tokio::test]
async fn p3_a_listing_without_an_end_is_an_error() {
    let (pager, asked) = listing(10, |offset, _| Ok((offset..offset + 10).collect()));
    let error = pager.max_items(45).into_vec().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Pagination);
    assert_eq!(asked.lock().unwrap().len(), 5);
}

#[tokio::test]
async fn p4_what_a_shift_repeats_is_dropped_and_counted() {
    // Between two requests an item is put in front: each page begins with the last one's end.
    let (mut pager, _) = listing(3, |offset, request| {
        let shift = request as u64;
        Ok((offset..7 + shift)
            .take(3)
            .map(|position| position - shift)
            .collect())
    });
    let mut items = Vec::new();
    while let Some(item) = pager.next().await {
        items.push(item.unwrap());
    }
    assert_eq!(items, [0, 1, 2, 3, 4, 5, 6]);
    // 2 and 4, and 6 on a page that holds nothing else.
    assert_eq!(pager.duplicates(), 3);
}

#[tokio::test]
async fn p9_good_pages_come_before_the_error_and_the_rest_can_follow() {
    let broken = |offset, request| match request {
        2 => Err(Error::new(ErrorKind::Server, "the server failed")),
        _ => server(7, 100, 2)(offset, request),
    };
    let (mut pager, _) = listing(2, broken);
    for expected in 0..4 {
        assert_eq!(pager.next().await.unwrap().unwrap(), expected);
    }
    assert_eq!(
        pager.next().await.unwrap().unwrap_err().kind(),
        ErrorKind::Server
    );
    assert!(pager.next().await.is_none());
    let (rest, _) = listing(2, server(7, 100, 2));
    let rest = rest
        .starting_at(pager.next_offset())
        .into_vec()
        .await
        .unwrap();
    assert_eq!(rest, [4, 5, 6]);
}

#[tokio::test]
async fn the_next_offset_never_skips_an_item() {
    let (mut pager, _) = listing(2, server(5, 100, 2));
    let mut offsets = vec![pager.next_offset()];
    while let Some(item) = pager.next().await {
        item.unwrap();
        offsets.push(pager.next_offset());
    }
    assert_eq!(offsets, [0, 0, 2, 2, 4, 5]);
}

#[tokio::test]
async fn j20_an_item_that_cannot_be_read_ends_nothing() {
    let size = NonZeroU32::new(3).unwrap();
    let pager: Pager<u64> = Pager::new(size, |offset| {
        let mut page = Page::new(if offset == 0 { 3 } else { 0 });
        if offset == 0 {
            page.push("1", 1);
            page.push_error(Error::new(ErrorKind::Decode, "no id"));
            page.push("3", 3);
        }
        Box::pin(std::future::ready(Ok(page)))
    });
    let mut pages = pager.into_pages();
    let page = pages.next().await.unwrap().unwrap();
    assert_eq!((page.offset(), page.received()), (0, 3));
    let items: Vec<_> = page.into_items().into_iter().map(Result::ok).collect();
    assert_eq!(items, [Some(1), None, Some(3)]);
    assert!(pages.next().await.is_none());
    assert_eq!(pages.next_offset(), 3);
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
