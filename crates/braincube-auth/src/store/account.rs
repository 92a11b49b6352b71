//! [`Account`]: whose token it is.

use crate::login::Application;

/// Whose token it is: the site that gave it, and the application that it was given to.
///
/// A token is never looked up for another site, so that it cannot be sent to one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub(super) sso_base_url: String,
    pub(super) client_id: String,
}

impl Account {
    /// The account of an application.
    pub fn of(application: &Application) -> Self {
        Self {
            sso_base_url: application.sso_base_url().to_owned(),
            client_id: application.client_id().to_owned(),
        }
    }
}
