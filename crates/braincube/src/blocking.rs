//! The whole client for people without a runtime: the same names, and calls that return when they are done.
//!
//! A [`Client`] runs its requests on threads of its own. So a call is safe everywhere: in a plain program, in many
//! threads at once, and inside another runtime, whose thread it holds up as any long computation would, but never
//! waits for.
//!
//! ```
//! use braincube::{Config, Entity, VariableFilter, blocking};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let runtime = tokio::runtime::Runtime::new()?;
//! # let simulator = runtime.block_on(braincube_sim::Simulator::start())?;
//! # let config = Config::builder().sso_base_url(simulator.sso_base_url())
//! #     .api_base_url(simulator.api_base_url()).api_key(simulator.token()).build()?;
//! let client = blocking::Client::from_config(config)?;
//! let dryer = client.braincube("demo").memory_base(20);
//! for variable in dryer.variables().list() {
//!     println!("{}", variable?.bcid());
//! }
//! let frame = dryer
//!     .data([2_000_001, 2_000_034_u64])
//!     .filter(dryer.variable(2_000_034).between(20, 40))
//!     .fetch()?;
//! assert!(frame.batch().num_rows() > 0);
//! # Ok(())
//! # }
//! ```

mod client;
mod collection;
mod data;
mod memory_base;
mod raw;
mod runtime;
mod study;

pub use self::client::{Braincube, Client};
pub use self::collection::{Collection, List};
pub use self::data::{DataQuery, Windows};
pub use self::memory_base::MemoryBase;
pub use self::raw::RawQuery;
pub use self::study::{DataGroup, Event, Job};
