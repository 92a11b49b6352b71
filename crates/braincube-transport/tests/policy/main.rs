//! The transport over a scripted service with paused time: what the caller gets, and what is sent.

#![allow(
    clippy::unwrap_used,
    reason = "what fails here, in a helper or in a test, fails the test"
)]

mod authorize;
mod exchange;
mod flow;
mod inspect;
mod layers;
mod rate;
mod redirect;
mod retry;
mod script;
mod tokens;
