//! [`Page`]: a part of a list.

use super::RequestError;
use super::error::Result;

/// A part of a list: `size` items, starting with the one at `offset`.
///
/// ```
/// use braincube_model::request::Page;
///
/// assert_eq!(Page::first(), Page { offset: 0, size: 150 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(
    clippy::exhaustive_structs,
    reason = "the service accepts exactly these two numbers"
)]
pub struct Page {
    /// The number of items before the page.
    pub offset: u64,
    /// The number of items: 1 to [`Page::MAX_SIZE`]. The response may contain fewer.
    pub size: u32,
}

impl Page {
    /// The size that the Python package requests.
    pub const DEFAULT_SIZE: u32 = 150;

    /// The largest size that is accepted. The limit of the service is not known.
    pub const MAX_SIZE: u32 = 10_000;

    /// The first page, with [`Page::DEFAULT_SIZE`] items.
    pub const fn first() -> Self {
        Self::from_offset(0)
    }

    /// The page at `offset`, with [`Page::DEFAULT_SIZE`] items.
    pub const fn from_offset(offset: u64) -> Self {
        Self {
            offset,
            size: Self::DEFAULT_SIZE,
        }
    }

    pub(crate) fn to_query(self) -> Result<String> {
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
