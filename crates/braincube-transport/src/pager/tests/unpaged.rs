//! Servers that ignore the page size, or offset and size.

use super::*;

/// A server that sends all of its items for every page.
fn whole(total: u64) -> impl Fn(u64, usize) -> Result<Vec<u64>, Error> {
    move |_, _| Ok((0..total).collect())
}

#[tokio::test]
async fn p2_a_server_that_always_sends_the_whole_list_is_read_once() {
    for (size, total) in [(1, 3), (1, 13), (5, 6), (5, 13), (150, 3000)] {
        let (pager, requested) = listing(size, whole(total));
        let items = pager.into_vec().await.unwrap();
        assert_eq!(items, (0..total).collect::<Vec<_>>());
        // This shows before a window of pages is requested.
        assert_eq!(*requested.lock().unwrap(), [0, total - 1], "size {size}");
    }
}

#[tokio::test]
async fn p2_the_same_page_again_is_an_error_unless_it_was_longer_than_requested() {
    for (size, total) in [(13, 13), (150, 13), (2, 2), (3, 1)] {
        let (pager, requested) = listing(size, whole(total));
        let error = pager.into_vec().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Integrity, "{total} of {size}");
        assert!(requested.lock().unwrap().len() <= 3 * 9);
    }
}

#[tokio::test]
async fn p2_a_whole_list_that_changes_is_read_again() {
    // One item more, and one item less: neither is the list of the first response.
    for second in [14, 12] {
        let (pager, requested) = listing(5, move |_, request| {
            Ok((0..if request == 0 { 13 } else { second }).collect())
        });
        let items = pager.into_vec().await.unwrap();
        assert_eq!(items, (0..second).collect::<Vec<_>>());
        assert_eq!(*requested.lock().unwrap(), [0, 12, 0, second - 1]);
    }
}

#[tokio::test]
async fn p1_pages_longer_than_requested_are_read_as_they_are() {
    for (size, length, total) in [(5, 7, 40), (5, 7, 7), (1, 3, 40), (2, 40, 40), (3, 5, 13)] {
        let (pager, requested) = listing(size, move |offset, _| {
            Ok((offset..total).take(length).collect())
        });
        let items = pager.into_vec().await.unwrap();
        assert_eq!(items, (0..total).collect::<Vec<_>>(), "{length} for {size}");
        let pages = usize::try_from(total).unwrap().div_ceil(length - 1);
        assert!(requested.lock().unwrap().len() <= pages + 8);
    }
}
