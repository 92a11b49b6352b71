//! A blocking client with the same names as the asynchronous one.
//!
//! A [`Client`] runs its requests on threads of its own. Calls work in a plain program, in many threads at once, and in a
//! thread of another runtime. They block the calling thread, but need nothing of its runtime.
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
