//! Lists that change where two pages meet, and pages that do not hold all that came.

use super::*;

/// A page of what a server holds from an offset on; what is done with each item is for the caller to say.
fn paged<F>(
    size: usize,
    window: usize,
    server: F,
    put: fn(&mut Page<u64>, u64),
) -> (Pager<u64>, Asked)
where
    F: Fn(usize) -> Vec<u64> + Send + Sync + 'static,
{
    let asked = Asked::default();
    let log = Arc::clone(&asked);
    let pager = Pager::new(
        NonZeroU32::new(u32::try_from(size).unwrap()).unwrap(),
        move |offset| {
            let mut log = log.lock().unwrap();
            let sent = server(log.len()).into_iter();
            let sent: Vec<u64> = sent
                .skip(usize::try_from(offset).unwrap())
                .take(size)
                .collect();
            log.push(offset);
            let mut page = Page::new(sent.len());
            sent.into_iter().for_each(|item| put(&mut page, item));
            Box::pin(std::future::ready(Ok(page)))
        },
    );
    let pager = pager.window(NonZeroUsize::new(window).unwrap());
    (pager, asked)
}

fn push(page: &mut Page<u64>, item: u64) {
    page.push(item.to_string(), item);
}

#[tokio::test]
async fn p4_what_is_put_in_where_two_pages_meet_is_no_loss() {
    for window in [1, 3] {
        for put_in in 1..10_usize {
            for at in 5..10_usize {
                let grown = move |request| {
                    let mut items: Vec<u64> = (0..30).collect();
                    if request > 0 {
                        items.splice(at..at, 1000..1000 + put_in as u64);
                    }
                    items
                };
                let (pager, asked) = paged(10, window, grown, push);
                let (mut items, duplicates) = all_of(pager).await;
                assert!(duplicates >= 1, "{put_in} at {at}");
                let sent = asked.lock().unwrap().len();
                assert!(sent <= 5 + 8, "{put_in} at {at}: {sent}");
                items.retain(|item| *item < 1000);
                assert_eq!(items, (0..30).collect::<Vec<_>>(), "{put_in} at {at}");
            }
        }
    }
}

#[tokio::test]
async fn p4_the_items_put_in_come_where_they_stand() {
    let grown = |request| match request {
        0 => (0..30).collect(),
        _ => (0..9).chain([1000, 1001]).chain(9..30).collect(),
    };
    let (pager, asked) = paged(10, 1, grown, push);
    let (items, duplicates) = all_of(pager).await;
    let expected: Vec<u64> = (0..10).chain([1000, 1001]).chain(10..30).collect();
    assert_eq!((items, duplicates), (expected, 1));
    assert_eq!(*asked.lock().unwrap(), [0, 9, 18, 27]);
}

#[tokio::test]
async fn p5_what_is_put_in_hides_no_loss() {
    // As many as a page holds stand in front of what came last, if that is there still.
    for gone in [0, 1, 5] {
        let changed = move |request| match request {
            0 => (0..30).collect(),
            _ => (gone..9)
                .chain(1000..1010 + gone)
                .chain(9 + gone..30)
                .collect(),
        };
        let (mut pager, asked) = paged(10, 1, changed, push);
        for expected in 0..10 {
            assert_eq!(pager.next().await.unwrap().unwrap(), expected);
        }
        let error = pager.next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Pagination, "{gone}");
        assert_eq!(*asked.lock().unwrap(), [0, 9]);
    }
}

/// Only every third item is wanted.
fn skip(page: &mut Page<u64>, item: u64) {
    match item % 3 {
        0 => page.push(item.to_string(), item),
        _ => page.skip(item.to_string()),
    }
}

#[tokio::test]
async fn p5_what_the_caller_skips_still_shows_what_is_lost() {
    for size in 2..7 {
        let (pager, asked) = paged(size, 8, |_| (0..40).collect(), skip);
        let items = pager.into_vec().await.unwrap();
        assert_eq!(items, (0..40).step_by(3).collect::<Vec<_>>(), "{size}");
        assert!(asked.lock().unwrap().len() <= requests(40, size) + 8);
        for gone in 1..4 {
            let shrunk = move |request| (if request == 0 { 0 } else { gone }..40).collect();
            let (pager, asked) = paged(size, 1, shrunk, skip);
            let error = pager.into_vec().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Pagination, "{gone} of {size}");
            assert_eq!(asked.lock().unwrap().len(), 2);
        }
    }
}

/// What is from 100 on cannot be read.
fn unreadable(page: &mut Page<u64>, item: u64) {
    match item {
        100.. => page.push_error(Error::new(ErrorKind::Decode, "no id")),
        _ => push(page, item),
    }
}

#[tokio::test]
async fn j20_p5_what_cannot_be_read_is_not_held_for_what_could_be() {
    let shrunk = |request| match request {
        0 => vec![0, 1, 2, 100, 4],
        _ => vec![1, 2, 100, 4],
    };
    let (mut pager, asked) = paged(3, 1, shrunk, unreadable);
    for expected in 0..3 {
        assert_eq!(pager.next().await.unwrap().unwrap(), expected);
    }
    let error = pager.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Pagination);
    assert_eq!(*asked.lock().unwrap(), [0, 2]);
    // What stood there before and could not be read either is the same.
    let (mut pager, asked) = paged(3, 1, |_| vec![0, 1, 100, 3], unreadable);
    let mut seen = Vec::new();
    while let Some(item) = pager.next().await {
        seen.push(item.ok());
    }
    assert_eq!(seen, [Some(0), Some(1), None, Some(3)]);
    assert_eq!(*asked.lock().unwrap(), [0, 2]);
}

#[tokio::test]
async fn p3_a_page_that_is_said_to_be_endless_takes_no_room() {
    let pager: Pager<u64> = Pager::new(NonZeroU32::MIN, |_| {
        Box::pin(std::future::ready(Ok(Page::new(usize::MAX))))
    });
    let error = pager.into_vec().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Pagination);
}
