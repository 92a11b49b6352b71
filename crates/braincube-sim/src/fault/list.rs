//! Faults of lists change the requested page.

use axum::http::Uri;

use super::random::splitmix64;

/// Returns the URI with another page: `change` maps offset and size. `None` if the request has no page.
pub(super) fn with_page(uri: &Uri, change: impl Fn(u64, u64) -> (u64, u64)) -> Option<Uri> {
    let mut offset = None;
    let mut size = None;
    for pair in uri.query()?.split('&') {
        match pair.split_once('=') {
            Some(("offset", value)) => offset = Some(value.parse().ok()?),
            Some(("size", value)) => size = Some(value.parse().ok()?),
            _ => {}
        }
    }
    let (offset, size) = change(offset.unwrap_or(0), size?);
    let path = uri.path();
    format!("{path}?offset={offset}&size={size}").parse().ok()
}

/// Maps an offset to the unchanged list after the list has grown `times` by `by` items at its start. The inserted
/// items are not visible: the first items are repeated instead.
pub(super) fn shifted(offset: u64, by: i64, times: u64) -> u64 {
    let shift = by.unsigned_abs().saturating_mul(times);
    if by < 0 {
        offset.saturating_add(shift)
    } else {
        offset.saturating_sub(shift)
    }
}

/// A change of the order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// Two items are exchanged.
    Swap(usize, usize),
    /// One item is moved to the front.
    ToFront(usize),
    /// Blocks of this number of items are shuffled; the seed is how often the fault was applied before.
    Shuffle(usize, u64),
}

/// The changes of the order of a list, applied one after the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Orders(pub(crate) Vec<Order>);

impl Order {
    /// Reorders a list. Positions beyond its end have no effect.
    pub(crate) fn apply<T>(self, items: &mut [T]) {
        match self {
            Self::Swap(first, second) if first.max(second) < items.len() => {
                items.swap(first, second);
            }
            Self::ToFront(position) if position < items.len() => {
                items[..=position].rotate_right(1);
            }
            Self::Shuffle(block, seed) => {
                for block in items.chunks_mut(block.max(1)) {
                    shuffle(block, seed);
                }
            }
            _ => {}
        }
    }
}

/// The Fisher-Yates shuffle.
fn shuffle<T>(items: &mut [T], seed: u64) {
    let mut bits = splitmix64(seed);
    for last in (1..items.len()).rev() {
        bits = splitmix64(bits);
        let other = usize::try_from(bits % (last as u64 + 1)).unwrap_or(last);
        items.swap(last, other);
    }
}

#[cfg(test)]
mod tests {
    use super::{Order, shifted, with_page};

    #[test]
    fn items_are_exchanged_moved_and_shuffled() {
        let list = |order: Order| {
            let mut items: Vec<u64> = (0..6).collect();
            order.apply(&mut items);
            items
        };
        assert_eq!(list(Order::Swap(1, 4)), [0, 4, 2, 3, 1, 5]);
        assert_eq!(list(Order::ToFront(3)), [3, 0, 1, 2, 4, 5]);
        for behind in [Order::Swap(1, 6), Order::ToFront(6)] {
            assert_eq!(list(behind), [0, 1, 2, 3, 4, 5]);
        }
        let shuffled = (0..20).map(|seed| list(Order::Shuffle(3, seed)));
        let shuffled: std::collections::BTreeSet<_> = shuffled.collect();
        assert!(shuffled.len() > 5, "{shuffled:?}");
        for items in &shuffled {
            assert!(items[..3].iter().all(|item| *item < 3), "{items:?}");
        }
    }

    #[test]
    fn only_requests_with_a_page_are_changed() {
        let change = |uri: &str| {
            let uri = uri.parse().unwrap();
            with_page(&uri, |offset, size| (offset + 1, size.min(7))).map(|uri| uri.to_string())
        };
        assert_eq!(
            change("/mb?offset=3&size=150").as_deref(),
            Some("/mb?offset=4&size=7")
        );
        assert_eq!(change("/mb?size=5").as_deref(), Some("/mb?offset=1&size=5"));
        for unchanged in ["/mb", "/mb?offset=3", "/mb?offset=x&size=3"] {
            assert_eq!(change(unchanged), None, "{unchanged}");
        }
    }

    #[test]
    fn a_growing_list_shifts_backward_and_a_shrinking_list_forward() {
        assert_eq!(shifted(10, 1, 2), 8);
        assert_eq!(shifted(1, 1, 2), 0);
        assert_eq!(shifted(10, -1, 2), 12);
    }
}
