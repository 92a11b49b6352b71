//! The requests of the service as values: an absolute URL, a body, and an [`Operation`](crate::Operation) in the
//! extensions. This crate does not send them.
//!
//! ```
//! use braincube_model::request::{Endpoints, Page, Scope};
//! use braincube_model::{MemoryBase, Operation};
//!
//! let endpoints = Endpoints::new("https://mybraincube.com", "https://api.mybraincube.com")?;
//! let request = endpoints.list::<MemoryBase>(Scope::new("demo"), Page::first())?;
//! assert_eq!(
//!     request.uri(),
//!     "https://api.mybraincube.com/braincube/demo/braincube/mb/all/summary?offset=0&size=150"
//! );
//! assert!(request.extensions().get::<Operation>().is_some_and(Operation::is_idempotent));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod base_url;
mod data;
mod endpoints;
mod error;
mod path;
mod raw;
mod resource;

pub use self::base_url::{BaseUrl, PLACEHOLDER};
pub use self::data::DataRequest;
pub use self::endpoints::Endpoints;
pub use self::error::{BaseUrlError, RequestError};
pub use self::raw::{RawRequest, Server};
pub use self::resource::{Page, Resource, Scope};
