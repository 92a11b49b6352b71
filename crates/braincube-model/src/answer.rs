//! What the service answers, read: lists of entities, one entity, who am I, what a memory base is
//! to the data service. Nothing here receives one.
//!
//! ```
//! use braincube_model::{Entity, MemoryBase, answer};
//!
//! let body = br#"{"items": [{"bcId": 20, "name": "Dryer"}, {"name": "no id"}]}"#;
//! let page = answer::list::<MemoryBase>(body)?;
//! assert_eq!(page.received(), 2);
//! assert_eq!(page.items[0].as_ref().map(|base| base.name()), Ok(Some("Dryer")));
//! let error = page.items[1].as_ref().unwrap_err();
//! assert_eq!(error.to_string(), "items[1].bcId, line 1, column 43: it is missing");
//! # Ok::<(), answer::AnswerError>(())
//! ```

mod body;
mod error;
mod info;

use self::body::Body;
pub use self::body::{json, without_byte_order_mark};
pub use self::error::{AnswerError, ItemError};
pub use self::info::{MemoryBaseInfo, NoOrderVariable};
use crate::entity::{Braincube, Entity};

/// The items of one answer of a list, each read on its own.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ListPage<T> {
    /// The items, in the order in which they came. One that cannot be read is an error by itself:
    /// it takes no other item with it.
    pub items: Vec<Result<T, ItemError>>,
}

impl<T> ListPage<T> {
    /// How many items the answer held, good and bad: by so many the offset of the next page is
    /// further.
    pub const fn received(&self) -> usize {
        self.items.len()
    }

    /// Whether the answer held nothing: the list is at its end.
    pub const fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

/// A page of a list: `{"items": […]}`.
///
/// An empty body, as it comes with status 204, is an empty page.
///
/// # Errors
///
/// If the body is not JSON, has no list under `items`, or reports an error beside it: a value under `error` or `errors`
/// that is not empty. An empty list beside an error is not the end of a list.
pub fn list<T: Entity>(body: &[u8]) -> Result<ListPage<T>, AnswerError> {
    page(body, "items")
}

/// One entity.
///
/// # Errors
///
/// If the body is empty, no JSON, or no such entity.
pub fn one<T: Entity>(body: &[u8]) -> Result<T, AnswerError> {
    let body = Body::read(body)?.ok_or_else(AnswerError::empty)?;
    body.document(T::from_json)
}

/// The answer of [`Endpoints::user_me`](crate::request::Endpoints::user_me): the products that the
/// user may open. Those that are no braincube are in the list too; see
/// [`Braincube::is_braincube`].
///
/// # Errors
///
/// If the body is not JSON, has no list under `accessList`, or reports an error beside it, as for [`list`].
pub fn user_me(body: &[u8]) -> Result<ListPage<Braincube>, AnswerError> {
    page(body, "accessList")
}

/// The answer of [`Endpoints::memory_base_info`](crate::request::Endpoints::memory_base_info).
///
/// # Errors
///
/// If the body is empty, no JSON, no object, has something other than texts under its keys, or none of the keys.
pub fn memory_base_info(body: &[u8]) -> Result<MemoryBaseInfo, AnswerError> {
    let body = Body::read(body)?.ok_or_else(AnswerError::empty)?;
    body.document(MemoryBaseInfo::from_json)
}

fn page<T: Entity>(body: &[u8], key: &str) -> Result<ListPage<T>, AnswerError> {
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
