//! `LF`, the extraction: columns of data, filtered and ordered.

mod answer;
mod request;

pub(crate) use crate::extraction::answer::Answer;
pub use crate::extraction::answer::EmptyColumn;
pub(crate) use crate::extraction::request::Extraction;
