//! The number of requests does not depend on the number of variables of a memory base.

use braincube::{DataQuery, ErrorKind, Label, MemoryBaseHandle, NameKey};
use braincube_sim::{Fault, Simulator, SimulatorBuilder};

use crate::site::{request_lines, site};

const BASE: u64 = 30;
const VARIABLES: u64 = 3_000;

/// The bcIds of the first variables.
fn first(count: u64) -> Vec<u64> {
    (1..=count).map(|number| BASE * 100_000 + number).collect()
}

/// A condition about a variable that every row matches.
fn condition(bcid: u64) -> String {
    format!(r#"{{"variable": {{"bcId": {bcid}}}, "minimum": -1}}"#)
}

fn conditions(bcids: &[u64]) -> String {
    let conditions: Vec<_> = bcids.iter().map(|bcid| condition(*bcid)).collect();
    format!(r#""conditions": [{}]"#, conditions.join(","))
}

/// A memory base of 3,000 variables; a job with conditions on 200 of them, spread over the list, and three events; a
/// group of 300.
fn wide() -> SimulatorBuilder {
    let spread: Vec<u64> = first(VARIABLES).into_iter().skip(14).step_by(15).collect();
    let own = conditions(&spread);
    let job = format!(
        r#"{{"bcId": 7, {own}, "modelEntries": [{{{own}}}],
            "events": {{"positiveEvents": [{{"bcId": 1}}, {{"bcId": 2}}], "negativeEvents": [{{"bcId": 3}}]}}}}"#
    );
    let kept = conditions(&first(3)[1..]);
    let left_out = r#""conditions": [{"variable": {"bcId": 3000002}, "maximum": -1}]"#;
    let variables: Vec<_> = first(300)
        .iter()
        .map(|bcid| format!(r#"{{"bcId": {bcid}}}"#))
        .collect();
    let variables = variables.join(",");
    Simulator::builder()
        .generated(BASE, 3_000, 10)
        .job(BASE, job)
        .event(BASE, format!(r#"{{"bcId": 1, {kept}}}"#))
        .event(BASE, format!(r#"{{"bcId": 2, {kept}}}"#))
        .event(BASE, format!(r#"{{"bcId": 3, {left_out}}}"#))
        .data_group(
            BASE,
            format!(r#"{{"bcId": 9, "variables": [{variables}]}}"#),
        )
}

/// The requests since `seen`, sorted because some are concurrent.
fn requests(simulator: &Simulator, seen: usize) -> String {
    let mut requests = request_lines(simulator).split_off(seen);
    requests.sort();
    let log = requests.join("\n");
    let log = log.replace("/braincube/demo/braincube/mb/30", "…");
    log.replace("/braincube/demo/braindata/mb30", "…")
}

#[tokio::test]
async fn a_job_with_200_conditions_needs_four_requests_before_its_data() {
    let (client, simulator) = site(wide()).await;
    let job = client.braincube("demo").memory_base(BASE).job(7);
    let frame = job.data().fetch().await.unwrap();
    let shape = (frame.batch().num_rows(), frame.batch().num_columns());
    assert_eq!(shape, (10, 200));
    insta::assert_snapshot!(requests(&simulator, 0), @r"
    GET …/events/all/extended?offset=0&size=10000
    GET …/jobs/7/extended
    GET …/variables/summary?offset=0&size=10000
    GET …/simple
    POST …/LF
    ");

    let before = request_lines(&simulator).len();
    let query = job.data().label(Label::Name(NameKey::Standard));
    let frame = query.fetch().await.unwrap();
    assert_eq!(frame.batch().schema().field(0).name(), "Sensor 15");
    assert_eq!(
        request_lines(&simulator).len() - before,
        5,
        "names need no further request"
    );
    let before = request_lines(&simulator).len();
    let filters = job.conditions_with_events().await.unwrap();
    assert_eq!(filters.len(), 200 + 1 + 2 * 2);
    assert_eq!(request_lines(&simulator).len() - before, 3);
}

#[tokio::test]
async fn column_names_need_as_many_requests_for_300_variables_as_for_5() {
    let (client, simulator) = site(wide()).await;
    let base = client.braincube("demo").memory_base(BASE);
    let mut log = Vec::new();
    let mut record = async |what: &str, query: DataQuery| {
        let before = request_lines(&simulator).len();
        let query = query.label(Label::Name(NameKey::Tag));
        let frame = query.fetch().await.unwrap();
        assert_eq!(frame.batch().schema().field(0).name(), "GEN.00001.PV");
        log.push(format!("{what}\n{}", requests(&simulator, before)));
    };
    record("3 variables", base.data(first(3))).await;
    record("5 variables", base.data(first(5))).await;
    record("300 variables", base.data(first(300))).await;
    record("a group of 300 variables", base.data_group(9).data()).await;
    record("3,000 variables", base.all_data()).await;
    insta::assert_snapshot!(log.join("\n"));
}

#[tokio::test]
async fn variables_found_by_name_need_no_request_for_their_labels() {
    let (client, simulator) = site(wide()).await;
    let base = client.braincube("demo").memory_base(BASE);
    let names = (1..=300).map(|number| format!("Sensor {number}"));
    let found = base.find_variables(names).await.unwrap();
    let query = base.data(found).label(Label::Name(NameKey::Tag));
    let frame = query.fetch().await.unwrap();
    assert_eq!(frame.batch().schema().field(299).name(), "GEN.00300.PV");
    insta::assert_snapshot!(requests(&simulator, 0), @r"
    GET …/variables/summary?offset=0&size=10000
    GET …/variables/summary?offset=2999&size=10000
    GET …/simple
    POST …/LF
    ");
}

/// The names of the columns of the group.
async fn labels(base: &MemoryBaseHandle) -> Vec<String> {
    let query = base.data_group(9).data();
    let frame = query.label(Label::Name(NameKey::Standard)).fetch();
    let schema = frame.await.unwrap().batch().schema();
    let fields = schema.fields().iter();
    fields.map(|field| field.name().clone()).collect()
}

#[tokio::test]
async fn p1_shorter_pages_of_the_server_are_accepted() {
    let expected: Vec<_> = (1..=300).map(|number| format!("Sensor {number}")).collect();
    for cap in [299, 300, 150, 77] {
        let capped = Fault::page_cap(cap).on("/variables/summary");
        let (client, simulator) = site(wide().fault(capped)).await;
        let base = client.braincube("demo").memory_base(BASE);
        assert_eq!(labels(&base).await, expected, "{cap} items a page");
        let pages = request_lines(&simulator);
        let pages = pages.iter().filter(|line| line.contains("/summary"));
        let needed = usize::try_from(300 / cap + 1).unwrap();
        assert!(pages.count() <= needed + 8, "{cap} items a page");
    }
}

#[tokio::test]
async fn h6_if_the_server_rejects_long_pages_short_ones_are_requested() {
    for status in [400, 413, 422] {
        let rejection = Fault::status(status).on("/variables/summary").times(1);
        let (client, simulator) = site(wide().fault(rejection)).await;
        let base = client.braincube("demo").memory_base(BASE);
        assert_eq!(labels(&base).await.len(), 300);
        let log = requests(&simulator, 0);
        assert!(log.contains("offset=0&size=10000"), "{log}");
        assert!(log.contains("offset=0&size=150"), "{log}");
    }
    let rejection = Fault::status(400).on("/variables/summary");
    let (client, _simulator) = site(wide().fault(rejection)).await;
    let base = client.braincube("demo").memory_base(BASE);
    let error = base.all_data().fetch().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
}

#[tokio::test]
async fn h5_a_missing_variable_among_many_is_an_error_before_data_is_requested() {
    let (client, simulator) = site(wide()).await;
    let base = client.braincube("demo").memory_base(BASE);
    let mut bcids = first(10);
    bcids.push(3_003_001);
    let query = base.data(bcids).label(Label::Name(NameKey::Tag));
    let error = query.fetch().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    assert!(error.to_string().contains("\"3003001\""), "{error}");
    assert!(error.to_string().contains("did you mean 3000"), "{error}");
    assert!(!requests(&simulator, 0).contains("POST"));
}

#[tokio::test]
async fn j20_variables_missing_in_the_list_are_requested_individually() {
    let empty = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 12\r\nconnection: close\r\n\r\n{\"items\":[]}";
    let unlisted = Fault::raw(empty.as_bytes()).on("/variables/summary");
    let (client, simulator) = site(wide().fault(unlisted)).await;
    let base = client.braincube("demo").memory_base(BASE);
    let query = base.data(first(12)).label(Label::Name(NameKey::Tag));
    let frame = query.fetch().await.unwrap();
    assert_eq!(frame.batch().num_columns(), 12);
    assert_eq!(frame.batch().schema().field(11).name(), "GEN.00012.PV");
    let log = request_lines(&simulator);
    let alone = log.iter().filter(|line| line.contains("/extended"));
    assert_eq!(alone.count(), 12);
}
