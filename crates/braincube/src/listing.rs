//! Reads entities: one by its bcId, or a list page by page.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use braincube_model::request::{Endpoints, Page as PageRequest};
use braincube_model::{BcId, Braincube, response};
use braincube_transport::{Page, PageFuture, Pager};
use futures_util::future::BoxFuture;

use crate::connection::Connection;
use crate::error::{Error, ErrorKind, Result};
use crate::resource::{Place, Resource};

/// The maximum page size of the service. Operations that need a whole list use it to send as few requests as possible.
pub(crate) const MAX_PAGE_SIZE: NonZeroU32 =
    NonZeroU32::new(PageRequest::MAX_SIZE).expect("the maximum is positive");

/// Adds to an error of a page what only further requests can find out.
pub(crate) type Explain = fn(Connection, Place, Error) -> BoxFuture<'static, Error>;

/// Reads the access list of the credentials and returns its braincubes.
pub(crate) async fn braincubes(connection: &Connection) -> Result<Vec<Braincube>> {
    let access = connection
        .call(Endpoints::user_me, response::user_me)
        .await?;
    let mut braincubes = Vec::new();
    for product in access.items {
        match product {
            Ok(product) if product.is_braincube() => braincubes.push(product),
            Ok(_) => {}
            Err(error) => tracing::warn!("skipping an entry of the access list: {error}"),
        }
    }
    Ok(braincubes)
}

/// Reads one entity.
pub(crate) async fn read<E: Resource>(
    connection: &Connection,
    place: &Place,
    bcid: &BcId,
) -> Result<E> {
    let request = |endpoints: &Endpoints| endpoints.one::<E>(place.scope(), bcid);
    let entity: E = connection.call(request, response::one).await?;
    match (entity.bcid().number(), bcid.number()) {
        (Ok(found), Ok(requested)) if found != requested => Err(Error::other_entity(&format!(
            "the response describes {found} instead"
        ))),
        _ => Ok(entity),
    }
}

/// Reads a list in pages of `size` entities.
///
/// If the server rejects this size, further pages have the page size of the connection.
pub(crate) fn pager<E: Resource>(
    connection: Connection,
    place: Place,
    size: NonZeroU32,
    explain: Explain,
) -> Pager<E, Error> {
    let accepted = Arc::new(AtomicU32::new(u32::MAX));
    let fetch = move |offset, size: NonZeroU32| -> PageFuture<E, Error> {
        let (connection, place) = (connection.clone(), place.clone());
        let accepted = Arc::clone(&accepted);
        Box::pin(async move {
            let page = |size| fetch_page::<E>(&connection, &place, offset, size);
            let short = connection.page_size().min(size);
            let size = match size.get() > accepted.load(Relaxed) {
                true => short,
                false => size,
            };
            let mut fetched = page(size).await;
            if short < size && fetched.as_ref().is_err_and(is_size_rejection) {
                accepted.store(short.get(), Relaxed);
                fetched = page(short).await;
            }
            match fetched {
                Ok(page) => Ok(page),
                Err(error) => {
                    let what = list_name::<E>(&place);
                    Err(explain(connection, place, error).await.about(|| what))
                }
            }
        })
    };
    Pager::new(size, fetch).largest_page(MAX_PAGE_SIZE)
}

/// Whether the server rejected the request, or its response exceeds the limits.
fn is_size_rejection(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Rejected | ErrorKind::TooLarge)
}

async fn fetch_page<E: Resource>(
    connection: &Connection,
    place: &Place,
    offset: u64,
    size: NonZeroU32,
) -> Result<Page<E, Error>> {
    let size = size.get();
    let page = PageRequest { offset, size };
    let request = |endpoints: &Endpoints| endpoints.list::<E>(place.scope(), page);
    let list = match connection.call(request, response::list::<E>).await {
        // A response without a body is an empty page.
        Err(error) if error.is_no_content() => return Ok(Page::with_capacity(0)),
        list => list?,
    };
    let mut page = Page::with_capacity(list.received());
    for item in list.items {
        match item {
            Ok(entity) => page.push(entity.bcid().as_str().to_owned(), entity),
            Err(error) => page.push_error(Error::from(error).about(|| list_name::<E>(place))),
        }
    }
    Ok(page)
}

fn list_name<E: Resource>(place: &Place) -> String {
    format!("{} list of {place}", E::KIND)
}
