//! The layers of a transport, each a brick of its own; [`Transport`](crate::Transport) says in
//! which order they stand, and why.

mod attempt;
mod authorize;
mod inspect;
mod operation;
mod permit;
mod reauthenticate;
mod redirect;
mod retry;
mod sniff;

use std::pin::Pin;

pub use self::attempt::{Attempt, AttemptFuture, AttemptLayer};
pub use self::authorize::{Authorize, AuthorizeLayer};
pub use self::inspect::{Inspect, InspectLayer};
pub use self::operation::{Operation, OperationLayer};
pub use self::permit::{Permit, PermitLayer};
pub use self::reauthenticate::{Reauthenticate, ReauthenticateLayer};
pub use self::redirect::{RedirectGuard, RedirectGuardFuture, RedirectGuardLayer, RedirectPolicy};
pub use self::retry::{Retry, RetryLayer};
pub use crate::body::WireBody;

/// The future of a layer that does more than pass a request through.
type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;
