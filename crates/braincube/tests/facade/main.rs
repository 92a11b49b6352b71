//! The facade over a socket, against the simulator.

mod data;
mod lists;
mod missing;
mod requests;
mod site;
