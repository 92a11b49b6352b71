//! A blocking client with the same names as the asynchronous one.
//!
//! Each [`Client`] has its own threads, which run the requests. Calls block the calling thread. They can be made without a
//! runtime, from several threads at the same time, and from a thread of another runtime.
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
//!     .filter(dryer.variable(2_000_034)?.between(20, 40))
//!     .fetch()?;
//! assert!(frame.batch().num_rows() > 0);
//! # Ok(())
//! # }
//! ```

mod data;
mod handles;
mod runtime;

pub use self::data::{DataQuery, FrameStream};
pub use self::handles::{
    BraincubeHandle, Client, Collection, DataGroupHandle, EntityHandle, EventHandle, JobHandle,
    List, MemoryBaseHandle, RawQuery,
};
