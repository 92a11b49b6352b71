//! Columns without data, of variables that exist and of variables that do not.

use std::time::Duration;

use braincube::arrow_array::Array as _;
use braincube::arrow_schema::DataType;
use braincube::{
    DataQuery, Error, ErrorKind, Label, LongId, MemoryBaseHandle, NameKey, Period, Split,
};
use braincube_sim::{EmptyColumn, Fault, Simulator, SimulatorBuilder};

use crate::site::{config, request_lines, site};

const POWER: u64 = 2_000_034;
const BROKEN: u64 = 2_000_041;
const MISTYPED: u64 = 200_034;
/// A query of a memory base.
type Query = fn(&MemoryBaseHandle) -> DataQuery;

const DAY: Duration = Duration::from_secs(86_400);

/// All forms of a column without data.
const FORMS: [EmptyColumn; 4] = [
    EmptyColumn::NoData,
    EmptyColumn::NullData,
    EmptyColumn::EmptyData,
    EmptyColumn::Omitted,
];

/// A server that sends an empty column with a type for variables without data and for unknown variables.
fn lenient(form: EmptyColumn) -> SimulatorBuilder {
    let group =
        format!(r#"{{"bcId": 77, "variables": [{{"bcId": {POWER}}}, {{"bcId": {MISTYPED}}}]}}"#);
    let job = r#"{"bcId": 78, "dataGroups": [{"bcId": 77}], "conditions": [], "modelEntries": []}"#;
    Simulator::builder()
        .unknown_as_empty()
        .empty_columns(form)
        .broken_variable(20, BROKEN)
        .data_group(20, group)
        .job(20, job)
}

fn assert_is_named(error: &Error, context: &str) {
    assert_eq!(error.kind(), ErrorKind::NotFound, "{context}: {error}");
    let text = error.to_string();
    assert!(text.contains("no variable \"200034\""), "{context}: {text}");
    assert!(
        text.contains("did you mean 2000034 (Agitator power)"),
        "{context}: {text}"
    );
}

#[tokio::test]
async fn j23_a_mistyped_id_is_an_error_in_every_form_and_on_every_path() {
    let october_2 = || {
        let start: braincube::DateTime = "20231002_000000".parse().unwrap();
        Period::starting(start)
    };
    let paths: [(&str, Query); 5] = [
        ("alone", |base| base.data([MISTYPED])),
        ("by number", |base| base.data([POWER, MISTYPED])),
        ("split", |base| {
            base.data([POWER, 2_000_035, 2_000_036, MISTYPED])
                .split(Split::default().columns(2))
        }),
        ("group", |base| base.data_group(77).data()),
        ("job", |base| base.job(78).data()),
    ];
    for form in FORMS {
        let (client, simulator) = site(lenient(form)).await;
        let base = client.braincube("demo").memory_base(20);
        for (path, query) in paths {
            let context = format!("{path}, {form:?}");
            let error = query(&base).fetch().await.expect_err(&context);
            assert_is_named(&error, &context);
            let error = query(&base).strict(true).fetch().await.expect_err(&context);
            assert_is_named(&error, &context);
            let stream = query(&base).period(october_2()).fetch_stream(DAY);
            let error = stream.unwrap().next().await.unwrap().unwrap_err();
            assert_is_named(&error, &context);
        }
        let config = config(&simulator);
        let blocking = tokio::task::spawn_blocking(move || {
            let client = braincube::blocking::Client::from_config(config).unwrap();
            let base = client.braincube("demo").memory_base(20);
            base.data([POWER, MISTYPED]).fetch().unwrap_err()
        });
        assert_is_named(&blocking.await.unwrap(), "blocking");
    }
}

#[tokio::test]
async fn j23_an_existing_variable_without_data_is_a_null_column_in_the_report() {
    for form in FORMS {
        let (client, simulator) = site(lenient(form)).await;
        let base = client.braincube("demo").memory_base(20);
        let frame = base.data([POWER, BROKEN]).fetch().await.unwrap();
        let column = frame.batch().column(1);
        assert_eq!(column.data_type(), &DataType::Float64, "{form:?}");
        assert_eq!(column.null_count(), 9_220, "{form:?}");
        let missing: Vec<_> = frame.report().missing().collect();
        assert_eq!(missing, [LongId::variable(20, BROKEN)], "{form:?}");
        assert_eq!(
            request_lines(&simulator),
            [
                "GET /braincube/demo/braindata/mb20/simple",
                "POST /braincube/demo/braindata/mb20/LF",
                "GET /braincube/demo/braincube/mb/20/variables/2000041/extended",
            ],
            "exactly one look-up"
        );
    }
}

#[tokio::test]
async fn j23_several_columns_without_data_share_one_look_up() {
    let builder = lenient(EmptyColumn::NoData)
        .broken_variable(20, 2_000_040)
        .broken_variable(20, 2_000_039);
    let (client, simulator) = site(builder).await;
    let base = client.braincube("demo").memory_base(20);
    let ids = [POWER, 2_000_039, 2_000_040, BROKEN];
    let frame = base.data(ids).fetch().await.unwrap();
    assert_eq!(frame.report().missing().count(), 3);
    let lookups = request_lines(&simulator).split_off(2);
    assert_eq!(lookups.len(), 1, "{lookups:?}");
    assert!(lookups[0].contains("/variables/summary?"), "{lookups:?}");

    // If all descriptions have been read, nothing is looked up.
    let before = request_lines(&simulator).len();
    let named = base.data(ids).label(Label::Name(NameKey::Tag));
    assert_eq!(named.fetch().await.unwrap().report().missing().count(), 3);
    assert_eq!(
        base.all_data()
            .fetch()
            .await
            .unwrap()
            .report()
            .missing()
            .count(),
        3
    );
    let after = request_lines(&simulator).split_off(before);
    let last = after.last().unwrap();
    assert!(
        last.starts_with("POST"),
        "no request after the data: {after:?}"
    );
}

#[tokio::test]
async fn j23_a_stream_looks_up_a_variable_once_for_all_windows() {
    let (client, simulator) = site(lenient(EmptyColumn::NullData)).await;
    let base = client.braincube("demo").memory_base(20);
    let start: braincube::DateTime = "20231002_000000".parse().unwrap();
    let end: braincube::DateTime = "20231004_235959".parse().unwrap();
    let query = base.data([POWER, BROKEN]);
    let query = query.period(Period::starting(start).and_ending(end));
    let mut days = query.fetch_stream(DAY).unwrap();
    let mut windows = 0;
    while let Some(day) = days.next().await {
        assert_eq!(day.unwrap().frame().report().missing().count(), 1);
        windows += 1;
    }
    let lookups = request_lines(&simulator);
    let lookups = lookups
        .iter()
        .filter(|line| line.contains("/variables/2000041/"));
    assert_eq!((windows, lookups.count()), (3, 1));
}

#[tokio::test]
async fn j23_a_failed_look_up_is_an_error_and_not_a_null_column() {
    let rejection = Fault::status(403).on("/variables/");
    let (client, _simulator) = site(lenient(EmptyColumn::NoData).fault(rejection)).await;
    let base = client.braincube("demo").memory_base(20);
    let error = base.data([POWER, BROKEN]).fetch().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden, "{error}");
    let expected = "looking up variable mb20/d2000041, for which the server sent no data";
    assert!(error.to_string().contains(expected), "{error}");
}

#[tokio::test]
async fn j23_a_mistyped_id_is_an_error_if_no_row_matches() {
    let none = "d2000034 > 1e6";
    for form in FORMS {
        let (client, _simulator) = site(lenient(form)).await;
        let base = client.braincube("demo").memory_base(20);
        for (path, query) in [
            ("alone", base.data([MISTYPED])),
            ("by number", base.data([POWER, MISTYPED])),
            ("group", base.data_group(77).data()),
            (
                "split",
                base.data([POWER, 2_000_035, MISTYPED])
                    .split(Split::default().columns(1)),
            ),
        ] {
            let error = query.filter(none).fetch().await.expect_err(path);
            assert_is_named(&error, &format!("{path}, {form:?}"));
        }
    }
}

#[tokio::test]
async fn j23_the_variables_of_a_query_without_rows_are_looked_up_once() {
    let (client, simulator) = site(lenient(EmptyColumn::EmptyData)).await;
    let base = client.braincube("demo").memory_base(20);
    let start: braincube::DateTime = "20300101_000000".parse().unwrap();
    let end: braincube::DateTime = "20300103_235959".parse().unwrap();
    let query = base.data([POWER, 2_000_035, 2_000_036]);
    let query = query.split(Split::default().columns(1));
    let query = query.period(Period::starting(start).and_ending(end));
    let mut days = query.fetch_stream(DAY).unwrap();
    while let Some(day) = days.next().await {
        assert_eq!(day.unwrap().frame().batch().num_rows(), 0);
    }
    let lookups: Vec<_> = request_lines(&simulator)
        .into_iter()
        .filter(|line| line.contains("/variables/"))
        .collect();
    assert_eq!(lookups.len(), 2, "{lookups:?}");
    assert!(lookups[0].contains("/2000001/"), "it dates the rows");
    assert!(lookups[1].contains("/summary?"), "{lookups:?}");

    // Variables whose descriptions have been read exist.
    let named = base
        .data([POWER, 2_000_035])
        .label(Label::Name(NameKey::Tag));
    named.filter("d2000034 > 1e6").fetch().await.unwrap();
    let lines = request_lines(&simulator);
    let last = lines.last().unwrap();
    assert!(last.starts_with("POST"), "{lines:?}");
}
