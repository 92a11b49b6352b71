//! [`Account`]: the key under which a token is stored.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The key under which a token is stored: the site, the application and the TLS settings for which
/// it was issued.
///
/// A token is looked up by all of them, so that a changed configuration cannot send it to another
/// host, or to a server that another certificate authority vouches for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[must_use]
pub struct Account {
    sso_base_url: String,
    api_base_url: String,
    client_id: String,
    #[serde(default = "verified", skip_serializing_if = "is_true")]
    verify: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ca_bundle: Option<PathBuf>,
}

impl Account {
    /// An application at a site whose certificates the system's certificate authorities have signed.
    pub fn new(
        sso_base_url: impl Into<String>,
        api_base_url: impl Into<String>,
        client_id: impl Into<String>,
    ) -> Self {
        Self {
            sso_base_url: sso_base_url.into(),
            api_base_url: api_base_url.into(),
            client_id: client_id.into(),
            verify: true,
            ca_bundle: None,
        }
    }

    /// Sets the file with the certificate authorities to trust.
    pub fn with_ca_bundle(mut self, path: Option<PathBuf>) -> Self {
        self.ca_bundle = path;
        self
    }

    /// Sets whether certificates are verified.
    pub const fn with_verify(mut self, verify: bool) -> Self {
        self.verify = verify;
        self
    }
}

const fn verified() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
const fn is_true(flag: &bool) -> bool {
    *flag
}
