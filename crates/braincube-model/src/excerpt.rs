//! [`excerpt`]: so much of a text as an error shows.

/// The first 64 characters: enough to recognise a text, too few to flood a log.
pub(crate) fn excerpt(text: &str) -> Box<str> {
    text.chars().take(64).collect()
}
