//! [`Fault`]: a fault that the simulator injects.

mod apply;
mod interception;
mod list;
mod parse;
mod random;
mod response;
mod script;

use std::time::Duration;

pub(crate) use self::apply::{InterceptionSender, apply};
pub(crate) use self::interception::Socket;
use self::list::Order;
pub(crate) use self::list::Orders;
pub(crate) use self::script::Faults;

/// A fault that the simulator injects.
///
/// By default a fault applies to all requests. It can be limited to [paths](Self::on), to requests after the first
/// [`n`](Self::after), to a number of [times](Self::times) and by [probability](Self::chance). If several faults apply to
/// a request, all delays and changes of the query are applied, and the first of the other faults.
///
/// ```
/// use braincube_sim::{Fault, Simulator};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), braincube_sim::Error> {
/// let simulator = Simulator::builder()
///     .fault(Fault::status(503).on("/variables/").times(2)) // then requests succeed again
///     .fault(Fault::cut(100).on("/LF").chance(0.05, 7)) // one in twenty, reproducible
///     .fault("cap=10@/mb/all".parse()?) // the syntax of the command line
///     .start()
///     .await?;
/// # Ok(())
/// # }
/// ```
///
/// The text format is `KIND[=VALUE][@PATH][,times=N][,after=N][,chance=P][,seed=N]`; the constructors below list the
/// kinds.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    kind: Kind,
    path: Box<str>,
    after: u64,
    times: u64,
    chance: f64,
    seed: u64,
}

/// The kind of a fault.
#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Status(u16),
    Throttle(Box<str>),
    Delay(Duration),
    Stall(usize),
    Drip(Duration),
    Cut(usize),
    SilentCut(usize),
    Reset(usize),
    Length(i64),
    Html,
    Login,
    GzipTruncated,
    GzipBomb(u32),
    Redirect(Box<str>),
    Raw(Box<[u8]>),
    EndSessions,
    PageCap(u64),
    Shift(i64),
    SamePage,
    WholeList,
    Reorder(Order),
}

impl Fault {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            path: "".into(),
            after: 0,
            times: u64::MAX,
            chance: 1.0,
            seed: 0,
        }
    }

    /// Responds with this status and a JSON error. As text, `status=503`.
    pub fn status(status: u16) -> Self {
        Self::new(Kind::Status(status))
    }

    /// Responds with status 429 and this `Retry-After`: seconds, a date, or any other text. As text, `throttle=7`.
    pub fn throttle(retry_after: impl Into<Box<str>>) -> Self {
        Self::new(Kind::Throttle(retry_after.into()))
    }

    /// Delays the response. The time for computing it is included; a response that another fault generates is generated
    /// after the delay. As text, in milliseconds, `delay=50`.
    pub fn delay(wait: Duration) -> Self {
        Self::new(Kind::Delay(wait))
    }

    /// Sends the head and this number of bytes of the body, then nothing. As text, `stall=100`.
    pub fn stall(after: usize) -> Self {
        Self::new(Kind::Stall(after))
    }

    /// Sends the body byte by byte, with this pause before each byte. As text, in milliseconds, `drip=1000`.
    pub fn drip(pause: Duration) -> Self {
        Self::new(Kind::Drip(pause))
    }

    /// Sends the head and this number of bytes of the body, then closes the connection. As text, `cut=100`.
    pub fn cut(after: usize) -> Self {
        Self::new(Kind::Cut(after))
    }

    /// Sends the head without a length and this number of bytes of the uncompressed body, then closes the connection, as
    /// if the body were complete. As text, `silent-cut=100`.
    pub fn silent_cut(after: usize) -> Self {
        Self::new(Kind::SilentCut(after))
    }

    /// Sends this number of bytes of the response, including its head, then resets the connection. As text, `reset` or
    /// `reset=100`.
    pub fn reset(after: usize) -> Self {
        Self::new(Kind::Reset(after))
    }

    /// Sends a `Content-Length` that is larger (or smaller) than the body by this number, then closes the connection. As
    /// text, `length=10` or `length=-10`.
    pub fn wrong_length(by: i64) -> Self {
        Self::new(Kind::Length(by))
    }

    /// Responds with status 200 and an HTML page. As text, `html`.
    pub fn html() -> Self {
        Self::new(Kind::Html)
    }

    /// Responds with status 200 and an HTML login page. As text, `login`.
    pub fn login_page() -> Self {
        Self::new(Kind::Login)
    }

    /// Sends the first half of the compressed response as if it were complete. As text, `gzip-truncated`.
    pub fn truncated_gzip() -> Self {
        Self::new(Kind::GzipTruncated)
    }

    /// Responds with a number of this many MiB, compressed to a thousandth. As text, `gzip-bomb=64`.
    pub fn gzip_bomb(mebibytes: u32) -> Self {
        Self::new(Kind::GzipBomb(mebibytes))
    }

    /// Responds with status 302 and this location. As text, `redirect=http://127.0.0.1:9/`.
    pub fn redirect(location: impl Into<Box<str>>) -> Self {
        Self::new(Kind::Redirect(location.into()))
    }

    /// Sends these bytes instead of a response, including the head, then closes the connection.
    pub fn raw(bytes: impl Into<Box<[u8]>>) -> Self {
        Self::new(Kind::Raw(bytes.into()))
    }

    /// Ends all SSO sessions, including that of the request, as if they had expired. As text, `end-sessions`.
    pub fn end_sessions() -> Self {
        Self::new(Kind::EndSessions)
    }

    /// Limits the pages of lists to this number of items. As text, `cap=100`.
    pub fn page_cap(items: u64) -> Self {
        Self::new(Kind::PageCap(items))
    }

    /// Inserts this number of items at the start of lists between any two requests to which the fault applies; a negative
    /// number removes items. As text, `shift=1` or `shift=-1`.
    pub fn shifting_lists(by: i64) -> Self {
        Self::new(Kind::Shift(by))
    }

    /// Responds to each page request with the first page. As text, `same-page`.
    pub fn same_page() -> Self {
        Self::new(Kind::SamePage)
    }

    /// Responds to each page request with the whole list. As text, `whole-list`.
    pub fn whole_list() -> Self {
        Self::new(Kind::WholeList)
    }

    /// Exchanges the items at two positions of a list, counted from 0. With `.after(1)`, every request but the first sees
    /// them exchanged. As text, `swap=50:160`.
    pub fn swapped_items(first: usize, second: usize) -> Self {
        Self::new(Kind::Reorder(Order::Swap(first, second)))
    }

    /// Moves the item at a position of a list, counted from 0, to the front, as if it had been renamed in a list sorted
    /// by name. As text, `to-front=300`.
    pub fn item_to_front(position: usize) -> Self {
        Self::new(Kind::Reorder(Order::ToFront(position)))
    }

    /// Sorts lists by a rank that this number of consecutive items have in common, with another order of equal items in
    /// each response. As text, `shuffle=20`.
    pub fn shuffled_ties(items: usize) -> Self {
        Self::new(Kind::Reorder(Order::Shuffle(items, 0)))
    }

    /// Applies the fault only to requests whose path contains this text. As text, `@/LF`.
    #[must_use]
    pub fn on(mut self, path: impl Into<Box<str>>) -> Self {
        self.path = path.into();
        self
    }

    /// Skips this number of requests first. As text, `,after=3`.
    #[must_use]
    pub fn after(mut self, requests: u64) -> Self {
        self.after = requests;
        self
    }

    /// Limits how often the fault is applied. As text, `,times=2`.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.times = times;
        self
    }

    /// Applies the fault with this probability, from 0 to 1. The same seed selects the same requests, counted among those
    /// that match the fault. As text, `,chance=0.05,seed=7`.
    #[must_use]
    pub fn chance(mut self, probability: f64, seed: u64) -> Self {
        self.chance = probability;
        self.seed = seed;
        self
    }
}
