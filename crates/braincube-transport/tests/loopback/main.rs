//! The whole stack over real sockets: only what a scripted service cannot show.

mod network;
mod server;
mod tls;
mod tokens;
