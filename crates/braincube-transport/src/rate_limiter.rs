//! [`RateLimiter`]: turns at even intervals, shared by several transports.

use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// By how much a timer is late at best: the clock of tokio's timers has milliseconds.
const TICK: Duration = Duration::from_millis(1);

/// Turns at even intervals in FIFO order.
///
/// No turn is reserved: a request that is dropped while it waits leaves the queue. A request whose future is not polled when
/// its turn comes keeps its place and does not block the others. `governor` and tower's limiter reserve turns, or have no
/// queue.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    queue: Mutex<Queue>,
    /// Notified when a request leaves the queue without a turn, which moves all after it forward.
    moved: Notify,
}

impl RateLimiter {
    pub(crate) fn new(per_second: NonZeroU32) -> Self {
        Self {
            queue: Mutex::new(Queue::new(Duration::from_secs(1) / per_second.get())),
            moved: Notify::new(),
        }
    }

    /// Takes a turn if there is one and no request waits for it.
    pub(crate) fn try_acquire(&self) -> bool {
        self.lock().try_acquire(u64::MAX, Instant::now())
    }

    /// A place at the end of the queue.
    pub(crate) fn queue(&self) -> Place<'_> {
        Place {
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
pub(crate) struct Place<'a> {
    ticket: u64,
    limiter: &'a RateLimiter,
}

impl Place<'_> {
    /// Waits until there is a turn to take.
    pub(crate) async fn ready(&self) {
        loop {
            // Created before the queue is looked at, so that no notification is missed.
            let moved = self.limiter.moved.notified();
            let turn = self.limiter.lock().poll_turn(self.ticket, Instant::now());
            let Err(at) = turn else {
                return;
            };
            let _ = timeout_at(at, moved).await;
        }
    }

    /// Takes the turn and leaves the queue, if the turn is still there.
    pub(crate) fn try_acquire(&self) -> bool {
        let mut queue = self.limiter.lock();
        queue.try_acquire(self.ticket, Instant::now()) && queue.leave(self.ticket)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if self.limiter.lock().leave(self.ticket) {
            self.limiter.moved.notify_waiters();
        }
    }
}

/// The requests that wait, in FIFO order, and the time of the next turn.
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
    /// Whether it has missed a turn. It keeps its place, and the others do not wait for it.
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

    /// Whether the turn of a ticket has come, or the time at which it comes.
    fn poll_turn(&mut self, ticket: u64, now: Instant) -> Result<(), Instant> {
        if let Some(index) = self.index(ticket) {
            self.waiting[index].is_absent = false;
        }
        let at = self.turn_of(ticket, now);
        if at <= now { Ok(()) } else { Err(at) }
    }

    /// Takes the turn of a ticket if it has come. A ticket that is not in the queue comes after all others, and only takes a
    /// turn for which none of them waits.
    fn try_acquire(&mut self, ticket: u64, now: Instant) -> bool {
        let is_queued = self.index(ticket).is_some();
        if self.poll_turn(ticket, now).is_err() || !is_queued && self.present_before(ticket) > 0 {
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

    /// The time of a ticket's turn, whether those before it take theirs or miss them.
    fn turn_of(&self, ticket: u64, now: Instant) -> Instant {
        let before = self.present_before(ticket);
        self.next.unwrap_or(now) + self.interval.saturating_mul(before)
    }

    /// How many requests before a ticket have not missed their turn.
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
            // As late as a timer rings at best, which does not delay the next turn.
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

    /// A queue of this length, just after a turn has been taken.
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
            assert_eq!(queue.poll_turn(ticket, now), Err(now + QUARTER * place));
        }
        let [first, second, third, fourth] = tickets;
        assert!(queue.leave(first) && queue.leave(third));
        assert!(!queue.leave(first), "it has left already");
        assert_eq!(queue.poll_turn(second, now), Err(now + QUARTER));
        assert_eq!(queue.poll_turn(fourth, now), Err(now + QUARTER * 2));
        assert!(take(&mut queue, second, now + QUARTER));
        assert_eq!(queue.poll_turn(fourth, now), Err(now + QUARTER * 2));
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
            queue.poll_turn(third, now),
            Err(now + QUARTER * 3),
            "no request waits for the absent one"
        );
        assert_eq!(queue.poll_turn(absent, now), Err(now + QUARTER * 3));
        assert_eq!(queue.poll_turn(third, now), Err(now + QUARTER * 4));
        assert!(take(&mut queue, absent, now + QUARTER * 3));
        assert!(take(&mut queue, third, now + QUARTER * 4));
    }
}
