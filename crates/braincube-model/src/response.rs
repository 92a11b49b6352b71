//! Parses the responses of the service: lists of entities, single entities, the user, the description of a memory base.
//! This crate does not receive them.
//!
//! ```
//! use braincube_model::{Entity, MemoryBase, response};
//!
//! let body = br#"{"items": [{"bcId": 20, "name": "Dryer"}, {"name": "no id"}]}"#;
//! let page = response::list::<MemoryBase>(body)?;
//! assert_eq!(page.received(), 2);
//! assert_eq!(page.items[0].as_ref().map(|base| base.name()), Ok(Some("Dryer")));
//! let error = page.items[1].as_ref().unwrap_err();
//! assert_eq!(error.to_string(), "items[1].bcId, line 1, column 43: the value is missing");
//! # Ok::<(), response::ResponseError>(())
//! ```

mod body;
mod error;
mod info;

use self::body::Body;
pub use self::body::{json, without_byte_order_mark};
pub use self::error::{ItemError, ResponseError};
pub use self::info::{MemoryBaseInfo, OrderVariableError};
use crate::entity::{Braincube, Entity};

/// One page of a list. Each item is parsed separately.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ListPage<T> {
    /// The items, in the order of the service. An item that cannot be parsed is an error and does not affect the others.
    pub items: Vec<Result<T, ItemError>>,
}

impl<T> ListPage<T> {
    /// The number of items, including those that cannot be parsed. The offset of the next page is larger by this number.
    pub const fn received(&self) -> usize {
        self.items.len()
    }

    /// Whether the page has no items, which is the end of the list.
    pub const fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

/// Parses a page of a list: `{"items": […]}`.
///
/// An empty body, as with status 204, is an empty page.
///
/// # Errors
///
/// If the body is not JSON, has no list under `items`, or also reports an error: a value under `error` or `errors` that is
/// not empty. So an empty list with an error is not the end of the list.
pub fn list<T: Entity>(body: &[u8]) -> Result<ListPage<T>, ResponseError> {
    page(body, "items")
}

/// Parses one entity.
///
/// # Errors
///
/// If the body is empty, not JSON, or not such an entity.
pub fn one<T: Entity>(body: &[u8]) -> Result<T, ResponseError> {
    let body = Body::read(body)?.ok_or(ResponseError::Empty)?;
    body.document(T::from_json)
}

/// Parses the response of [`Endpoints::user_me`](crate::request::Endpoints::user_me): the products that the user may open.
///
/// Products other than braincubes are included; see [`Braincube::is_braincube`].
///
/// # Errors
///
/// If the body is not JSON, has no list under `accessList`, or also reports an error, as for [`list`].
pub fn user_me(body: &[u8]) -> Result<ListPage<Braincube>, ResponseError> {
    page(body, "accessList")
}

/// Parses the response of [`Endpoints::memory_base_info`](crate::request::Endpoints::memory_base_info).
///
/// # Errors
///
/// If the body is empty, not JSON, not an object, a value is not a text, or all keys are missing.
pub fn memory_base_info(body: &[u8]) -> Result<MemoryBaseInfo, ResponseError> {
    let body = Body::read(body)?.ok_or(ResponseError::Empty)?;
    body.document(MemoryBaseInfo::from_json)
}

fn page<T: Entity>(body: &[u8], key: &str) -> Result<ListPage<T>, ResponseError> {
    let Some(body) = Body::read(body)? else {
        return Ok(ListPage { items: Vec::new() });
    };
    let items = body.items(key)?;
    let read = |(index, item)| {
        T::from_json(item).map_err(|error| body.locate(error.at_index(index).under(key)))
    };
    Ok(ListPage {
        items: items.into_iter().enumerate().map(read).collect(),
    })
}

#[cfg(test)]
mod tests;
