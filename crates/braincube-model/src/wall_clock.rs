//! [`WallClock`]: the local time that a memory base's dates are written in.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::DateTime;

/// Longer than any clock has ever been put back at once; Manila lost a whole day in 1844.
const LONGEST_SHIFT: SignedDuration = SignedDuration::from_hours(26);

/// The local time of a time zone, to convert instants to the dates of a memory base.
///
/// The dates of the data service are wall-clock times without a zone, in the zone that the memory base names. An instant
/// has exactly one wall-clock time, but while clocks are put back, two instants have the same one. A bound is therefore
/// converted to the side that keeps more rows; see [`TimePoint`](crate::TimePoint).
///
/// The rules of the zones come from the operating system, or from a copy in the program where the system has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WallClock(TimeZone);

impl WallClock {
    /// Coordinated universal time.
    pub const UTC: Self = Self(TimeZone::UTC);

    /// The local time of the zone with this name in the IANA database, such as `Europe/Paris`; `None` if it is unknown.
    pub fn in_zone(name: &str) -> Option<Self> {
        TimeZone::get(name).ok().map(Self)
    }

    /// The wall-clock time at an instant, in whole seconds since 1970; `None` outside of the years 0 to 9999.
    pub(crate) fn at(&self, second: i64) -> Option<DateTime> {
        DateTime::from_civil(self.0.to_datetime(Timestamp::from_second(second).ok()?))
    }

    /// The earliest wall-clock time that is shown at an instant or after it.
    pub(crate) fn earliest_from(&self, second: i64) -> Option<DateTime> {
        let instant = Timestamp::from_second(second).ok()?;
        let limit = instant.saturating_add(LONGEST_SHIFT).ok()?;
        let changes = self.0.following(instant);
        let shown = changes
            .map(|change| change.timestamp())
            .take_while(|change| *change <= limit)
            .map(|change| self.0.to_datetime(change));
        DateTime::from_civil(shown.chain([self.0.to_datetime(instant)]).min()?)
    }

    /// The latest wall-clock time that is shown at an instant or before it.
    pub(crate) fn latest_until(&self, second: i64) -> Option<DateTime> {
        const SECOND: SignedDuration = SignedDuration::from_secs(1);
        let instant = Timestamp::from_second(second).ok()?;
        let limit = instant.saturating_sub(LONGEST_SHIFT).ok()?;
        // A change at the instant itself counts: until then the clock showed more.
        let changes = self.0.preceding(instant.saturating_add(SECOND).ok()?);
        let shown = changes
            .map(|change| change.timestamp())
            .take_while(|change| *change >= limit)
            .filter_map(|change| change.checked_sub(SECOND).ok())
            .map(|before| self.0.to_datetime(before));
        DateTime::from_civil(shown.chain([self.0.to_datetime(instant)]).max()?)
    }
}

#[cfg(test)]
mod tests {
    use super::WallClock;

    fn second(instant: &str) -> i64 {
        instant.parse::<jiff::Timestamp>().unwrap().as_second()
    }

    #[test]
    fn i16_an_instant_has_one_wall_clock_time_in_each_zone() {
        for (zone, date) in [
            ("America/New_York", "20231028_150000"),
            ("Europe/Paris", "20231028_210000"),
            ("Asia/Kolkata", "20231029_003000"),
            ("Etc/GMT", "20231028_190000"),
        ] {
            let clock = WallClock::in_zone(zone).unwrap();
            let shown = clock.at(second("2023-10-28T19:00:00Z")).unwrap();
            assert_eq!(shown.to_string(), date, "{zone}");
        }
        assert_eq!(WallClock::in_zone("Europe/Atlantis"), None);
    }

    #[test]
    fn i16_a_bound_in_the_hour_that_occurs_twice_is_widened() {
        // On 2023-10-29, at 01:00 UTC, clocks in Paris were put back from 03:00 to 02:00.
        let paris = WallClock::in_zone("Europe/Paris").unwrap();
        for (instant, earliest, at, latest) in [
            ("2023-10-28T23:59:59Z", "015959", "015959", "015959"),
            ("2023-10-29T00:10:00Z", "020000", "021000", "021000"),
            ("2023-10-29T00:59:59Z", "020000", "025959", "025959"),
            ("2023-10-29T01:00:00Z", "020000", "020000", "025959"),
            ("2023-10-29T01:10:00Z", "021000", "021000", "025959"),
            ("2023-10-29T02:00:00Z", "030000", "030000", "030000"),
        ] {
            let second = second(instant);
            let shown = [
                paris.earliest_from(second),
                paris.at(second),
                paris.latest_until(second),
            ];
            let shown = shown.map(|date| date.unwrap().to_string());
            let expected = [earliest, at, latest].map(|time| format!("20231029_{time}"));
            assert_eq!(shown, expected, "{instant}");
        }
    }

    #[test]
    fn i16_no_bound_is_widened_when_clocks_go_forward() {
        let paris = WallClock::in_zone("Europe/Paris").unwrap();
        for (instant, date) in [
            ("2023-03-26T00:59:59Z", "20230326_015959"),
            ("2023-03-26T01:00:00Z", "20230326_030000"),
        ] {
            let second = second(instant);
            for shown in [paris.earliest_from(second), paris.latest_until(second)] {
                assert_eq!(shown.unwrap().to_string(), date, "{instant}");
            }
        }
    }

    #[test]
    fn an_instant_outside_the_years_0_to_9999_has_no_wall_clock_time() {
        for second in [i64::MIN, -62_167_219_201, 253_402_300_800, i64::MAX] {
            assert_eq!(WallClock::UTC.at(second), None, "{second}");
            assert_eq!(WallClock::UTC.earliest_from(second), None, "{second}");
            assert_eq!(WallClock::UTC.latest_until(second), None, "{second}");
        }
    }
}
