//! [`Sessions`]: the open SSO sessions.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::oauth::token_store::TokenIssuer;

/// The open SSO sessions.
pub(super) struct Sessions {
    issuer: Arc<TokenIssuer>,
    /// Maximum number of requests per session.
    requests: Option<u64>,
    lifetime: Option<Duration>,
    open: Mutex<HashMap<String, Session>>,
}

struct Session {
    end: Option<Instant>,
    admitted: u64,
}

impl Sessions {
    pub(super) fn new(
        issuer: Arc<TokenIssuer>,
        requests: Option<u64>,
        lifetime: Option<Duration>,
    ) -> Self {
        let open = Mutex::default();
        Self {
            issuer,
            requests,
            lifetime,
            open,
        }
    }

    /// Opens a session and returns its token.
    pub(super) fn open(&self) -> String {
        let (token, now) = (self.issuer.issue(), Instant::now());
        let end = self.lifetime.and_then(|lifetime| now.checked_add(lifetime));
        let mut open = self.lock();
        open.retain(|_, session| session.end.is_none_or(|end| now < end));
        open.insert(token.clone(), Session { end, admitted: 0 });
        token
    }

    /// Whether the session is valid for another request, which is counted.
    pub(super) fn admit(&self, token: &str) -> bool {
        let mut open = self.lock();
        let Some(session) = open.get_mut(token) else {
            return false;
        };
        let is_over = session.end.is_some_and(|end| end <= Instant::now())
            || self
                .requests
                .is_some_and(|requests| requests <= session.admitted);
        if is_over {
            open.remove(token);
        } else {
            session.admitted += 1;
        }
        !is_over
    }

    pub(super) fn end_all(&self) {
        self.lock().clear();
    }

    /// No statement under the lock leaves the table inconsistent, so a poisoned lock can be used.
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Sessions")
            .field("requests", &self.requests)
            .field("lifetime", &self.lifetime)
            .field("open", &self.lock().len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_session_ends_after_its_lifetime() {
        let sessions = Sessions::new(Arc::default(), None, Some(Duration::from_secs(60)));
        let token = sessions.open();
        tokio::time::advance(Duration::from_secs(59)).await;
        assert!(sessions.admit(&token));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(!sessions.admit(&token));
        assert!(sessions.admit(&sessions.open()));
    }

    #[tokio::test]
    async fn a_session_ends_after_its_last_request_and_others_do_not() {
        let sessions = Sessions::new(Arc::default(), Some(2), None);
        let (one, other) = (sessions.open(), sessions.open());
        let admitted = [&one, &one, &one, &one, &other].map(|token| sessions.admit(token));
        assert_eq!(admitted, [true, true, false, false, true]);
        assert!(!format!("{sessions:?}").contains(&other));
        sessions.end_all();
        assert!(!sessions.admit(&other));
    }
}
