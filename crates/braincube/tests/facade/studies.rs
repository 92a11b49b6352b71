//! Data groups, events, jobs and rules, and their data.

use braincube::{BcId, Entity as _, ErrorKind, Filter, Label, NameKey, VariableFilter as _};
use braincube_sim::Simulator;

use crate::site::{request_lines, site};

fn texts(ids: &[BcId]) -> Vec<&str> {
    ids.iter().map(BcId::as_str).collect()
}

fn json(filters: &[Filter]) -> Vec<String> {
    filters.iter().map(Filter::to_json).collect()
}

#[tokio::test]
async fn every_kind_is_listed_paged_and_read_individually() {
    let (client, _simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    macro_rules! check {
        ($collection:expr, $ids:expr, $first:expr) => {
            let listed = $collection.list().into_vec().await.unwrap();
            let ids: Vec<_> = listed.iter().map(|one| one.bcid().as_str()).collect();
            assert_eq!(ids, $ids);
            assert_eq!($collection.page(0).await.unwrap().len(), ids.len());
            assert!($collection.page(1).await.unwrap().is_empty());
            let one = $collection.get(listed[0].bcid().clone()).await.unwrap();
            assert_eq!((one.name(), one.name().is_some()), (listed[0].name(), true));
            assert_eq!(one.uuid().unwrap().len(), 36);
            assert!($collection.get_opt(1_u64).await.unwrap().is_none());
        };
    }
    check!(dryer.data_groups(), ["10", "11", "12", "13"], 10);
    let events: Vec<_> = (100..=111).map(|bcid| bcid.to_string()).collect();
    check!(dryer.events(), events, 100);
    check!(dryer.jobs(), ["573", "574", "575", "576", "577"], 573);
    check!(dryer.rules(), ["200", "201", "202"], 200);
    check!(dryer.job(573).rules(), ["200", "201"], 200);
}

#[tokio::test]
async fn a_page_has_the_page_size_of_the_client() {
    let simulator = Simulator::start().await.unwrap();
    let config = braincube::Config::builder()
        .sso_base_url(simulator.sso_base_url())
        .api_base_url(simulator.api_base_url())
        .api_key(simulator.token());
    let client = braincube::Client::builder(config.build().unwrap());
    let client = client.page_size(2).build().unwrap();
    let jobs = client.braincube("demo").memory_base(20).jobs();
    let mut pages = Vec::new();
    for number in 0..4 {
        let page = jobs.page(number).await.unwrap();
        pages.push(page.iter().map(|job| job.bcid().to_string()).collect());
    }
    let pages: [Vec<String>; 4] = pages.try_into().unwrap();
    assert_eq!(
        pages.map(|page| page.join(" ")),
        ["573 574", "575 576", "577", ""]
    );
}

#[tokio::test]
async fn a_data_group_has_variables_and_their_data() {
    let (client, _simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let group = dryer.data_group(11);
    let ids = group.variable_ids().await.unwrap();
    assert_eq!(texts(&ids), ["2000034", "2000035", "2000036"]);
    let variables = group.variables().await.unwrap();
    assert_eq!(variables[0].name(), Some("Agitator power"));

    let frame = group.data().fetch().await.unwrap();
    let same = dryer.data(ids.iter()).fetch().await.unwrap();
    assert_eq!(frame.batch(), same.batch());

    let error = dryer.data_group(13).data().fetch().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Input, "{error}");
}

#[tokio::test]
async fn conditions_of_an_event_are_filters() {
    let (client, _simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let week = dryer.event(102).conditions().await.unwrap();
    assert_eq!(
        json(&week),
        [r#"{"BETWEEN":["mb20/d2000001","20231002_000000","20231008_235959"]}"#]
    );
    let charging = dryer.event(103).conditions().await.unwrap();
    assert_eq!(
        json(&charging),
        [
            r#"{"BETWEEN":["mb20/d2000041",0,10]}"#,
            r#"{"NOT":[{"GREAT":["mb20/d2000040",60]}]}"#,
        ]
    );
    assert!(dryer.event(104).conditions().await.unwrap().is_empty());
}

/// Rows are a minute apart; the first one is in the second of the bound.
#[tokio::test]
async fn a_bound_with_milliseconds_includes_the_row_of_its_second() {
    let job = r#"{"bcId": 7, "conditions": [{"variable": {"bcId": 2000001}, "maximum": 1696226400999}],
        "modelEntries": [{"conditions": [{"variable": {"bcId": 2000034}}]}]}"#;
    let (client, simulator) = site(Simulator::builder().job(20, job)).await;
    let dryer = client.braincube("demo").memory_base(20);
    let frame = dryer.job(7).data().fetch().await.unwrap();
    assert_eq!(
        frame.batch().num_rows(),
        1,
        "the row of 2023-10-02T06:00:00"
    );
    let requests = simulator.requests();
    let body = std::str::from_utf8(requests.last().unwrap().body()).unwrap();
    let filter = r#""filter":{"LESS":["mb20/d2000001","20231002_060001"]}"#;
    assert!(body.contains(filter), "{body}");
}

/// A job whose second condition is this one, on the agitator power.
fn job_with(condition: &str) -> String {
    format!(
        r#"{{"bcId": 7, "conditions": [{{"variable": {{"bcId": 2000041}}, "minimum": 10}}, {condition}],
            "modelEntries": [{{"conditions": [{{"variable": {{"bcId": 2000034}}}}]}}]}}"#
    )
}

#[tokio::test]
async fn a_condition_without_a_variable_is_an_error_before_data_is_requested() {
    let event = r#"{"bcId": 8, "conditions": [{"minimum": 1}]}"#;
    let of_event =
        r#"{"bcId": 9, "events": {"negativeEvents": [{"bcId": 8}]}, "dataGroups": [{"bcId": 11}]}"#;
    let site_of = Simulator::builder()
        .job(20, job_with(r#"{"minimum": 1, "positive": true}"#))
        .job(20, of_event)
        .event(20, event);
    let (client, simulator) = site(site_of).await;
    let dryer = client.braincube("demo").memory_base(20);
    for (number, place) in [
        (7_u64, "conditions[1] of job 7"),
        (9, "conditions[0] of event 8"),
    ] {
        let job = dryer.job(number);
        let errors = [
            job.data().fetch().await.unwrap_err(),
            job.conditions_with_events().await.unwrap_err(),
        ];
        for error in errors {
            let text = error.to_string();
            assert!(
                text.contains(&format!("job {number} of memory base 20")),
                "{text}"
            );
            assert!(text.contains(&format!("{place} has no variable")), "{text}");
            assert_eq!(error.kind(), ErrorKind::Decode);
        }
    }
    assert!(
        request_lines(&simulator)
            .iter()
            .all(|line| !line.ends_with("/LF"))
    );
}

#[tokio::test]
async fn a_condition_without_an_equivalent_filter_is_an_error_if_strict() {
    let modalities = r#"{"variable": {"bcId": 2000034}, "modalities": ["A"]}"#;
    let bounds = r#"{"variable": {"bcId": 2000002}, "minimum": 1}"#;
    for (condition, variable) in [(modalities, "mb20/d2000034"), (bounds, "mb20/d2000002")] {
        let (client, simulator) = site(Simulator::builder().job(20, job_with(condition))).await;
        let job = client.braincube("demo").memory_base(20).job(7);
        let filters = job.conditions().await.unwrap();
        assert_eq!(json(&filters), [r#"{"GREAT":["mb20/d2000041",10]}"#]);

        let error = job.data().strict(true).fetch().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Partial);
        let text = error.to_string();
        let expected =
            format!("conditions[1] of job 7 cannot be expressed as a filter: {variable} is");
        assert!(text.contains(&expected), "{text}");
        assert!(
            request_lines(&simulator)
                .iter()
                .all(|line| !line.ends_with("/LF"))
        );

        let frame = job.data().fetch().await.unwrap();
        assert!((1..9_220).contains(&frame.batch().num_rows()));
        let requests = simulator.requests();
        let body = std::str::from_utf8(requests.last().unwrap().body()).unwrap();
        assert!(
            body.contains(r#""filter":{"GREAT":["mb20/d2000041",10]}"#),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_job_has_conditions_events_categories_variables_and_data() {
    let (client, _simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let job = dryer.job(573);
    let own = job.conditions().await.unwrap();
    assert_eq!(json(&own)[0], r#"{"GREAT":["mb20/d2000041",10]}"#);
    assert_eq!(own.len(), 2);
    let all = job.conditions_with_events().await.unwrap();
    assert_eq!(all[..2], own[..]);
    assert_eq!(
        all.len(),
        5,
        "two of its own, two negative events, one positive"
    );

    let events = job.events().await.unwrap();
    let ids = |events: &[braincube::model::Event]| {
        events
            .iter()
            .map(|event| event.bcid().to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&events.positive), ["100"]);
    assert_eq!(ids(&events.negative), ["101", "103"]);

    let categories = job.categories().await.unwrap();
    let names: Vec<Option<String>> = categories
        .iter()
        .map(|one| one.metadata().read("name").unwrap())
        .collect();
    assert_eq!(names, [Some("good".into()), Some("bad".into())]);

    let variables = job.variable_ids().await.unwrap();
    assert_eq!(
        texts(&variables),
        [
            "2000040", "2000037", "2000038", "2000039", "2000034", "2000035", "2000036"
        ]
    );

    let frame = job
        .data()
        .filter(dryer.variable(2_000_040).unwrap().greater_than(45))
        .fetch()
        .await
        .unwrap();
    let same = dryer
        .data(variables.iter())
        .filters(all)
        .filter(dryer.variable(2_000_040).unwrap().greater_than(45));
    let same = same.fetch().await.unwrap();
    assert_eq!(frame.batch(), same.batch());
    assert!((100..9_000).contains(&frame.batch().num_rows()));
}

#[tokio::test]
async fn a_draft_of_a_job_selects_all_rows() {
    let (client, _simulator) = site(Simulator::builder()).await;
    let job = client.braincube("demo").memory_base(20).job(575);
    assert!(job.conditions_with_events().await.unwrap().is_empty());
    let frame = job
        .data()
        .label(Label::Name(NameKey::Tag))
        .fetch()
        .await
        .unwrap();
    assert_eq!(
        (frame.batch().num_rows(), frame.batch().num_columns()),
        (9_220, 3)
    );
}

#[tokio::test]
async fn a_job_without_variables_is_an_error() {
    let job = r#"{"bcId": 7, "conditions": [], "events": {"positiveEvents": [{"bcId": 999}]}}"#;
    let (client, _simulator) = site(Simulator::builder().job(20, job)).await;
    let dryer = client.braincube("demo").memory_base(20);
    let error = dryer.job(7).events().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains("event 999"), "{error}");
    let error = dryer.job(8).data().fetch().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains("job 8"), "{error}");
}

#[tokio::test]
async fn the_requests_of_each_operation() {
    let (client, simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let mut log = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    macro_rules! record {
        ($operation:ident, $future:expr) => {
            $future.await.unwrap();
            let mut requests = request_lines(&simulator).split_off(seen.len());
            seen.extend(requests.iter().cloned());
            requests.sort(); // some are concurrent
            log.push(format!(
                "{}\n  {}",
                stringify!($operation),
                requests.join("\n  ")
            ));
        };
    }
    record!(group_variables, dryer.data_group(11).variables());
    record!(group_data, dryer.data_group(11).data().fetch());
    record!(event_conditions, dryer.event(103).conditions());
    record!(job_conditions, dryer.job(573).conditions());
    record!(
        job_conditions_with_events,
        dryer.job(573).conditions_with_events()
    );
    record!(job_events, dryer.job(573).events());
    record!(job_categories, dryer.job(573).categories());
    record!(job_variable_ids, dryer.job(573).variable_ids());
    record!(job_rules, dryer.job(573).rules().list().into_vec());
    record!(job_data, dryer.job(573).data().fetch());
    record!(
        job_data_by_name,
        dryer
            .job(573)
            .data()
            .label(Label::Name(NameKey::Standard))
            .fetch()
    );
    let log = log
        .join("\n")
        .replace("/braincube/demo/braincube/mb/20", "…");
    insta::assert_snapshot!(log.replace("/braincube/demo/braindata/mb20", "…"));
}
