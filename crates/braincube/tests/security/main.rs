//! Planted secrets must not leak (rows L1 to L9).
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test should panic on an unexpected result"
)]

mod canaries;
mod debug;
mod errors;
mod files;
mod log;
#[cfg(feature = "login")]
mod login;
mod mirror;
mod panics;
mod planted;
mod sources;
mod traffic;
mod wire;
