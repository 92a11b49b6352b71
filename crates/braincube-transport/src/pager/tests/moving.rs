//! Lists that change while they are read, in each way that has been seen to lose items.

use super::*;

const TOTAL: u64 = 373;
const SIZE: u32 = 150;
const LARGEST: u32 = 10_000;
const CAPS: [usize; 8] = [1, 2, 7, 100, 149, 150, 151, usize::MAX];

/// The outcome of a list: its items or the error, the number of readings, and the number of requests.
struct Outcome {
    items: Result<Vec<u64>, Error>,
    readings: u32,
    requests: usize,
}

/// Reads a list in pages of at most `cap` items. `list` returns the items at the time of a request.
async fn read<F>(cap: usize, list: F) -> Outcome
where
    F: Fn(usize) -> Vec<u64> + Send + Sync + 'static,
{
    let requested = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&requested);
    let size = |size| NonZeroU32::new(size).unwrap();
    let pager = Pager::new(size(SIZE), move |offset, size| {
        let items = list(count.fetch_add(1, Relaxed)).into_iter();
        let items = items.skip(usize::try_from(offset).unwrap());
        let page = page_of(items.take(cap.min(size.get() as usize)).collect());
        Box::pin(std::future::ready(Ok(page)))
    });
    let mut pager = pager.largest_page(size(LARGEST)).expecting(1_000);
    let mut items: Result<Vec<u64>, Error> = Ok(Vec::new());
    while let Some(item) = pager.next().await {
        match item {
            Ok(item) => items.as_mut().unwrap().push(item),
            Err(error) => items = Err(error),
        }
    }
    Outcome {
        items,
        readings: pager.readings(),
        requests: requested.load(Relaxed),
    }
}

impl Outcome {
    /// All items were yielded, each once.
    fn assert_complete(&self, row: &str) {
        let mut items = self.items.as_ref().unwrap().clone();
        items.sort_unstable();
        assert_eq!(items, (0..TOTAL).collect::<Vec<_>>(), "{row}");
    }

    /// As [`assert_complete`](Self::assert_complete), or it ended with an error.
    fn assert_not_short(&self, row: &str) {
        match &self.items {
            Ok(_) => self.assert_complete(row),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Integrity, "{row}");
                assert_eq!(self.readings, 3, "{row}");
                let text = error.to_string();
                let counts = text.contains("different items for") && text.contains("try again");
                assert!(counts, "{row}: {text}");
            }
        }
    }
}

fn stable() -> Vec<u64> {
    (0..TOTAL).collect()
}

/// The list in another order for each seed, within blocks of `rank` items.
fn shuffled(rank: usize, seed: usize) -> Vec<u64> {
    let mut items = stable();
    for block in items.chunks_mut(rank) {
        block.sort_by_key(|item| {
            let mixed = (item + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15 ^ (seed as u64) << 7);
            mixed ^ (mixed >> 29)
        });
    }
    items
}

#[tokio::test]
async fn p12_swapped_items_are_read_again() {
    for cap in CAPS {
        let swapped = |request| {
            let mut items = stable();
            if request > 0 {
                items.swap(50, 160);
            }
            items
        };
        let outcome = read(cap, swapped).await;
        outcome.assert_complete(&format!("cap {cap}"));
        // If a page ends before both of them, all pages continue each other.
        let expected = if cap <= 50 { 1 } else { 2 };
        assert_eq!(outcome.readings, expected, "cap {cap}");
    }
}

#[tokio::test]
async fn p13_an_item_moved_to_the_front_is_read_again() {
    for cap in CAPS {
        let moved = |request| {
            let mut items = stable();
            if request > 0 {
                items[..=300].rotate_right(1);
            }
            items
        };
        let outcome = read(cap, moved).await;
        outcome.assert_complete(&format!("cap {cap}"));
        assert_eq!(outcome.readings, 2, "cap {cap}");
    }
}

#[tokio::test]
async fn p14_ties_that_are_always_shuffled_are_complete_or_an_error() {
    let mut complete = 0;
    for cap in CAPS {
        for rank in [2, 5, 40, 373] {
            for seed in 0..3 {
                let outcome = read(cap, move |request| shuffled(rank, seed * 1_000 + request));
                let outcome = outcome.await;
                outcome.assert_not_short(&format!("cap {cap}, rank {rank}, seed {seed}"));
                complete += usize::from(outcome.items.is_ok());
                if cap == usize::MAX {
                    // The largest page contains the whole list, and its order does not matter.
                    outcome.assert_complete(&format!("rank {rank}, seed {seed}"));
                }
            }
        }
    }
    assert!(complete > 3 * 4, "{complete}");
}

#[tokio::test]
async fn p15_a_list_that_moves_for_a_few_requests_is_complete() {
    for cap in CAPS {
        for requests in 1..=3 {
            for seed in 0..5 {
                let outcome = read(cap, move |request| match request < requests {
                    true => shuffled(40, seed * 1_000 + request),
                    false => stable(),
                });
                let row = format!("cap {cap}, {requests} requests, seed {seed}");
                outcome.await.assert_complete(&row);
            }
        }
    }
}

#[tokio::test]
async fn p16_a_complete_list_costs_no_additional_request() {
    // Pages of `cap` items that overlap by one, and the requests after the end.
    for cap in CAPS {
        let outcome = read(cap, |_| stable()).await;
        outcome.assert_complete(&format!("cap {cap}"));
        assert_eq!(outcome.readings, 1);
        let needed = requests(TOTAL, cap.min(SIZE as usize));
        let besides = outcome.requests.checked_sub(needed).unwrap();
        assert!(besides <= 8 + 6, "cap {cap}: {besides}");
    }
}

#[tokio::test]
async fn p4_p5_one_item_more_or_less_is_read_again() {
    for cap in CAPS {
        for at in [0, 100, 148, 149, 150, 372] {
            for request in 1..=3 {
                let deleted = move |now| {
                    let mut items = stable();
                    if now >= request {
                        items.remove(at);
                    }
                    items
                };
                let outcome = read(cap, deleted).await;
                let mut items = outcome.items.unwrap();
                items.retain(|item| *item != at as u64);
                items.sort_unstable();
                let expected: Vec<_> = (0..TOTAL).filter(|item| *item != at as u64).collect();
                assert_eq!(items, expected, "cap {cap}, {at} at {request}");
                let inserted = move |now| {
                    let mut items = stable();
                    if now >= request {
                        items.insert(at, 1_000);
                    }
                    items
                };
                let outcome = read(cap, inserted).await;
                let mut items = outcome.items.unwrap();
                items.retain(|item| *item != 1_000);
                items.sort_unstable();
                assert_eq!(items, stable(), "cap {cap}, {at} at {request}");
            }
        }
    }
}

#[tokio::test]
async fn p4_a_list_that_grows_with_each_request_is_an_error() {
    for cap in CAPS {
        let grown = |request: usize| {
            let new = (1_000..1_000 + request as u64).rev();
            new.chain(stable()).collect()
        };
        let outcome = read(cap, grown).await;
        let error = outcome.items.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Integrity, "cap {cap}");
        let text = error.to_string();
        assert!(cap == 1 || text.contains("did not begin with"), "{text}");
        // Nothing is requested after a page that does not continue the one before.
        assert!(
            outcome.requests <= 3 * (3 + 8),
            "cap {cap}: {}",
            outcome.requests
        );
    }
}

#[tokio::test]
async fn p12_all_items_are_those_of_one_complete_reading() {
    let (pager, _) = listing(4, |offset, request| {
        let items = if request == 0 {
            [0, 1, 2, 3, 4]
        } else {
            [9, 0, 1, 2, 4]
        };
        Ok(items
            .into_iter()
            .skip(usize::try_from(offset).unwrap())
            .take(4)
            .collect())
    });
    assert_eq!(pager.into_vec().await.unwrap(), [9, 0, 1, 2, 4]);
}
