//! The facade over a socket, against the simulator.

mod data;
mod lists;
mod missing;
mod recorded;
mod requests;
mod session;
mod site;
