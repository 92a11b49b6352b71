//! The layers of a transport, each a brick of its own; [`Transport`](crate::Transport) says in
//! which order they stand, and why.

mod attempt;
mod authorize;
mod coding;
mod gzip;
mod inspect;
mod operation;
mod permit;
mod rate;
mod reauthenticate;
mod redirect;
mod retry;
mod sniff;
mod then;

use std::pin::Pin;

pub use self::attempt::{Attempt, AttemptFuture, AttemptLayer};
pub use self::authorize::{Authorize, AuthorizeLayer};
pub use self::gzip::{Gzip, GzipFuture, GzipLayer};
pub use self::inspect::{Inspect, InspectFuture, InspectLayer};
pub use self::operation::{Operation, OperationFuture, OperationLayer};
pub use self::permit::{Permit, PermitLayer};
pub use self::rate::{Rate, RateLayer};
pub use self::reauthenticate::{Reauthenticate, ReauthenticateLayer};
pub use self::redirect::{RedirectGuard, RedirectGuardFuture, RedirectGuardLayer, RedirectPolicy};
pub use self::retry::{Retry, RetryLayer};
pub use self::then::Then;
pub use crate::body::{UnpackedBody, WireBody};

/// What a layer does besides passing a request through and its answer back.
type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;
