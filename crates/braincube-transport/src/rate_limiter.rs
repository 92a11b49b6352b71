//! [`RateLimiter`]: permits at even intervals, shared by several transports.

use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// By how much a timer is late at best: the clock of tokio's timers has milliseconds.
const TICK: Duration = Duration::from_millis(1);

/// Grants permits at even intervals in FIFO order.
///
/// No permit is reserved: a request that is dropped while it waits leaves the queue. A request whose future is not polled when
/// its permit comes keeps its place and does not block the others. `governor` and tower's limiter reserve permits, or have no
/// queue.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    queue: Mutex<Queue>,
    /// Notified when a request leaves the queue without a permit, which moves all after it forward.
    moved: Notify,
}

impl RateLimiter {
    pub(crate) fn new(per_second: NonZeroU32) -> Self {
        Self {
            queue: Mutex::new(Queue::new(Duration::from_secs(1) / per_second.get())),
            moved: Notify::new(),
        }
    }

    /// Takes a permit if there is one and no request waits for it.
    pub(crate) fn try_acquire(&self) -> bool {
        self.lock().try_acquire(u64::MAX, Instant::now())
    }

    /// A place at the end of the queue.
    pub(crate) fn queue(&self) -> QueueTicket<'_> {
        QueueTicket {
            ticket: self.lock().join(),
            limiter: self,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of a request in the queue, which it leaves when it is dropped.
#[derive(Debug)]
pub(crate) struct QueueTicket<'a> {
    ticket: u64,
    limiter: &'a RateLimiter,
}

impl QueueTicket<'_> {
    /// Waits until there is a permit to take.
    pub(crate) async fn ready(&self) {
        loop {
            // Created before the queue is looked at, so that no notification is missed.
            let moved = self.limiter.moved.notified();
            let permit = self.limiter.lock().poll_permit(self.ticket, Instant::now());
            let Err(at) = permit else {
                return;
            };
            let _ = timeout_at(at, moved).await;
        }
    }

    /// Takes the permit and leaves the queue, if the permit is still there.
    pub(crate) fn try_acquire(&self) -> bool {
        let mut queue = self.limiter.lock();
        queue.try_acquire(self.ticket, Instant::now()) && queue.leave(self.ticket)
    }
}

impl Drop for QueueTicket<'_> {
    fn drop(&mut self) {
        if self.limiter.lock().leave(self.ticket) {
            self.limiter.moved.notify_waiters();
        }
    }
}

/// The requests that wait, in FIFO order, and the time of the next permit.
#[derive(Debug)]
struct Queue {
    interval: Duration,
    next: Option<Instant>,
    waiting: VecDeque<Waiting>,
    last_ticket: u64,
}

#[derive(Debug)]
struct Waiting {
    ticket: u64,
    /// Whether it has missed a permit. It keeps its place, and the others do not wait for it.
    is_absent: bool,
}

impl Queue {
    fn new(interval: Duration) -> Self {
        Self {
            interval,
            next: None,
            waiting: VecDeque::new(),
            last_ticket: 0,
        }
    }

    fn join(&mut self) -> u64 {
        self.last_ticket += 1;
        self.waiting.push_back(Waiting {
            ticket: self.last_ticket,
            is_absent: false,
        });
        self.last_ticket
    }

    /// Returns whether the ticket was in the queue.
    fn leave(&mut self, ticket: u64) -> bool {
        let index = self.index(ticket);
        index.is_some_and(|index| self.waiting.remove(index).is_some())
    }

    /// Whether the permit of a ticket has come, or the time at which it comes.
    fn poll_permit(&mut self, ticket: u64, now: Instant) -> Result<(), Instant> {
        if let Some(index) = self.index(ticket) {
            self.waiting[index].is_absent = false;
        }
        let at = self.turn_of(ticket, now);
        if at <= now { Ok(()) } else { Err(at) }
    }

    /// Takes the permit of a ticket if it has come. A ticket that is not in the queue comes after all others, and only takes a
    /// permit for which none of them waits.
    fn try_acquire(&mut self, ticket: u64, now: Instant) -> bool {
        let is_queued = self.index(ticket).is_some();
        if self.poll_permit(ticket, now).is_err() || !is_queued && self.present_before(ticket) > 0 {
            return false;
        }
        let at = self.turn_of(ticket, now);
        // The late ring of a timer does not add up.
        let is_on_time = now.saturating_duration_since(at) <= TICK;
        self.next = Some(match is_on_time {
            true => at + self.interval,
            false => now + self.interval,
        });
        let before = self.waiting.iter_mut().take_while(|it| it.ticket < ticket);
        before.for_each(|waiting| waiting.is_absent = true);
        true
    }

    /// The time of a ticket's permit, whether those before it take theirs or miss them.
    fn turn_of(&self, ticket: u64, now: Instant) -> Instant {
        let before = self.present_before(ticket);
        self.next.unwrap_or(now) + self.interval.saturating_mul(before)
    }

    /// How many requests before a ticket have not missed their permit.
    fn present_before(&self, ticket: u64) -> u32 {
        let before = self.waiting.iter().take_while(|it| it.ticket < ticket);
        let count = before.filter(|waiting| !waiting.is_absent).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    fn index(&self, ticket: u64) -> Option<usize> {
        let found = self.waiting.binary_search_by_key(&ticket, |it| it.ticket);
        found.ok()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::Queue;

    const QUARTER: Duration = Duration::from_millis(250);

    #[test]
    fn turns_have_an_interval_and_unused_ones_do_not_add_up() {
        let start = Instant::now();
        let mut queue = Queue::new(QUARTER);
        for (now, expected) in [
            (0, true),
            (0, false),
            (249, false),
            // As late as a timer rings at best, which does not delay the next permit.
            (251, true),
            (499, false),
            (500, true),
            // Later than that, which does.
            (800, true),
            (1049, false),
            (1050, true),
            (5000, true),
            (5001, false),
        ] {
            let taken = queue.try_acquire(u64::MAX, start + Duration::from_millis(now));
            assert_eq!(taken, expected, "{now}");
        }
    }

    /// A queue of this length, just after a permit has been taken.
    fn waiting<const N: usize>(now: Instant) -> (Queue, [u64; N]) {
        let mut queue = Queue::new(QUARTER);
        assert!(queue.try_acquire(u64::MAX, now));
        let tickets = [(); N].map(|()| queue.join());
        (queue, tickets)
    }

    fn take(queue: &mut Queue, ticket: u64, now: Instant) -> bool {
        queue.try_acquire(ticket, now) && queue.leave(ticket)
    }

    #[test]
    fn requests_move_forward_when_one_before_them_leaves() {
        let now = Instant::now();
        let (mut queue, tickets) = waiting::<4>(now);
        for (place, ticket) in (1..).zip(tickets) {
            assert_eq!(queue.poll_permit(ticket, now), Err(now + QUARTER * place));
        }
        let [first, second, third, fourth] = tickets;
        assert!(queue.leave(first) && queue.leave(third));
        assert!(!queue.leave(first), "it has left already");
        assert_eq!(queue.poll_permit(second, now), Err(now + QUARTER));
        assert_eq!(queue.poll_permit(fourth, now), Err(now + QUARTER * 2));
        assert!(take(&mut queue, second, now + QUARTER));
        assert_eq!(queue.poll_permit(fourth, now), Err(now + QUARTER * 2));
        assert!(
            !queue.try_acquire(u64::MAX, now + QUARTER * 2),
            "a request waits for it"
        );
    }

    #[test]
    fn a_request_that_misses_its_turn_is_passed_and_keeps_its_place() {
        let now = Instant::now();
        let (mut queue, [absent, second, third]) = waiting(now);
        assert!(!take(&mut queue, second, now + QUARTER));
        assert!(take(&mut queue, second, now + QUARTER * 2));
        assert_eq!(
            queue.poll_permit(third, now),
            Err(now + QUARTER * 3),
            "no request waits for the absent one"
        );
        assert_eq!(queue.poll_permit(absent, now), Err(now + QUARTER * 3));
        assert_eq!(queue.poll_permit(third, now), Err(now + QUARTER * 4));
        assert!(take(&mut queue, absent, now + QUARTER * 3));
        assert!(take(&mut queue, third, now + QUARTER * 4));
    }
}
