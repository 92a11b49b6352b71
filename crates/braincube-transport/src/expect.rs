//! [`Expect`]: what a request's answer should be, carried in its extensions.

/// What the body of a successful answer should be.
///
/// Without one in a request's extensions, JSON is expected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expect {
    /// JSON: an empty body, a page of HTML or any other text is an error.
    #[default]
    Json,
    /// Whatever the server sends, nothing included.
    Anything,
}
