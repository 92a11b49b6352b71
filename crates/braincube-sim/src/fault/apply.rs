//! Applies faults to requests, in a layer between the wire log and authentication.

use std::sync::Arc;
use std::time::Duration;

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::header::ACCEPT_ENCODING;
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::mpsc;

use super::interception::{End, Interception, serialize};
use super::list::{Order, Orders};
use super::script::FaultHit;
use super::{Kind, list, response};
use crate::site::Site;

/// Intercepts the connection of a request. Stored in the extensions of the request.
pub(crate) type InterceptionSender = mpsc::Sender<Interception>;

/// Passes a request on, or applies a fault.
pub(crate) async fn apply(
    State(site): State<Arc<Site>>,
    mut request: Request,
    next: Next,
) -> Response {
    let mut injected = None;
    let mut wait = Duration::ZERO;
    for hit in site.faults.hits(request.uri().path()) {
        match before(&site, &mut request, hit) {
            None => {}
            Some(Kind::Delay(longer)) => wait = wait.saturating_add(longer),
            Some(kind) => {
                injected.get_or_insert(kind);
            }
        }
    }
    let Some(kind) = injected else {
        return delayed(wait, request, next).await;
    };
    tokio::time::sleep(wait).await;
    let sender = request.extensions().get::<InterceptionSender>().cloned();
    inject(kind, request, next, sender).await
}

/// Passes a request on and returns its response after `wait` at the earliest. The response is computed in the meantime.
async fn delayed(wait: Duration, request: Request, next: Next) -> Response {
    if wait.is_zero() {
        return next.run(request).await;
    }
    let response = async {
        let (parts, body) = next.run(request).await.into_parts();
        // Reading the body compresses it.
        let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
        Response::from_parts(parts, body.into())
    };
    tokio::join!(response, tokio::time::sleep(wait)).0
}

/// Ends sessions or changes the requested page; returns any other kind of fault.
fn before(site: &Site, request: &mut Request, hit: FaultHit) -> Option<Kind> {
    let changed = match hit.kind {
        Kind::EndSessions => {
            site.oauth.end_sessions();
            None
        }
        Kind::PageCap(cap) => {
            list::with_page(request.uri(), |offset, size| (offset, size.min(cap)))
        }
        Kind::SamePage => list::with_page(request.uri(), |_, size| (0, size)),
        Kind::WholeList => list::with_page(request.uri(), |_, _| (0, u32::MAX.into())),
        Kind::Shift(by) => list::with_page(request.uri(), |offset, size| {
            (list::shifted(offset, by, hit.before), size)
        }),
        Kind::Reorder(order) => {
            let order = match order {
                Order::Shuffle(block, _) => Order::Shuffle(block, hit.before),
                order => order,
            };
            let orders = request.extensions_mut().get_or_insert_default::<Orders>();
            orders.0.push(order);
            None
        }
        other => return Some(other),
    };
    if let Some(uri) = changed {
        *request.uri_mut() = uri;
    }
    None
}

async fn inject(
    kind: Kind,
    mut request: Request,
    next: Next,
    sender: Option<InterceptionSender>,
) -> Response {
    match kind {
        Kind::Status(status) => return response::status(status),
        Kind::Throttle(retry_after) => return response::throttled(&retry_after),
        Kind::Html => return response::html(),
        Kind::Login => return response::login_page(),
        Kind::Redirect(location) => return response::redirect(&location),
        Kind::GzipBomb(mebibytes) => return response::gzip_bomb(mebibytes).await,
        Kind::Raw(bytes) => return intercept(sender, bytes.into(), End::Close).await,
        Kind::Reset(0) => return intercept(sender, Vec::new(), End::Reset).await,
        Kind::SilentCut(_) => drop(request.headers_mut().remove(ACCEPT_ENCODING)),
        _ => {}
    }
    let (parts, body) = next.run(request).await.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let length = body.len();
    let all = |announced| serialize(&parts, &body, Some(announced));
    let (bytes, end) = match kind {
        Kind::Drip(pause) => {
            return response::dripping(parts, body, pause);
        }
        Kind::GzipTruncated => {
            return response::truncated_gzip(parts, body).await;
        }
        Kind::Stall(after) => (cut(&all(length as u64), length, after), End::Silence),
        Kind::Cut(after) => (cut(&all(length as u64), length, after), End::Close),
        Kind::SilentCut(after) => (
            cut(&serialize(&parts, &body, None), length, after),
            End::Close,
        ),
        Kind::Reset(after) => {
            let mut bytes = all(length as u64);
            bytes.truncate(after);
            (bytes, End::Reset)
        }
        Kind::Length(by) => {
            let announced = (length as u64).saturating_add_signed(by);
            (all(announced), End::Close)
        }
        _ => return Response::from_parts(parts, body.into()),
    };
    intercept(sender, bytes, end).await
}

/// The head of a response and the first `after` bytes of its body of `length` bytes.
fn cut(response: &[u8], length: usize, after: usize) -> Vec<u8> {
    let missing = length.saturating_sub(after);
    response[..response.len() - missing].to_vec()
}

/// Intercepts the connection and waits for its end. Responds with status 500 if there is no connection.
async fn intercept(sender: Option<InterceptionSender>, bytes: Vec<u8>, end: End) -> Response {
    if let Some(sender) = sender
        && sender.send(Interception { bytes, end }).await.is_ok()
    {
        std::future::pending::<()>().await;
    }
    response::status(500)
}
