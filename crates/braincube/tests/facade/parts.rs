//! What a job, an event or a data group refers to and is not there: the error names whose part it is.

use braincube::{Error, ErrorKind};
use braincube_sim::{Fault, Simulator, SimulatorBuilder};

use crate::site::{asked, site};

const GROUP: &str = r#""dataGroups": [{"bcId": 11}]"#;

/// Jobs that refer to what does not exist, each in another way.
fn broken() -> SimulatorBuilder {
    let condition = r#""conditions": [{"variable": {"bcId": 99999}, "minimum": 1}]"#;
    Simulator::builder()
        .job(20, format!(r#"{{"bcId": 7, {condition}, {GROUP}}}"#))
        .job(
            20,
            format!(r#"{{"bcId": 8, "events": {{"positiveEvents": [{{"bcId": 999}}]}}, {GROUP}}}"#),
        )
        .job(20, r#"{"bcId": 9, "dataGroups": [{"bcId": 999}]}"#)
        .job(
            20,
            r#"{"bcId": 10, "modelEntries": [{"conditions": [{"variable": {"bcId": 99999}}]}]}"#,
        )
        .event(20, format!(r#"{{"bcId": 1, {condition}}}"#))
        .data_group(20, r#"{"bcId": 2, "variables": [{"bcId": 99999}]}"#)
}

/// That the error names what it came from, once, and what is not there.
fn assert_names(error: &Error, whose: &str, told: &str) {
    let text = error.to_string();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{text}");
    assert!(
        text.starts_with(&format!("{whose} of memory base 20 of \"demo\": ")),
        "{text}"
    );
    assert_eq!(text.matches(whose).count(), 1, "{text}");
    assert!(text.contains(told), "{text}");
}

#[tokio::test]
async fn h5_what_a_job_refers_to_and_is_not_there_is_told_of_the_job() {
    let (client, simulator) = site(broken()).await;
    let dryer = client.braincube("demo").memory_base(20);
    for (number, told) in [
        (7_u64, "no variable \"99999\""),
        (8, "no event 999"),
        (9, "no data group 999"),
    ] {
        let error = dryer.job(number).data().fetch().await.unwrap_err();
        assert_names(&error, &format!("job {number}"), told);
        let errors = match number {
            7 => vec![
                dryer.job(7).conditions().await.unwrap_err(),
                dryer.job(7).conditions_with_events().await.unwrap_err(),
            ],
            8 => vec![
                dryer.job(8).conditions_with_events().await.unwrap_err(),
                dryer.job(8).events().await.unwrap_err(),
            ],
            _ => vec![dryer.job(9).variable_ids().await.unwrap_err()],
        };
        for error in errors {
            assert_names(&error, &format!("job {number}"), told);
        }
    }
    assert!(asked(&simulator).iter().all(|line| !line.ends_with("/LF")));
    let error = dryer.job(10).data().fetch().await.unwrap_err();
    assert_names(&error, "job 10", "no variable \"99999\"");
    let posts = asked(&simulator)
        .iter()
        .filter(|line| line.ends_with("/LF"))
        .count();
    assert_eq!(posts, 1, "that one the server had to refuse");
}

#[tokio::test]
async fn h5_what_an_event_or_a_group_refers_to_and_is_not_there_is_told_of_it() {
    let (client, _simulator) = site(broken()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let error = dryer.event(1).conditions().await.unwrap_err();
    assert_names(&error, "event 1", "no variable \"99999\"");
    let error = dryer.data_group(2).data().fetch().await.unwrap_err();
    assert_names(&error, "data group 2", "no variable \"99999\"");
    let error = dryer.data_group(2).variables().await.unwrap_err();
    assert_names(&error, "data group 2", "no variable \"99999\"");
}

#[tokio::test]
async fn h6_a_refusal_of_a_part_is_told_of_the_job() {
    let refusal = Fault::status(400).on("/events/");
    let (client, _simulator) = site(Simulator::builder().fault(refusal)).await;
    let job = client.braincube("demo").memory_base(20).job(573);
    let text = job.data().fetch().await.unwrap_err().to_string();
    let expected = "job 573 of memory base 20 of \"demo\": event";
    assert!(text.starts_with(expected) && text.contains("400"), "{text}");
}

#[tokio::test]
async fn h5_a_job_of_a_memory_base_that_does_not_exist_is_told_with_those_that_do() {
    let (client, simulator) = site(Simulator::builder()).await;
    let cube = client.braincube("demo");
    let nowhere = cube.memory_base(99);
    for error in [
        nowhere.job(573).data().fetch().await.unwrap_err(),
        nowhere.job(573).conditions().await.unwrap_err(),
        nowhere.data_group(10).data().fetch().await.unwrap_err(),
        nowhere.variables().get(1).await.unwrap_err(),
        nowhere.describe().await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
        let expected = "no memory base 99 in braincube \"demo\"; did you mean 20 (Batch dryer)?";
        assert!(error.to_string().ends_with(expected), "{error}");
    }
    let seen = asked(&simulator).len();
    assert!(nowhere.variables().get_opt(1).await.unwrap().is_none());
    assert_eq!(
        asked(&simulator).len(),
        seen + 1,
        "who asks whether, is not told why"
    );
    let error = cube.memory_base(20).jobs().get(9).await.unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("job 9 of memory base 20 of \"demo\": "),
        "{error}"
    );
    assert_eq!(error.to_string().matches("job 9").count(), 1);
}
