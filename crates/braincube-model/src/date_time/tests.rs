use proptest::prelude::*;

use super::{DateTime, WallClock};

#[test]
fn invalid_dates_are_errors() {
    for text in [
        "",
        "20201127",
        "20201127-124000",
        "20201127_1240000",
        "20190229_000000",
        "20201327_000000",
        "20201127_240000",
        "20201127_126000",
        "20201127_235960",
        "2020112é_12400",
        "+0201127_124000",
    ] {
        text.parse::<DateTime>().expect_err(text);
    }
}

#[test]
fn milliseconds_become_dates_in_utc() {
    for (milliseconds, text) in [
        (0, "19700101_000000"),
        (-1, "19691231_235959"),
        (-1000, "19691231_235959"),
        (999, "19700101_000000"),
        (951_782_400_000, "20000229_000000"),
        (253_402_300_799_999, "99991231_235959"),
        (-62_167_219_200_000, "00000101_000000"),
    ] {
        let date = DateTime::from_epoch_milliseconds(milliseconds).unwrap();
        assert_eq!(date.to_string(), text);
    }
    for milliseconds in [i64::MIN, i64::MAX, 253_402_300_800_000, -62_167_219_200_001] {
        assert_eq!(DateTime::from_epoch_milliseconds(milliseconds), None);
    }
}

#[test]
fn the_iso_form_is_parsed() {
    for (text, date) in [
        ("2020-11-27", Some("20201127_000000")),
        ("2020-11-27T12:40", Some("20201127_124000")),
        ("2020-11-27T12:40:01", Some("20201127_124001")),
        ("2020-11-31", None),
        ("2020-1-27", None),
        ("2020-11-27T12", None),
        ("2020-11-27T12:40:01Z", None),
        ("0000-01-01", Some("00000101_000000")),
        ("9999-12-31T23:59:59", Some("99991231_235959")),
        ("2020-02-29T00:00", Some("20200229_000000")),
        ("", None),
        ("T", None),
        ("2020", None),
        ("2020-11", None),
        ("2020-11-27T", None),
        ("2020-11-27t12:40", None),
        ("2020-11-27 12:40", None),
        (" 2020-11-27", None),
        ("2020-11-27-01", None),
        ("-020-11-27", None),
        ("+020-11-27", None),
        ("12020-11-27", None),
        ("2020-00-27", None),
        ("2020-13-27", None),
        ("2019-02-29", None),
        ("2020-11-27T24:00", None),
        ("2020-11-27T12:60", None),
        ("2020-11-27T23:59:60", None),
        ("2020-11-27T12:40:01.5", None),
        ("2020-11-27T12:40+01:00", None),
        ("2020-11-27T12:40T12:40", None),
        ("٢٠٢٠-11-27", None),
        ("20201127_124000", None),
    ] {
        let read = DateTime::parse_iso(text).map(|date| date.to_string());
        assert_eq!(read.as_deref(), date, "{text}");
    }
}

proptest! {
    #[test]
    fn seconds_and_texts_are_inverses(seconds in -62_167_219_200_i64..=253_402_300_799) {
        let date = DateTime::from_epoch_milliseconds(seconds * 1000).unwrap();
        prop_assert_eq!(date.to_epoch_milliseconds(), seconds * 1000);
        prop_assert_eq!(date.to_string().parse::<DateTime>().unwrap(), date);
    }
}

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
    // On 2023-10-29, at 01:00 UTC, clocks in Paris went back from 03:00 to 02:00.
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
