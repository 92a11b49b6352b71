//! Random lists that change at random while they are read.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

/// One change of a list; positions are taken modulo its length.
#[derive(Clone, Copy, Debug)]
enum Change {
    Move(usize, usize),
    Swap(usize, usize),
    Insert(usize),
    Remove(usize),
}

fn moving() -> impl Strategy<Value = Change> {
    any::<(usize, usize)>().prop_map(|(from, to)| Change::Move(from, to))
}

fn reordering() -> impl Strategy<Value = Change> {
    prop_oneof![
        moving(),
        any::<(usize, usize)>().prop_map(|(one, other)| Change::Swap(one, other)),
    ]
}

fn resizing() -> impl Strategy<Value = Change> {
    prop_oneof![
        any::<usize>().prop_map(Change::Insert),
        any::<usize>().prop_map(Change::Remove),
    ]
}

/// The items of a server, which changes them before each request.
#[derive(Debug)]
struct List {
    items: Vec<u64>,
    changes: Vec<Vec<Change>>,
    requests: usize,
    next_id: u64,
    /// The items that have been there since the first request.
    constant: BTreeSet<u64>,
}

impl List {
    fn new(total: u64, changes: Vec<Vec<Change>>) -> Self {
        Self {
            items: (0..total).collect(),
            changes,
            requests: 0,
            next_id: total,
            constant: (0..total).collect(),
        }
    }

    fn change(&mut self, change: Change) {
        let items = &mut self.items;
        let length = items.len();
        match change {
            Change::Insert(at) => {
                items.insert(at % (length + 1), self.next_id);
                self.next_id += 1;
            }
            _ if length == 0 => {}
            Change::Move(from, to) => {
                let item = items.remove(from % length);
                items.insert(to % length, item);
            }
            Change::Swap(one, other) => items.swap(one % length, other % length),
            Change::Remove(at) => {
                let item = items.remove(at % length);
                self.constant.remove(&item);
            }
        }
    }

    fn page(&mut self, offset: u64, length: usize) -> Page<u64> {
        if let Some(before) = self.requests.checked_sub(1)
            && let Some(changes) = self.changes.get(before).cloned()
        {
            changes.into_iter().for_each(|change| self.change(change));
        }
        self.requests += 1;
        let items = self.items.iter().copied();
        let items = items.skip(usize::try_from(offset).unwrap());
        page_of(items.take(length).collect())
    }
}

/// How a list is read.
#[derive(Clone, Copy, Debug)]
struct Reader {
    size: u32,
    largest: u32,
    cap: usize,
    window: usize,
    expected: u64,
    /// Whether all items are requested at once.
    whole: bool,
}

fn reader(caps: std::ops::Range<usize>) -> impl Strategy<Value = Reader> {
    (
        1..12_u32,
        1..60_u32,
        caps,
        1..9_usize,
        0..60_u64,
        any::<bool>(),
    )
        .prop_map(|(size, largest, cap, window, expected, whole)| Reader {
            size,
            largest,
            cap,
            window,
            expected,
            whole,
        })
}

/// Reads a list. The time of a response depends on `seed`, so that responses arrive in another order than the requests were
/// sent. Panics if items are missing without an error.
fn check(list: List, reader: Reader, seed: Option<u64>) {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let shared = Arc::new(Mutex::new(list));
    let list = Arc::clone(&shared);
    let size = |size| NonZeroU32::new(size).unwrap();
    let pager = Pager::new(size(reader.size), move |offset, size| {
        let length = reader.cap.min(size.get() as usize);
        let Some(seed) = seed else {
            let page = list.lock().unwrap().page(offset, length);
            return Box::pin(std::future::ready(Ok::<_, Error>(page))) as _;
        };
        let list = Arc::clone(&list);
        Box::pin(async move {
            let time = (offset + 1).wrapping_mul(seed | 1) % 97;
            tokio::time::sleep(Duration::from_millis(time)).await;
            let page = list.lock().unwrap().page(offset, length);
            Ok(page)
        })
    });
    let mut pager = pager
        .largest_page(size(reader.largest))
        .window(NonZeroUsize::new(reader.window).unwrap())
        .expecting(reader.expected);
    let outcome = runtime.block_on(async {
        if reader.whole {
            return pager.into_vec().await;
        }
        let mut items = Vec::new();
        while let Some(item) = pager.next().await {
            items.push(item?);
        }
        Ok(items)
    });
    let items = match outcome {
        Ok(items) => items,
        Err(error) => return assert_eq!(error.kind(), ErrorKind::Integrity),
    };
    let distinct: BTreeSet<u64> = items.iter().copied().collect();
    assert_eq!(
        distinct.len(),
        items.len(),
        "an item was yielded twice: {items:?}"
    );
    let list = shared.lock().unwrap();
    let missing: Vec<_> = list.constant.difference(&distinct).collect();
    assert!(missing.is_empty(), "{missing:?} of {items:?}");
    if list.changes.is_empty() {
        assert!(items.into_iter().eq(0..list.next_id));
    }
}

/// As many lists as take a second or two by default; more with `PROPTEST_CASES`.
fn cases() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn p17_a_list_that_does_not_change_is_read_once(
        total in 0..40_u64,
        reader in reader(1..12),
        seed in any::<Option<u64>>(),
    ) {
        check(List::new(total, Vec::new()), reader, seed);
    }

    #[test]
    fn p17_one_change_between_two_requests_loses_nothing(
        total in 0..40_u64,
        changes in prop::collection::vec(prop_oneof![moving(), resizing()], 0..40),
        reader in reader(2..12),
    ) {
        let changes = changes.into_iter().map(|change| vec![change]).collect();
        let reader = Reader { window: 1, ..reader };
        check(List::new(total, changes), reader, None);
    }

    #[test]
    fn p17_one_change_loses_nothing_in_pages_of_one_item(
        total in 3..20_u64,
        change in prop_oneof![reordering(), resizing()],
        before in 0..40_usize,
        reader in reader(1..2),
    ) {
        let mut changes = vec![Vec::new(); before];
        changes.push(vec![change]);
        check(List::new(total, changes), reader, None);
    }

    #[test]
    fn p17_any_reordering_loses_nothing(
        total in 0..40_u64,
        changes in prop::collection::vec(prop::collection::vec(reordering(), 0..4), 0..60),
        reader in reader(1..12),
        seed in any::<Option<u64>>(),
    ) {
        check(List::new(total, changes), reader, seed);
    }

    #[test]
    fn p17_any_additions_and_removals_lose_nothing(
        total in 0..40_u64,
        changes in prop::collection::vec(prop::collection::vec(resizing(), 0..4), 0..60),
        reader in reader(100..101),
        seed in any::<Option<u64>>(),
    ) {
        let size = reader.size.max(2);
        check(List::new(total, changes), Reader { size, ..reader }, seed);
    }
}
