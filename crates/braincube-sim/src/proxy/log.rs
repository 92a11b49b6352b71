//! [`TunnelLog`]: the requested tunnels, for assertions in tests.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::tunnel::Tunnel;

/// Maximum number of recorded tunnels, the newest ones.
pub(super) const MAX_TUNNELS: usize = 1_000;

/// The recorded tunnels.
#[derive(Default)]
pub(super) struct TunnelLog(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    tunnels: VecDeque<(u64, Tunnel)>,
    /// The number of the next tunnel.
    next: u64,
}

impl TunnelLog {
    pub(super) fn tunnels(&self) -> Vec<Tunnel> {
        let inner = self.lock();
        let tunnels = inner.tunnels.iter();
        tunnels.map(|(_, tunnel)| tunnel.clone()).collect()
    }

    /// Records a tunnel and returns its number.
    pub(super) fn begin(&self, tunnel: Tunnel) -> u64 {
        let mut inner = self.lock();
        let number = inner.next;
        inner.next += 1;
        if inner.tunnels.len() == MAX_TUNNELS {
            inner.tunnels.pop_front();
        }
        inner.tunnels.push_back((number, tunnel));
        number
    }

    /// Records data that a client has sent, if the tunnel is still recorded.
    pub(super) fn sent(&self, number: u64, bytes: &[u8]) {
        let mut inner = self.lock();
        // Searched from the end, because it is usually the newest.
        let mut tunnels = inner.tunnels.iter_mut().rev();
        if let Some((_, tunnel)) = tunnels.find(|(known, _)| *known == number) {
            tunnel.keep(bytes);
        }
    }

    /// No statement under the lock leaves the log inconsistent, so a poisoned lock can be used.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_TUNNELS, TunnelLog};

    #[test]
    fn the_log_keeps_the_newest_tunnels_and_the_first_bytes_of_each() {
        let log = TunnelLog::default();
        for number in 0..=MAX_TUNNELS as u64 {
            assert_eq!(log.begin(Default::default()), number);
        }
        // The first tunnel is no longer recorded; this is not an error.
        log.sent(0, b"gone");
        log.sent(1, b"first");
        log.sent(1, &[b'.'; 100_000]);
        let tunnels = log.tunnels();
        assert_eq!(tunnels.len(), MAX_TUNNELS);
        assert!(tunnels[0].sent().starts_with(b"first."));
        assert_eq!(tunnels[0].sent().len(), 64 << 10);
        assert!(tunnels[1..].iter().all(|tunnel| tunnel.sent().is_empty()));
    }
}
