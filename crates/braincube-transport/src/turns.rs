//! [`Turns`]: who may send a request, and when.

use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// By how much a timer rings late at the best: its clock has milliseconds.
const TICK: Duration = Duration::from_millis(1);

/// Turns at even distances, for all who share them.
///
/// Nobody has a turn before its time: those who wait stand in line, and whoever does not want to wait any longer leaves it.
/// Nor is anybody held up by one who stands in line and does not come for the turn, as a future does that is kept and not
/// polled.
#[derive(Debug)]
pub(crate) struct Turns {
    line: Mutex<Line>,
    /// Told when somebody has left the line without a turn: all behind move up.
    moved: Notify,
}

impl Turns {
    pub(crate) fn new(per_second: NonZeroU32) -> Self {
        Self {
            line: Mutex::new(Line::new(Duration::from_secs(1) / per_second.get())),
            moved: Notify::new(),
        }
    }

    /// Takes a turn if there is one and nobody waits for it.
    pub(crate) fn take_at_once(&self) -> bool {
        self.line().take_at_once(Instant::now())
    }

    /// A place behind all who wait already.
    pub(crate) fn join(&self) -> Place<'_> {
        Place {
            number: self.line().join(),
            turns: self,
        }
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody's place in the line, left when it is dropped.
#[derive(Debug)]
pub(crate) struct Place<'a> {
    number: u64,
    turns: &'a Turns,
}

impl Place<'_> {
    /// Waits until there is a turn to take.
    pub(crate) async fn comes(&self) {
        loop {
            // Heard from here on, so that nobody leaves the line unheard.
            let moved = self.turns.moved.notified();
            let time = self.turns.line().ask(self.number, Instant::now());
            let Err(at) = time else {
                return;
            };
            // Whether it is time or somebody has left, it is asked again.
            let _ = timeout_at(at, moved).await;
        }
    }

    /// Takes the turn, if it is still there, and leaves the line with it.
    pub(crate) fn take(&self) -> bool {
        self.turns.line().take(self.number, Instant::now())
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let was_there = self.turns.line().leave(self.number);
        if was_there {
            self.turns.moved.notify_waiters();
        }
    }
}

/// Who waits, in the order in which they came, and when the next turn is.
#[derive(Debug)]
struct Line {
    distance: Duration,
    next: Option<Instant>,
    waiting: VecDeque<Waiting>,
    joined: u64,
}

#[derive(Debug)]
struct Waiting {
    number: u64,
    /// Whether a turn has gone by that was theirs. They stay where they are, and nobody waits for them.
    is_absent: bool,
}

impl Line {
    fn new(distance: Duration) -> Self {
        Self {
            distance,
            next: None,
            waiting: VecDeque::new(),
            joined: 0,
        }
    }

    fn join(&mut self) -> u64 {
        self.joined += 1;
        self.waiting.push_back(Waiting {
            number: self.joined,
            is_absent: false,
        });
        self.joined
    }

    /// Leaves the line; whether anybody stood there.
    fn leave(&mut self, number: u64) -> bool {
        let place = self.place(number);
        place.is_some_and(|place| self.waiting.remove(place).is_some())
    }

    /// Whether it is time for somebody's turn; else when to ask again.
    fn ask(&mut self, number: u64, now: Instant) -> Result<(), Instant> {
        if let Some(place) = self.place(number) {
            self.waiting[place].is_absent = false;
        }
        let at = self.time_behind(self.in_front_of(number), now);
        if at <= now { Ok(()) } else { Err(at) }
    }

    /// Takes a turn and leaves the line, if it is time.
    fn take(&mut self, number: u64, now: Instant) -> bool {
        if self.ask(number, now).is_err() {
            return false;
        }
        self.go(self.in_front_of(number), now);
        // They have let their turns go by.
        let in_front = self.waiting.iter_mut();
        let in_front = in_front.take_while(|waiting| waiting.number < number);
        in_front.for_each(|waiting| waiting.is_absent = true);
        self.leave(number)
    }

    /// Takes a turn, if it is time and nobody waits for it.
    fn take_at_once(&mut self, now: Instant) -> bool {
        let is_free = self.in_front_of(u64::MAX) == 0 && self.time_behind(0, now) <= now;
        if is_free {
            self.go(0, now);
        }
        is_free
    }

    /// The turn behind so many others is taken.
    fn go(&mut self, in_front: u32, now: Instant) {
        let at = self.time_behind(in_front, now);
        // A timer rings a little late; that adds nothing to the distances.
        let is_on_time = now.saturating_duration_since(at) <= TICK;
        self.next = Some(if is_on_time { at } else { now } + self.distance);
    }

    /// When it is the turn of somebody behind so many others, whether they take theirs or let them go by.
    fn time_behind(&self, in_front: u32, now: Instant) -> Instant {
        self.next.unwrap_or(now) + self.distance.saturating_mul(in_front)
    }

    /// How many wait in front of somebody.
    fn in_front_of(&self, number: u64) -> u32 {
        let waiting = self.waiting.iter();
        let in_front = waiting.take_while(|waiting| waiting.number < number);
        let count = in_front.filter(|waiting| !waiting.is_absent).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    fn place(&self, number: u64) -> Option<usize> {
        let place = self.waiting.binary_search_by_key(&number, |it| it.number);
        place.ok()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::Line;

    const QUARTER: Duration = Duration::from_millis(250);

    #[test]
    fn turns_have_a_distance_and_none_is_saved_up() {
        let start = Instant::now();
        let mut line = Line::new(QUARTER);
        for (now, expected) in [
            (0, true),
            (0, false),
            (249, false),
            // As late as a timer may ring, which the next turn does not mind.
            (251, true),
            (499, false),
            (500, true),
            // Later than that, which it does.
            (800, true),
            (1049, false),
            (1050, true),
            (5000, true),
            (5001, false),
        ] {
            let taken = line.take_at_once(start + Duration::from_millis(now));
            assert_eq!(taken, expected, "{now}");
        }
    }

    /// A line in which so many wait, since somebody has just had a turn.
    fn waiting<const N: usize>(now: Instant) -> (Line, [u64; N]) {
        let mut line = Line::new(QUARTER);
        assert!(line.take_at_once(now));
        let numbers = [(); N].map(|()| line.join());
        (line, numbers)
    }

    #[test]
    fn whoever_leaves_the_line_lets_the_others_move_up() {
        let now = Instant::now();
        let (mut line, numbers) = waiting::<4>(now);
        for (place, number) in (1..).zip(numbers) {
            assert_eq!(line.ask(number, now), Err(now + QUARTER * place));
        }
        let [first, second, third, fourth] = numbers;
        assert!(line.leave(first) && line.leave(third));
        assert!(!line.leave(first), "nobody leaves twice");
        assert_eq!(line.ask(second, now), Err(now + QUARTER));
        assert_eq!(line.ask(fourth, now), Err(now + QUARTER * 2));
        assert!(line.take(second, now + QUARTER));
        assert_eq!(line.ask(fourth, now), Err(now + QUARTER * 2));
        assert!(!line.take_at_once(now + QUARTER * 2), "somebody waits");
    }

    #[test]
    fn whoever_does_not_come_for_a_turn_is_passed_by_and_keeps_the_place() {
        let now = Instant::now();
        let (mut line, [absent, second, third]) = waiting(now);
        assert!(!line.take(second, now + QUARTER));
        assert!(line.take(second, now + QUARTER * 2));
        assert_eq!(
            line.ask(third, now),
            Err(now + QUARTER * 3),
            "nobody waits for the absent"
        );
        assert_eq!(line.ask(absent, now), Err(now + QUARTER * 3));
        assert_eq!(line.ask(third, now), Err(now + QUARTER * 4));
        assert!(line.take(absent, now + QUARTER * 3));
        assert!(line.take(third, now + QUARTER * 4));
    }
}
