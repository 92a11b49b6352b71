//! The current time, instants and date-like literals on the wall clock of a memory base.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use braincube::{
    DataQuery, DateTime, ErrorKind, Filter, Label, MemoryBaseHandle, NameKey, Period, TimePoint,
    VariableFilter as _,
};
use braincube_sim::{Simulator, SimulatorBuilder};

use crate::site::{request_lines, site};

/// 2023-10-28T19:00:00Z
const NOW: u64 = 1_698_519_600;
const HOUR: Duration = Duration::from_secs(3_600);
const DATE: u64 = 2_100_001;
const SPEED: u64 = 2_100_002;
const GRADE: u64 = 2_100_003;

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(NOW)
}

/// Memory base 21 in a time zone, with a row every ten minutes for three hours up to `last` on its wall
/// clock, and the folder of its file.
fn plant<'a>(
    last: &str,
    zone: impl Into<Option<&'a str>>,
) -> (SimulatorBuilder, tempfile::TempDir) {
    let last: DateTime = last.parse().unwrap();
    let mut csv = "when,speed,grade\n".to_owned();
    for row in 0..18_i64 {
        let milliseconds = last.to_epoch_milliseconds() - (17 - row) * 600_000;
        let date = DateTime::from_epoch_milliseconds(milliseconds).unwrap();
        let grade = if row == 0 { "2023-10-28" } else { "A" };
        writeln!(csv, "{date},{row},{grade}").unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plant.csv");
    std::fs::write(&file, csv).unwrap();
    let builder = Simulator::builder().csv(file).time_zone(21, zone);
    (builder, folder)
}

async fn rows(query: DataQuery) -> usize {
    query.fetch().await.unwrap().batch().num_rows()
}

async fn rows_of_stream(query: DataQuery) -> usize {
    let mut hours = query.fetch_stream(HOUR).unwrap();
    let mut rows = 0;
    while let Some(hour) = hours.next().await {
        rows += hour.unwrap().frame().batch().num_rows();
    }
    rows
}

/// The filter of the last request for data.
fn sent(simulator: &Simulator) -> String {
    let requests = simulator.requests();
    let body: serde_json::Value = serde_json::from_slice(requests.last().unwrap().body()).unwrap();
    body["context"]["filter"].to_string()
}

#[tokio::test]
async fn i16_the_current_time_is_that_of_the_time_zone_of_the_memory_base() {
    for (zone, shown) in [
        (Some("America/New_York"), "20231028_150000"),
        (Some("Europe/Paris"), "20231028_210000"),
        (Some("Asia/Kolkata"), "20231029_003000"),
        (Some("Europe/Atlantis"), "20231028_190000"),
        (None, "20231028_190000"),
    ] {
        let (builder, _folder) = plant(shown, zone);
        let (client, _simulator) = site(builder).await;
        let base = client.braincube("demo").memory_base(21);
        let query = || base.data([DATE, SPEED]).now(now());
        assert_eq!(
            rows(query().period(Period::last(HOUR))).await,
            7,
            "{zone:?}"
        );
        let three_hours = Period::last(3 * HOUR);
        assert_eq!(
            rows_of_stream(query().period(three_hours)).await,
            18,
            "{zone:?}"
        );
        // A wall-clock time is not converted.
        let start: DateTime = "20231028_000000".parse().unwrap();
        assert_eq!(
            rows_of_stream(query().period(Period::starting(start))).await,
            18
        );
    }
}

#[tokio::test]
async fn i16_the_last_hour_is_complete_after_clocks_were_put_back() {
    // 02:10 in Paris for the second time: an hour earlier it was 02:10 for the first time.
    let ten_past_two = UNIX_EPOCH + Duration::from_secs(1_698_541_800);
    let (builder, _folder) = plant("20231029_025000", "Europe/Paris");
    let (client, simulator) = site(builder).await;
    let base = client.braincube("demo").memory_base(21);
    let query = || base.data([DATE]).now(ten_past_two);
    assert_eq!(rows(query().period(Period::last(HOUR))).await, 6);
    assert_eq!(
        sent(&simulator),
        r#"{"GREAT_EQUALS":["mb21/d2100001","20231029_020000"]}"#
    );
    assert_eq!(rows_of_stream(query().period(Period::last(HOUR))).await, 6);
}

#[tokio::test]
async fn i16_instants_of_a_period_are_converted_and_days_are_not() {
    let (builder, _folder) = plant("20231028_210000", "Europe/Paris");
    let (client, simulator) = site(builder).await;
    let base = client.braincube("demo").memory_base(21);
    for (from, to, expected) in [
        ("2023-10-28T20:00:00+02:00", "2023-10-28T19:00:00Z", 7),
        ("1698516000000", "2023-10-28T15:00:00-04:00", 7),
        ("2023-10-28T20:00:00", "2023-10-28", 7),
        ("20231028", "2023-10-28T18:00:00Z", 12),
    ] {
        let point = |text: &str| text.parse::<TimePoint>().unwrap();
        let period = Period::starting(point(from)).and_ending(point(to));
        let query = base.data([DATE]).period(period);
        assert_eq!(
            rows(query).await,
            expected,
            "{from} to {to}: {}",
            sent(&simulator)
        );
    }
}

#[tokio::test]
async fn i16_a_stream_without_an_end_that_starts_after_the_current_time_has_no_window() {
    let (builder, _folder) = plant("20231028_210000", "Europe/Paris");
    let (client, simulator) = site(builder).await;
    let base = client.braincube("demo").memory_base(21);
    for (start, windows) in [("20231028_210000", 1), ("20231028_210001", 0)] {
        let start: DateTime = start.parse().unwrap();
        let query = base.data([DATE]).now(now());
        let mut stream = query
            .period(Period::starting(start))
            .fetch_stream(HOUR)
            .unwrap();
        assert_eq!(stream.next_start(), Some(start.into()));
        let mut count = 0;
        while let Some(window) = stream.next().await {
            window.unwrap();
            count += 1;
        }
        assert_eq!((count, stream.next_start()), (windows, None), "{start}");
    }
    let posts = request_lines(&simulator);
    assert_eq!(
        posts.iter().filter(|line| line.starts_with("POST")).count(),
        1
    );
}

#[tokio::test]
async fn i18_a_period_that_ends_before_it_starts_is_rejected_before_data_is_requested() {
    let (builder, _folder) = plant("20231028_210000", "Europe/Paris");
    let (client, simulator) = site(builder).await;
    let base = client.braincube("demo").memory_base(21);
    // The instant is 21:00 in Paris.
    let instant: TimePoint = "2023-10-28T19:00:00Z".parse().unwrap();
    let end: DateTime = "20231028_203000".parse().unwrap();
    let query = base
        .data([DATE])
        .period(Period::starting(instant).and_ending(end));
    let error = query.clone().fetch().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Input, "{error}");
    assert!(
        error.to_string().contains("give the lower bound first"),
        "{error}"
    );
    let mut stream = query.fetch_stream(HOUR).unwrap();
    assert_eq!(
        stream.next().await.unwrap().unwrap_err().kind(),
        ErrorKind::Input
    );
    assert!(
        !request_lines(&simulator)
            .iter()
            .any(|line| line.starts_with("POST"))
    );
}

/// Three kinds of filters that compare the date with the same literal.
fn of_all_kinds(base: &MemoryBaseHandle, literal: &str) -> Vec<Filter> {
    let date = base.variable(DATE).unwrap();
    let (json, bare) = match literal.parse::<u64>() {
        Ok(_) => (literal.to_owned(), literal.to_owned()),
        Err(_) => (format!("{literal:?}"), literal.to_owned()),
    };
    vec![
        Filter::from_json(&format!(r#"{{"GREAT_EQUALS":["{date}",{json}]}}"#)).unwrap(),
        Filter::parse(&format!("{date} >= {bare}")).unwrap(),
        date.greater_or_equal(literal).unwrap(),
    ]
}

#[tokio::test]
async fn i17_every_form_of_a_date_is_converted_in_every_kind_of_filter() {
    let (builder, _folder) = plant("20231028_210000", "Europe/Paris");
    let (client, simulator) = site(builder).await;
    let base = client.braincube("demo").memory_base(21);
    for (literal, wire) in [
        ("2023-10-28T18:00:00.000Z", "20231028_200000"),
        ("2023-10-28T20:00:00+02:00", "20231028_200000"),
        ("1698516000000", "20231028_200000"),
        ("2023-10-28T20:00:00", "20231028_200000"),
        ("20231028_200000", "20231028_200000"),
        ("20231028", "20231028_000000"),
        ("2023-10-28", "20231028_000000"),
    ] {
        for filter in of_all_kinds(&base, literal) {
            rows(base.data([SPEED]).filter(filter)).await;
            let expected = format!(r#"{{"GREAT_EQUALS":["mb21/d2100001","{wire}"]}}"#);
            assert_eq!(sent(&simulator), expected, "{literal}");
        }
    }
}

#[tokio::test]
async fn i17_a_literal_that_is_not_a_date_is_rejected_before_data_is_requested() {
    let (builder, _folder) = plant("20231028_210000", "Europe/Paris");
    let (client, simulator) = site(builder).await;
    let base = client.braincube("demo").memory_base(21);
    for literal in [
        "\"28/10/2023\"",
        "1698516000",
        "20231028200000",
        "5",
        "\"B01\"",
    ] {
        let filter = format!(r#"{{"LESS":["mb21/d{DATE}",{literal}]}}"#);
        let query = base.data([SPEED]).filter(filter.as_str());
        let error = query.fetch().await.expect_err(literal);
        assert_eq!(error.kind(), ErrorKind::Input, "{error}");
        let text = error.to_string();
        assert!(
            text.contains("cannot compare mb21/d2100001, a DATETIME variable"),
            "{text}"
        );
        assert!(text.contains("2023-10-28T21:00:00+02:00"), "{text}");
    }
    let error = base.data([SPEED]).filter("d7 >= 20231028").fetch().await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    let text = error.to_string();
    assert!(
        text.contains("the filter mb21/d7 >= 20231028: no variable \"7\""),
        "{text}"
    );
    assert!(
        !request_lines(&simulator)
            .iter()
            .any(|line| line.starts_with("POST"))
    );
}

#[tokio::test]
async fn i17_labels_and_numbers_that_look_like_dates_are_unchanged() {
    let (builder, _folder) = plant("20231028_210000", "Europe/Paris");
    let (client, simulator) = site(builder).await;
    let base = client.braincube("demo").memory_base(21);
    for (filter, wire, expected) in [
        (
            format!("d{GRADE} = \"2023-10-28\""),
            r#"{"EQUALS":["mb21/d2100003",["2023-10-28"]]}"#,
            1,
        ),
        (
            format!("d{SPEED} < 20231028"),
            r#"{"LESS":["mb21/d2100002",20231028]}"#,
            18,
        ),
    ] {
        assert_eq!(rows(base.data([SPEED]).filter(filter)).await, expected);
        assert_eq!(sent(&simulator), wire);
    }
}

#[tokio::test]
async fn i17_a_filter_needs_one_look_up_unless_its_column_is_described() {
    let (builder, _folder) = plant("20231028_210000", "Europe/Paris");
    let (client, simulator) = site(builder).await;
    let base = client.braincube("demo").memory_base(21);
    let cost = async |query: DataQuery| {
        let before = request_lines(&simulator).len();
        query.fetch().await.unwrap();
        request_lines(&simulator).len() - before
    };
    assert_eq!(cost(base.data([SPEED])).await, 2);
    for filter in [
        "d2100001 >= 2023-10-28 and d2100001 < 2023-10-29T12:00:00",
        "d2100003 = 'A' or d2100003 in ['B01', '12']",
        "d2100002 between 20 and 40 or d2100002 < 1e3",
        "d2100001 >= 20231028",
    ] {
        assert_eq!(cost(base.data([SPEED]).filter(filter)).await, 3, "{filter}");
    }
    // The description that is read for the name of the column suffices.
    let named = base.data([DATE]).label(Label::Name(NameKey::Tag));
    assert_eq!(cost(named.filter("d2100001 >= 20231028")).await, 3);
}

#[tokio::test]
async fn i17_a_plain_number_is_rejected_for_every_datetime_variable() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plant.csv");
    let csv =
        "when,done,speed\n20231028_210000,20231028_220000,1\n20231028_211000,20231028_221000,2\n";
    std::fs::write(&file, csv).unwrap();
    let (client, simulator) = site(Simulator::builder().csv(file)).await;
    let base = client.braincube("demo").memory_base(21);
    for filter in ["d2100002 >= 5", "not d2100002 < 5", "d2100001 >= 5"] {
        let error = base.data([2_100_003_u64]).filter(filter).fetch().await;
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Input, "{filter}: {error}");
        assert!(
            error.to_string().contains("a DATETIME variable, with 5"),
            "{filter}: {error}"
        );
    }
    assert!(
        !request_lines(&simulator)
            .iter()
            .any(|line| line.starts_with("POST"))
    );
}

#[tokio::test]
async fn i21_literals_of_another_type_are_converted_or_refused_before_data_is_requested() {
    let (builder, _folder) = plant("20231028_210000", "Europe/Paris");
    let (client, simulator) = site(builder).await;
    let base = client.braincube("demo").memory_base(21);
    for (filter, wire) in [
        (
            r#"{"LESS":["mb21/d2100002","9"]}"#,
            r#"{"LESS":["mb21/d2100002",9]}"#,
        ),
        (
            r#"{"NOT":[{"EQUALS":["mb21/d2100003",9]}]}"#,
            r#"{"NOT":[{"EQUALS":["mb21/d2100003",["9"]]}]}"#,
        ),
    ] {
        base.data([SPEED]).filter(filter).fetch().await.unwrap();
        assert_eq!(sent(&simulator), wire);
    }
    let before = request_lines(&simulator).len();
    for filter in [
        "d2100002 != \"A\"",
        "not d2100003 > 5",
        "not d2100002 > 2023-10-28",
    ] {
        let error = base.data([SPEED]).filter(filter).fetch().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Input, "{filter}: {error}");
    }
    let requests = request_lines(&simulator).split_off(before);
    assert!(!requests.iter().any(|line| line.starts_with("POST")));
}
