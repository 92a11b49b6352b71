//! [`Fault`]: something that goes wrong on purpose, where, when and how often.

mod answer;
mod apply;
mod list;
mod parse;
mod script;
mod socket;

use std::time::Duration;

pub(crate) use self::apply::{TakeoverSender, apply};
use self::list::Order;
pub(crate) use self::list::Orders;
pub(crate) use self::script::Faults;
pub(crate) use self::socket::Socket;

/// Something that goes wrong on purpose.
///
/// A fault strikes every request, unless it is told [where](Self::on), from which request
/// [on](Self::after), how many [times](Self::times) and how [probably](Self::chance). Of several
/// that strike the same request, those that only delay it or change what it asks for all do, and
/// of the others the first.
///
/// ```
/// use braincube_sim::{Fault, Simulator};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), braincube_sim::Error> {
/// let simulator = Simulator::builder()
///     .fault(Fault::status(503).on("/variables/").times(2)) // then it works again
///     .fault(Fault::cut(100).on("/LF").chance(0.05, 7)) // one in twenty, always the same ones
///     .fault("cap=10@/mb/all".parse()?) // as the command line writes it
///     .start()
///     .await?;
/// # Ok(())
/// # }
/// ```
///
/// As text, a fault is `KIND[=VALUE][@PATH][,times=N][,after=N][,chance=P][,seed=N]`; the constructors below
/// give the kinds.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    kind: Kind,
    path: Box<str>,
    after: u64,
    times: u64,
    chance: f64,
    seed: u64,
}

/// What goes wrong.
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

    /// Answers with this status and the JSON of an error. As text, `status=503`.
    pub fn status(status: u16) -> Self {
        Self::new(Kind::Status(status))
    }

    /// Answers with status 429 and this `Retry-After`: seconds, a date, or any other text. As text, `throttle=7`.
    pub fn throttle(retry_after: impl Into<Box<str>>) -> Self {
        Self::new(Kind::Throttle(retry_after.into()))
    }

    /// Answers no sooner than this, all that it takes to compute the answer included; an answer that another fault makes
    /// up is made up after it. As text, in milliseconds, `delay=50`.
    pub fn delay(wait: Duration) -> Self {
        Self::new(Kind::Delay(wait))
    }

    /// Sends the head and this many bytes of the body, and then nothing more. As text, `stall=100`.
    pub fn stall(after: usize) -> Self {
        Self::new(Kind::Stall(after))
    }

    /// Sends the body byte by byte, with this pause before each. As text, in milliseconds, `drip=1000`.
    pub fn drip(pause: Duration) -> Self {
        Self::new(Kind::Drip(pause))
    }

    /// Sends the head and this many bytes of the body, and closes the connection. As text, `cut=100`.
    pub fn cut(after: usize) -> Self {
        Self::new(Kind::Cut(after))
    }

    /// Sends the head without a length and this many bytes of the uncompressed body, and closes the connection, as if that
    /// were all. As text, `silent-cut=100`.
    pub fn silent_cut(after: usize) -> Self {
        Self::new(Kind::SilentCut(after))
    }

    /// Sends this many bytes of the answer, its head included, and resets the connection. As text, `reset` or
    /// `reset=100`.
    pub fn reset(after: usize) -> Self {
        Self::new(Kind::Reset(after))
    }

    /// Announces a body that is longer by this much than it is, or shorter, and closes the connection behind it. As
    /// text, `length=10` or `length=-10`.
    pub fn wrong_length(by: i64) -> Self {
        Self::new(Kind::Length(by))
    }

    /// Answers with status 200 and a page of HTML. As text, `html`.
    pub fn html() -> Self {
        Self::new(Kind::Html)
    }

    /// Answers with status 200 and a page to log in on. As text, `login`.
    pub fn login_page() -> Self {
        Self::new(Kind::Login)
    }

    /// Answers with the first half of the compressed answer, as if it were all of it. As text, `gzip-truncated`.
    pub fn truncated_gzip() -> Self {
        Self::new(Kind::GzipTruncated)
    }

    /// Answers with one number of this many MiB, compressed to a thousandth. As text, `gzip-bomb=64`.
    pub fn gzip_bomb(mebibytes: u32) -> Self {
        Self::new(Kind::GzipBomb(mebibytes))
    }

    /// Answers with status 302 and this address. As text, `redirect=http://127.0.0.1:9/`.
    pub fn redirect(location: impl Into<Box<str>>) -> Self {
        Self::new(Kind::Redirect(location.into()))
    }

    /// Sends these bytes in the place of an answer, head and all, and closes the connection.
    pub fn raw(bytes: impl Into<Box<[u8]>>) -> Self {
        Self::new(Kind::Raw(bytes.into()))
    }

    /// Ends all SSO sessions, that of the request among them, as if they had grown too old. As text, `end-sessions`.
    pub fn end_sessions() -> Self {
        Self::new(Kind::EndSessions)
    }

    /// Hands out no more than this many items of a list at once, whatever is asked for. As text, `cap=100`.
    pub fn page_cap(items: u64) -> Self {
        Self::new(Kind::PageCap(items))
    }

    /// Between any two requests that it strikes, lists grow by this many items at their beginning; shrink, if it is
    /// negative. As text, `shift=1` or `shift=-1`.
    pub fn shifting_lists(by: i64) -> Self {
        Self::new(Kind::Shift(by))
    }

    /// Answers every page of a list with the first. As text, `same-page`.
    pub fn same_page() -> Self {
        Self::new(Kind::SamePage)
    }

    /// Answers every page of a list with the whole list, whatever is asked for. As text, `whole-list`.
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

    /// Sorts lists by a rank that this many items in a row have in common, and items of equal rank in another order with
    /// each request. As text, `shuffle=20`.
    pub fn shuffled_ties(items: usize) -> Self {
        Self::new(Kind::Reorder(Order::Shuffle(items, 0)))
    }

    /// Strikes only requests whose path holds this text. As text, `@/LF`.
    #[must_use]
    pub fn on(mut self, path: impl Into<Box<str>>) -> Self {
        self.path = path.into();
        self
    }

    /// Lets this many requests pass first. As text, `,after=3`.
    #[must_use]
    pub fn after(mut self, requests: u64) -> Self {
        self.after = requests;
        self
    }

    /// Strikes this often, and then no more. As text, `,times=2`.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.times = times;
        self
    }

    /// Strikes with this probability, from 0 to 1; the same seed strikes the same requests, counted among those that
    /// the fault could strike. As text, `,chance=0.05,seed=7`.
    #[must_use]
    pub fn chance(mut self, probability: f64, seed: u64) -> Self {
        self.chance = probability;
        self.seed = seed;
        self
    }
}
