//! Strikes requests on their way to the paths, as a layer between the wire log and the token.

use std::sync::Arc;
use std::time::Duration;

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::header::ACCEPT_ENCODING;
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::mpsc;

use super::list::{Order, Orders};
use super::script::Strike;
use super::socket::{End, Takeover, written};
use super::{Kind, answer, list};
use crate::site::Site;

/// Where a connection waits to be taken over; each request carries that of its own.
pub(crate) type TakeoverSender = mpsc::Sender<Takeover>;

/// Passes a request on, or lets a fault strike it.
pub(crate) async fn apply(
    State(site): State<Arc<Site>>,
    mut request: Request,
    next: Next,
) -> Response {
    let mut striking = None;
    let mut wait = Duration::ZERO;
    for strike in site.faults.strikes(request.uri().path()) {
        match before(&site, &mut request, strike) {
            None => {}
            Some(Kind::Delay(longer)) => wait = wait.saturating_add(longer),
            Some(kind) => {
                striking.get_or_insert(kind);
            }
        }
    }
    let Some(kind) = striking else {
        return no_sooner_than(wait, request, next).await;
    };
    tokio::time::sleep(wait).await;
    let takeover = request.extensions().get::<TakeoverSender>().cloned();
    strike(kind, request, next, takeover).await
}

/// Passes a request on; its answer is computed while the time passes that it should take.
async fn no_sooner_than(wait: Duration, request: Request, next: Next) -> Response {
    if wait.is_zero() {
        return next.run(request).await;
    }
    let answer = async {
        let (parts, body) = next.run(request).await.into_parts();
        // It is compressed while it is read.
        let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
        Response::from_parts(parts, body.into())
    };
    tokio::join!(answer, tokio::time::sleep(wait)).0
}

/// Ends a request's session or changes what it asks for; gives back any other kind of fault.
fn before(site: &Site, request: &mut Request, strike: Strike) -> Option<Kind> {
    let changed = match strike.kind {
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
            (list::shifted(offset, by, strike.before), size)
        }),
        Kind::Reorder(order) => {
            let order = match order {
                Order::Shuffle(block, _) => Order::Shuffle(block, strike.before),
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

async fn strike(
    kind: Kind,
    mut request: Request,
    next: Next,
    takeover: Option<TakeoverSender>,
) -> Response {
    match kind {
        Kind::Status(status) => return answer::status(status),
        Kind::Throttle(retry_after) => return answer::throttled(&retry_after),
        Kind::Html => return answer::html(),
        Kind::Login => return answer::login_page(),
        Kind::Redirect(location) => return answer::redirect(&location),
        Kind::GzipBomb(mebibytes) => return answer::gzip_bomb(mebibytes).await,
        Kind::Raw(bytes) => return take_over(takeover, bytes.into(), End::Close).await,
        Kind::Reset(0) => return take_over(takeover, Vec::new(), End::Reset).await,
        Kind::SilentCut(_) => drop(request.headers_mut().remove(ACCEPT_ENCODING)),
        _ => {}
    }
    let (parts, body) = next.run(request).await.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let length = body.len();
    let all = |announced| written(&parts, &body, Some(announced));
    let (bytes, end) = match kind {
        Kind::Drip(pause) => {
            return answer::dripping(parts, body, pause);
        }
        Kind::GzipTruncated => {
            return answer::truncated_gzip(parts, body).await;
        }
        Kind::Stall(after) => (cut(&all(length as u64), length, after), End::Silence),
        Kind::Cut(after) => (cut(&all(length as u64), length, after), End::Close),
        Kind::SilentCut(after) => (
            cut(&written(&parts, &body, None), length, after),
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
    take_over(takeover, bytes, end).await
}

/// All of an answer's head, and the first `after` bytes of its body of `length` bytes.
fn cut(answer: &[u8], length: usize, after: usize) -> Vec<u8> {
    let missing = length.saturating_sub(after);
    answer[..answer.len() - missing].to_vec()
}

/// Hands the connection over and waits for its end. A request that came over none is answered with status 500.
async fn take_over(takeover: Option<TakeoverSender>, bytes: Vec<u8>, end: End) -> Response {
    if let Some(takeover) = takeover
        && takeover.send(Takeover { bytes, end }).await.is_ok()
    {
        std::future::pending::<()>().await;
    }
    answer::status(500)
}
