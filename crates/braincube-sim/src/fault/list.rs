//! Faults of lists change the requested page.

use axum::http::Uri;

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

#[cfg(test)]
mod tests {
    use super::{shifted, with_page};

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
