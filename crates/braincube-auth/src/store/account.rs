//! [`Account`]: whose token it is.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Whose token it is: the site and the application that it was given for, and how the site was
/// known to be the one.
///
/// A token is never looked up for anything else: whoever gets to write a configuration cannot have
/// the token of a login sent to an address of theirs, or to a stranger who poses as the site.
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
    /// The account of an application at a site whose certificates are those that the system trusts.
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

    /// The same with certificates of another authority.
    pub fn with_ca_bundle(mut self, path: Option<PathBuf>) -> Self {
        self.ca_bundle = path;
        self
    }

    /// The same with certificates that are verified, or not.
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
