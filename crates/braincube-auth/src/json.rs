//! Reading a JSON answer of the SSO service.

use serde::Deserialize;

/// The JSON behind the byte order mark that some servers put in front of UTF-8, or without one.
pub(crate) fn read<'de, T: Deserialize<'de>>(body: &'de [u8]) -> serde_json::Result<T> {
    serde_json::from_slice(body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body))
}
