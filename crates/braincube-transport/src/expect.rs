//! [`Expect`]: what a request's answer should be, carried in its extensions.

/// What an answer should be.
///
/// Without one in a request's extensions, JSON is expected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expect {
    /// JSON: an empty body, a page of HTML or any other text is an error.
    #[default]
    Json,
    /// Whatever the server sends with a status of success, nothing included.
    Anything,
    /// Whatever the server sends, with any status but that of a redirect. Of a body whose status is no success, as much is
    /// read as tells what the server has to say: 16 KiB at most, and what comes within five seconds.
    AnyStatus,
}
