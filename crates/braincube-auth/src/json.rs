//! Parses JSON responses of the SSO service.

use serde::Deserialize;

/// Parses JSON, skipping a leading UTF-8 byte order mark.
pub(crate) fn read<'de, T: Deserialize<'de>>(body: &'de [u8]) -> serde_json::Result<T> {
    serde_json::from_slice(body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body))
}
