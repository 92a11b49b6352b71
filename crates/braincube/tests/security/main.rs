//! Secrets that are planted everywhere and must come out nowhere (rows L1 to L9).
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what surprises a test should end it"
)]

mod answers;
mod canaries;
mod debug;
mod errors;
mod files;
mod log;
mod panics;
mod planted;
mod sources;
mod traffic;
mod wire;
