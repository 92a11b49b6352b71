//! The simulator over a loopback socket, with a plain HTTP client.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "all of this is tests, also the functions that help them"
)]

mod access;
mod client;
mod connector;
mod entities;
mod extraction;
mod faults;
mod filters;
mod life;
mod mounts;
mod oauth;
mod proxy;
mod record;
mod sessions;
mod studies;
