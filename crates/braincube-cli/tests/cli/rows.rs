//! The rows that `data` extracts: unknown variables, dates with time zones, empty results, and events of jobs.

use std::path::Path;
use std::process::Output;
use std::time::{Duration, SystemTime};

use braincube_sim::{EmptyColumn, Simulator, SimulatorBuilder};
use jiff::tz::TimeZone;

use crate::command::{braincube, csv_rows, stderr};

/// A simulator and a directory with its configuration.
async fn site(builder: SimulatorBuilder) -> (Simulator, tempfile::TempDir) {
    let simulator = builder.start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("config.json"), simulator.config_json()).unwrap();
    (simulator, folder)
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let run = || braincube(folder).args(arguments).output();
    tokio::task::block_in_place(run).unwrap()
}

/// The number of rows in the output, without the header.
fn rows(output: &Output) -> usize {
    assert!(output.status.success(), "{}", stderr(output));
    csv_rows(std::str::from_utf8(&output.stdout).unwrap()).len() - 1
}

#[tokio::test(flavor = "multi_thread")]
async fn j23_a_mistyped_id_is_an_error_where_the_server_sends_an_empty_column() {
    let builder = Simulator::builder().unknown_as_empty();
    let builder = builder.empty_columns(EmptyColumn::EmptyData);
    let (_simulator, folder) = site(builder.broken_variable(20, 2_000_041)).await;
    let data = ["data", "demo", "20", "--variables"];
    let output = run(folder.path(), &[&data[..], &["2000034,200034"]].concat());
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let text = stderr(&output);
    assert!(
        text.contains("did you mean 2000034 (Agitator power)"),
        "{text}"
    );

    let output = run(folder.path(), &[&data[..], &["2000034,2000041"]].concat());
    assert_eq!(rows(&output), 9_220);
    let text = stderr(&output);
    assert!(text.contains("column mb20/d2000041: no data"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn i16_last_counts_back_in_the_time_zone_of_the_memory_base_and_a_missing_zone_is_a_warning()
{
    for (zone, offset_from) in [
        (Some("America/New_York"), "America/New_York"),
        (Some("Asia/Kolkata"), "Asia/Kolkata"),
        (Some("Europe/Atlantis"), "UTC"),
        (None, "UTC"),
    ] {
        let clock = TimeZone::get(offset_from).unwrap();
        let shown = |minutes: u64| {
            let time = SystemTime::now() - Duration::from_secs(minutes * 60);
            let time = jiff::Timestamp::try_from(time).unwrap();
            clock
                .to_datetime(time)
                .strftime("%Y%m%d_%H%M%S")
                .to_string()
        };
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("plant.csv");
        let csv = format!(
            "when,speed\n{},1\n{},2\n{},3\n",
            shown(200),
            shown(30),
            shown(10)
        );
        std::fs::write(&file, csv).unwrap();
        let builder = Simulator::builder().csv(file).time_zone(21, zone);
        let (_simulator, folder) = site(builder).await;
        let output = run(
            folder.path(),
            &["data", "demo", "21", "--all", "--last", "1h"],
        );
        assert_eq!(rows(&output), 2, "{zone:?}");
        let warned = stderr(&output).contains("are converted to UTC");
        assert_eq!(warned, offset_from == "UTC", "{}", stderr(&output));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn i16_from_and_to_accept_instants() {
    let builder = Simulator::builder().time_zone(20, "Europe/Paris");
    let (_simulator, folder) = site(builder).await;
    let between = |from: &str, to: &str| {
        let data = ["data", "demo", "20", "--variables", "2000001"];
        let period = ["--from", from, "--to", to];
        run(folder.path(), &[&data[..], &period].concat())
    };
    let local = between("2023-10-02T06:05:00", "2023-10-02T06:07:00");
    let instants = between("2023-10-02T06:05:00+02:00", "2023-10-02T04:07:00.000Z");
    assert_eq!(rows(&local), 3);
    assert_eq!(local.stdout, instants.stdout);
    for (from, to, expected) in [
        (
            "2023-10-02T06:05:00Z",
            "2023-10-02T08:04:59+02:00",
            "--from is later than --to",
        ),
        (
            "08/10/2023",
            "2023-10-09",
            "--from: cannot parse \"08/10/2023\" as a date; expected",
        ),
    ] {
        let output = between(from, to);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn i17_date_like_values_in_filters_are_converted() {
    let builder = Simulator::builder().time_zone(20, "Europe/Paris");
    let (_simulator, folder) = site(builder).await;
    let filtered = |filter: &str| {
        let data = ["data", "demo", "20", "--variables", "2000001", "--filter"];
        run(folder.path(), &[&data[..], &[filter]].concat())
    };
    let expected = filtered("d2000001 >= 2023-10-18T21:00:00");
    assert!(rows(&expected) > 0);
    for filter in [
        r#"d2000001 >= "2023-10-18T19:00:00.000Z""#,
        "d2000001 >= 2023-10-18T21:00:00+02:00",
        "d2000001 >= 1697655600000",
        r#"{"GREAT_EQUALS":["mb20/d2000001","2023-10-18T21:00:00"]}"#,
        r#"[{"GREAT_EQUALS":["mb20/d2000001",1697655600000]}]"#,
    ] {
        assert_eq!(filtered(filter).stdout, expected.stdout, "{filter}");
    }
    let refused = filtered(r#"{"LESS":["mb20/d2000001","18/10/2023"]}"#);
    assert_eq!(refused.status.code(), Some(1));
    let text = stderr(&refused);
    assert!(
        text.contains("a DATETIME variable, with \"18/10/2023\"; expected"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn i18_a_reversed_between_in_json_is_wrong_usage() {
    let (simulator, folder) = site(Simulator::builder()).await;
    let filter = r#"{"BETWEEN":["mb20/d2000034",40,20]}"#;
    let output = run(
        folder.path(),
        &["data", "demo", "20", "--all", "--filter", filter],
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("give the lower bound first"),
        "{}",
        stderr(&output)
    );
    assert!(simulator.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn i19_an_empty_result_is_explained_and_fails_with_fail_if_empty() {
    let (_simulator, folder) = site(Simulator::builder()).await;
    let out = folder.path().join("out.csv");
    let data = |filter: &str, more: &[&str]| {
        let arguments = [
            "data",
            "demo",
            "20",
            "--variables",
            "2000001,2000034",
            "--filter",
        ];
        run(folder.path(), &[&arguments[..], &[filter], more].concat())
    };
    let hint = r#"0 rows: no row matches mb20/d2000002 = "b01"; did you mean "B01"?"#;
    let output = data("d2000002 = 'b01'", &[]);
    assert_eq!(rows(&output), 0);
    assert!(stderr(&output).contains(hint), "{}", stderr(&output));
    let quiet = data("d2000002 = 'b01'", &["-q"]);
    assert_eq!((rows(&quiet), stderr(&quiet).as_str()), (0, ""));

    let file = out.to_str().unwrap();
    for quiet in [&[][..], &["-q"]] {
        let more = [&["--fail-if-empty", "-o", file][..], quiet].concat();
        let output = data("d2000002 = 'b01'", &more);
        assert_eq!(output.status.code(), Some(1));
        let text = stderr(&output);
        assert!(
            text.trim_end().ends_with(&format!("error: {hint}")),
            "{text}"
        );
        assert_eq!(text.matches("0 rows").count(), 1, "{text}");
        assert!(!out.exists(), "nothing is written");
    }
    let output = data("d2000002 = 'B01'", &["--fail-if-empty"]);
    assert!(rows(&output) > 0);
    assert!(!stderr(&output).contains("0 rows"), "{}", stderr(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn i15_conditions_of_a_job_note_that_its_events_are_left_out() {
    let (_simulator, folder) = site(Simulator::builder()).await;
    let messages = |arguments: &str| {
        let arguments: Vec<_> = arguments.split(' ').collect();
        let output = run(folder.path(), &arguments);
        assert!(output.status.success(), "{}", stderr(&output));
        stderr(&output)
    };
    let left_out = "the conditions of the job's events (3) are left out";
    let text = messages("conditions demo 20 job 573");
    assert!(
        text.contains(left_out) && text.contains("add --events"),
        "{text}"
    );
    for silent in [
        "conditions demo 20 job 573 --events",
        "conditions demo 20 job 573 -q",
        "conditions demo 20 job 575",
        "conditions demo 20 event 102",
    ] {
        let text = messages(silent);
        assert!(!text.contains("left out"), "{silent}: {text}");
    }
}
