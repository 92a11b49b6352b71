//! [`Page`]: the requested part of a list.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use crate::fault::Orders;
use crate::problem::Problem;

/// `?offset=N&size=M`: at most M items from position N on. Without a size, all items.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Page {
    #[serde(default)]
    offset: usize,
    size: Option<usize>,
    /// How faults reorder the list.
    #[serde(skip)]
    orders: Orders,
}

impl Page {
    /// The whole list, for the older lists without pages.
    pub(crate) const ALL: Self = Self {
        offset: 0,
        size: None,
        orders: Orders(Vec::new()),
    };

    /// Returns the page as a response, with the items converted by `show`. A page beyond the end is empty.
    pub(crate) fn of<T, E: Serialize>(
        self,
        items: impl Iterator<Item = T>,
        show: impl Fn(T) -> E,
    ) -> Response {
        let size = self.size.unwrap_or(usize::MAX);
        let mut items: Vec<T> = items.collect();
        for order in self.orders.0 {
            order.apply(&mut items);
        }
        let items = items.into_iter().skip(self.offset).take(size);
        let items = items.map(show).collect();
        Json(Listed { items }).into_response()
    }
}

/// The JSON of a page.
#[derive(Serialize)]
struct Listed<E> {
    items: Vec<E>,
}

impl<S: Send + Sync> FromRequestParts<S> for Page {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let query: Result<Query<Self>, QueryRejection> =
            Query::from_request_parts(parts, state).await;
        let Query(mut page) = query
            .map_err(|_| Problem::bad_request("offset and size must be non-negative integers"))?;
        page.orders = parts.extensions.remove().unwrap_or_default();
        Ok(page)
    }
}
