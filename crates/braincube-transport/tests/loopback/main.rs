//! The transport over real sockets: only what a scripted service cannot show.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "what fails here, in a helper or in a test, fails the test"
)]

mod faults;
mod lifecycle;
mod network;
mod pool;
mod proxy;
mod server;
mod tls;
mod tokens;
