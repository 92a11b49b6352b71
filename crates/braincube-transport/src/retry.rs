//! When a request is sent again, and after how long: the pure half of
//! [`layer::RetryLayer`](crate::layer::RetryLayer).

pub(crate) mod after;
mod budget;
pub(crate) mod classify;
mod options;

pub use self::options::{RetryNotice, RetryOptions};
