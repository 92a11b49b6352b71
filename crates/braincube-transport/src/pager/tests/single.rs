//! Pages of one item, asked for or handed out: they overlap with nothing.

use super::*;

/// What was asked for at once, and what the server hands out at most.
const SINGLE: [(u32, usize); 3] = [(1, 1), (1, 7), (10, 1)];

/// The items 0 to `total`, of which the first ones are gone from a request on, or new ones stand before them.
fn changed(total: u64, gone: u64, grown: u64) -> Vec<u64> {
    (1000..1000 + grown).chain(gone..total).collect()
}

/// What comes from a list in pages of one item that is changed before this request, and the error, if there is one.
async fn read(size: u32, total: u64, change: usize, after: Vec<u64>) -> (Vec<u64>, Option<Error>) {
    let (mut pager, _) = listing(size, move |offset, request| {
        let items = if request < change {
            changed(total, 0, 0)
        } else {
            after.clone()
        };
        let offset = usize::try_from(offset).unwrap();
        Ok(items.into_iter().skip(offset).take(1).collect())
    });
    let mut items = Vec::new();
    loop {
        match pager.next().await {
            None => return (items, None),
            Some(Ok(item)) => items.push(item),
            Some(Err(error)) => {
                assert!(pager.next().await.is_none());
                return (items, Some(error));
            }
        }
    }
}

#[tokio::test]
async fn p1_p5_behind_each_item_the_one_before_is_asked_for_again() {
    for (size, cap, expected) in [
        (1, 1, vec![0, 1, 0, 2, 1, 3, 2]),
        (10, 1, vec![0, 1, 0, 2, 1, 3, 2]),
        // Two at once overlap, and show that there are no more.
        (10, 2, vec![0, 1, 2]),
    ] {
        let (pager, asked) = listing(size, server(3, cap, size as usize));
        assert_eq!(pager.into_vec().await.unwrap(), [0, 1, 2]);
        assert_eq!(*asked.lock().unwrap(), expected, "size {size}, cap {cap}");
    }
    // Nor is there anything to prove where there is one item, unless no more were asked for.
    for (size, expected) in [(10, vec![0, 1]), (1, vec![0, 1, 0])] {
        let (pager, asked) = listing(size, server(1, 10, size as usize));
        assert_eq!(pager.into_vec().await.unwrap(), [0]);
        assert_eq!(*asked.lock().unwrap(), expected, "size {size}");
    }
}

#[tokio::test]
async fn p5_no_item_is_lost_without_an_error() {
    for (size, _) in SINGLE {
        for gone in 1..=3 {
            for total in 3..12 {
                for change in 1..2 * usize::try_from(total).unwrap() + 2 {
                    // A single item and nothing behind it: that is believed.
                    if size > 1 && change == 1 && total - gone <= 1 {
                        continue;
                    }
                    let after = changed(total, gone, 0);
                    let (items, error) = read(size, total, change, after).await;
                    let row = format!("{size}, {gone} of {total} gone at {change}: {items:?}");
                    match error {
                        Some(error) => assert_eq!(error.kind(), ErrorKind::Pagination, "{row}"),
                        None => assert_eq!(items, (0..total).collect::<Vec<_>>(), "{row}"),
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn p5_a_list_that_goes_on_losing_items_is_an_error() {
    for (size, cap) in SINGLE {
        if cap.min(size as usize) > 1 {
            continue;
        }
        for every in 1..4 {
            let (pager, asked) = listing(size, move |offset, request| {
                let gone = (request / every) as u64;
                Ok((offset + gone..20).take(1).collect())
            });
            let error = pager.into_vec().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Pagination, "{every}");
            assert!(asked.lock().unwrap().len() <= 2 * every + 2, "{every}");
        }
    }
}

#[tokio::test]
async fn p4_what_grows_is_read_to_its_end_where_that_can_be_told() {
    for (size, _) in SINGLE {
        for change in 1..16 {
            let (items, error) = read(size, 6, change, changed(6, 0, 1)).await;
            // Something new stands at the one place that is looked at.
            if change == 2 {
                assert_eq!(error.unwrap().kind(), ErrorKind::Pagination);
                continue;
            }
            assert!(error.is_none(), "{change}: {error:?}");
            assert_eq!(items, [0, 1, 2, 3, 4, 5], "{change}");
        }
    }
}
