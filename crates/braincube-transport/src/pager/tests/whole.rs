//! Servers that send more than a page.

use super::*;

/// A server that sends all of its items whatever it is asked for.
fn whole(total: u64) -> impl Fn(u64, usize) -> Result<Vec<u64>, Error> {
    move |_, _| Ok((0..total).collect())
}

#[tokio::test]
async fn p2_a_server_that_always_sends_the_whole_list_is_read_once() {
    for (size, total) in [(1, 2), (1, 13), (5, 6), (5, 13), (150, 3000)] {
        let (pager, asked) = listing(size, whole(total));
        let (items, duplicates) = all_of(pager).await;
        assert_eq!(items, (0..total).collect::<Vec<_>>());
        assert_eq!(duplicates, total, "size {size}");
        // It is seen before a window of pages is asked for.
        assert_eq!(*asked.lock().unwrap(), [0, total - 1], "size {size}");
    }
}

#[tokio::test]
async fn p2_where_no_more_than_asked_for_has_come_the_same_page_again_is_an_error() {
    for (size, total) in [(13, 13), (150, 13), (2, 2), (3, 1)] {
        let (pager, asked) = listing(size, whole(total));
        let error = pager.into_vec().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Pagination, "{total} of {size}");
        assert!(asked.lock().unwrap().len() <= 10);
    }
}

#[tokio::test]
async fn p2_a_whole_list_that_is_another_one_the_second_time_goes_on() {
    // One item more, and one item less: neither is the list that came before.
    for second in [14, 12] {
        let (pager, _) = listing(5, move |_, request| {
            Ok((0..if request == 0 { 13 } else { second }).collect())
        });
        let error = pager.into_vec().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Pagination, "{second}");
    }
}

#[tokio::test]
async fn p1_a_server_whose_pages_are_longer_than_asked_for_is_gone_along_with() {
    for (size, length, total) in [(5, 7, 40), (5, 7, 7), (1, 3, 40), (2, 40, 40), (3, 5, 13)] {
        let (pager, asked) = listing(size, move |offset, _| {
            Ok((offset..total).take(length).collect())
        });
        let (items, duplicates) = all_of(pager).await;
        assert_eq!(items, (0..total).collect::<Vec<_>>(), "{length} for {size}");
        assert_eq!(duplicates, 0, "{length} for {size}");
        let pages = usize::try_from(total).unwrap().div_ceil(length - 1);
        assert!(asked.lock().unwrap().len() <= pages + 8);
    }
}

#[tokio::test]
async fn j20_p2_an_item_that_cannot_be_read_comes_once_with_the_whole_list() {
    let pager: Pager<u64> = Pager::new(NonZeroU32::new(2).unwrap(), |_| {
        let mut page = Page::new(3);
        page.push("1", 1);
        page.push_error(Error::new(ErrorKind::Decode, "no id"));
        page.push("3", 3);
        Box::pin(std::future::ready(Ok(page)))
    });
    let mut pages = pager.into_pages();
    let page = pages.next().await.unwrap().unwrap();
    let items: Vec<_> = page.into_items().into_iter().map(Result::ok).collect();
    assert_eq!(items, [Some(1), None, Some(3)]);
    assert!(pages.next().await.is_none());
    assert_eq!(pages.duplicates(), 2);
}

/// Pages of seven where five are asked for, the second of which brings nothing whose id is known.
#[tokio::test]
async fn p1_p2_a_page_without_a_known_item_is_not_the_whole_list_again() {
    for is_readable in [true, false] {
        let pager: Pager<u64> = Pager::new(NonZeroU32::new(5).unwrap(), move |offset| {
            let items: Vec<_> = (offset..40).take(7).collect();
            let mut page = Page::new(items.len());
            for item in items {
                match (item, is_readable) {
                    (7..13, false) => page.push_error(Error::new(ErrorKind::Decode, "no id")),
                    // Left out by who asks, without a word.
                    (6..13, true) => {}
                    _ => page.push(item.to_string(), item),
                }
            }
            Box::pin(std::future::ready(Ok(page)))
        });
        let mut pages = pager.into_pages();
        let (mut read, mut unread) = (Vec::new(), 0);
        while let Some(page) = pages.next().await {
            for item in page.unwrap().into_items() {
                match item {
                    Ok(item) => read.push(item),
                    Err(_) => unread += 1,
                }
            }
        }
        let left_out = if is_readable { 6..13 } else { 7..13 };
        let expected: Vec<_> = (0..40).filter(|item| !left_out.contains(item)).collect();
        assert_eq!(read, expected, "readable: {is_readable}");
        assert_eq!(unread, if is_readable { 0 } else { 6 });
    }
}
