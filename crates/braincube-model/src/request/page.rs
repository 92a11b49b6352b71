//! [`Page`]: which items of a list are asked for.

use super::RequestError;

/// Which items of a list are asked for: `size` of them, from the one at `offset` on.
///
/// ```
/// use braincube_model::request::Page;
///
/// assert_eq!(Page::first(), Page { offset: 0, size: 150 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(
    clippy::exhaustive_structs,
    reason = "the service takes exactly these two numbers"
)]
pub struct Page {
    /// How many items come before the first one asked for. It counts items, not pages.
    pub offset: u64,
    /// How many items are asked for: 1 to [`Page::MAX_SIZE`]. The service may answer with fewer.
    pub size: u32,
}

impl Page {
    /// How many items the Python package asks for at a time.
    pub const DEFAULT_SIZE: u32 = 150;

    /// The largest page that is asked for. What the service allows is not known.
    pub const MAX_SIZE: u32 = 10_000;

    /// The first page, of [`Page::DEFAULT_SIZE`] items.
    pub const fn first() -> Self {
        Self::from_offset(0)
    }

    /// The page from `offset` on, of [`Page::DEFAULT_SIZE`] items.
    pub const fn from_offset(offset: u64) -> Self {
        Self {
            offset,
            size: Self::DEFAULT_SIZE,
        }
    }

    pub(crate) fn to_query(self) -> Result<String, RequestError> {
        if !(1..=Self::MAX_SIZE).contains(&self.size) {
            return Err(RequestError::PageSize { size: self.size });
        }
        Ok(format!("?offset={}&size={}", self.offset, self.size))
    }
}

impl Default for Page {
    fn default() -> Self {
        Self::first()
    }
}
