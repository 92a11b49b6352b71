//! The native module `braincube._core` of the Python package `braincube`.
//!
//! It is small: every method that sends a request returns an `Operation`, which Python waits for, blocking or in
//! `asyncio`. Entities cross the boundary as JSON, data as Arrow. The API of the package is written in Python on top of it.

mod client;
mod error;
mod frame;
mod lists;
mod logging;
mod module;
mod operation;
mod query;
mod raw;
mod runtime;
mod simulator;
mod stream;
