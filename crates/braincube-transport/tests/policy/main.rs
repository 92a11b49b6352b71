//! The whole stack over a scripted service, on paused time: what the caller gets, and what was
//! sent.

mod authorize;
mod inspect;
mod retry;
mod script;
mod tokens;
