//! Jobs, events and data groups that refer to entities that do not exist: the error names the entity that refers to them.

use braincube::{Error, ErrorKind};
use braincube_sim::{Fault, Simulator, SimulatorBuilder};

use crate::site::{request_lines, site};

const GROUP: &str = r#""dataGroups": [{"bcId": 11}]"#;

/// Jobs that refer to missing entities, each in another way.
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

/// Asserts that the error names the referring entity once, and the missing one.
fn assert_names(error: &Error, owner: &str, missing: &str) {
    let text = error.to_string();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{text}");
    assert!(
        text.starts_with(&format!("{owner} of memory base 20 of \"demo\": ")),
        "{text}"
    );
    assert_eq!(text.matches(owner).count(), 1, "{text}");
    assert!(text.contains(missing), "{text}");
}

#[tokio::test]
async fn h5_a_missing_entity_of_a_job_is_an_error_that_names_the_job() {
    let (client, simulator) = site(broken()).await;
    let dryer = client.braincube("demo").memory_base(20);
    for (number, missing) in [
        (7_u64, "no variable \"99999\""),
        (8, "no event 999"),
        (9, "no data group 999"),
    ] {
        let error = dryer.job(number).data().fetch().await.unwrap_err();
        assert_names(&error, &format!("job {number}"), missing);
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
            assert_names(&error, &format!("job {number}"), missing);
        }
    }
    assert!(
        request_lines(&simulator)
            .iter()
            .all(|line| !line.ends_with("/LF"))
    );
    let error = dryer.job(10).data().fetch().await.unwrap_err();
    assert_names(&error, "job 10", "no variable \"99999\"");
    let posts = request_lines(&simulator)
        .iter()
        .filter(|line| line.ends_with("/LF"))
        .count();
    assert_eq!(posts, 1, "only the server can detect that one");
}

#[tokio::test]
async fn h5_a_missing_entity_of_an_event_or_a_group_is_an_error_that_names_it() {
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
async fn h6_a_rejected_request_for_an_event_is_an_error_that_names_the_job() {
    let rejection = Fault::status(400).on("/events/");
    let (client, _simulator) = site(Simulator::builder().fault(rejection)).await;
    let job = client.braincube("demo").memory_base(20).job(573);
    let text = job.data().fetch().await.unwrap_err().to_string();
    let expected = "job 573 of memory base 20 of \"demo\": event";
    assert!(text.starts_with(expected) && text.contains("400"), "{text}");
}

#[tokio::test]
async fn h5_a_job_of_a_missing_memory_base_is_an_error_that_suggests_memory_bases() {
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
    let seen = request_lines(&simulator).len();
    assert!(nowhere.variables().get_opt(1).await.unwrap().is_none());
    assert_eq!(
        request_lines(&simulator).len(),
        seen + 1,
        "`get_opt` sends no further request"
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
