//! The features of the Python package, and the table of their tests.

use std::path::Path;

use braincube::arrow_array::Float64Array;
use braincube::{
    Client, Config, Entity as _, ErrorKind, Filter, MemoryBaseHandle, VariableFilter as _,
};
use braincube_sim::{DEMO_OAUTH2_TOKEN, Fault, Simulator};
use serde_json::Value;

use crate::site::{request_lines, site};

const TABLE: &str = include_str!("../../../../docs/python-manual.md");

#[test]
fn every_row_of_the_table_has_an_item_and_an_existing_test() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut rows = 0;
    for line in TABLE.lines().filter(|line| line.starts_with("| ")) {
        let line = line.replace("\\|", "or");
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [feature, item, test] = cells[..] else {
            panic!("{line} does not have three cells")
        };
        if feature == "Python package" {
            continue;
        }
        assert!(!feature.is_empty() && item.contains('`'), "{line}");
        let (file, name) = test.trim_matches('`').split_once(' ').unwrap();
        let source = std::fs::read_to_string(crates.join(file));
        let source = source.unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(
            source.contains(&format!("fn {name}(")),
            "{file} has no test {name}"
        );
        rows += 1;
    }
    assert!(rows > 40, "{rows} rows");
}

#[tokio::test]
async fn a_client_is_created_from_a_configuration_file() {
    let simulator = Simulator::start().await.unwrap();
    let folder = std::env::temp_dir().join(format!("braincube-manual-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("myfile.json");
    std::fs::write(&file, simulator.config_json()).unwrap();
    let client = Client::from_config_file(&file).await;
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(client.unwrap().braincubes().await.unwrap().len(), 1);
}

#[tokio::test]
async fn c8_of_two_tokens_the_personal_access_token_is_used() {
    let simulator = Simulator::start().await.unwrap();
    let config = Config::builder()
        .sso_base_url(simulator.sso_base_url())
        .api_base_url(simulator.api_base_url())
        .api_key(simulator.token())
        .oauth2_token("never-exchanged");
    let client = Client::from_config(config.build().unwrap()).await.unwrap();
    assert_eq!(client.braincubes().await.unwrap().len(), 1);
    let requests = simulator.requests();
    assert_eq!(requests.len(), 1, "no session is opened");
    assert_eq!(requests[0].header("x-api-key"), Some(simulator.token()));
    assert_eq!(requests[0].header("authorization"), None);
}

#[tokio::test]
async fn a_program_can_use_several_clients() {
    let (one, _first) = site(Simulator::builder().braincube_name("paris")).await;
    let (two, _second) = site(Simulator::builder().braincube_name("lyon").token("other")).await;
    let names = [
        one.braincubes().await.unwrap(),
        two.braincubes().await.unwrap(),
    ];
    let names = names.map(|list| list[0].name().map(String::from));
    assert_eq!(names, [Some("paris".into()), Some("lyon".into())]);
}

#[tokio::test]
async fn memory_bases_and_variables_are_listed_and_paged() {
    let simulator = Simulator::builder()
        .generated(30, 5, 1)
        .start()
        .await
        .unwrap();
    let config = Config::builder()
        .sso_base_url(simulator.sso_base_url())
        .api_base_url(simulator.api_base_url())
        .api_key(simulator.token());
    let client = Client::builder(config.build().unwrap())
        .page_size(2)
        .build()
        .unwrap();
    let demo = client.braincube("demo");
    assert_eq!(
        demo.memory_bases().list().into_vec().await.unwrap().len(),
        2
    );
    assert_eq!(
        demo.memory_bases().page(0).await.unwrap()[1]
            .bcid()
            .as_str(),
        "30"
    );
    let variables = demo.memory_base(30).variables();
    assert_eq!(variables.list().into_vec().await.unwrap().len(), 5);
    let lengths = [variables.page(0), variables.page(2), variables.page(3)];
    let mut counted = Vec::new();
    for page in lengths {
        counted.push(page.await.unwrap().len());
    }
    assert_eq!(counted, [2, 1, 0]);
}

#[tokio::test]
async fn conditions_of_an_event_filter_data() {
    let (client, _simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let resting = dryer.event(101).conditions().await.unwrap();
    let query = dryer.data([2_000_036_u64]).filters(resting);
    let frame = query.fetch().await.unwrap();
    let speeds: &Float64Array = frame.batch().column(0).as_any().downcast_ref().unwrap();
    assert!(!speeds.values().is_empty() && speeds.values().iter().all(|speed| *speed < 1.0));
}

#[tokio::test]
async fn h4_a_403_names_the_scopes_that_a_token_needs() {
    let rejection = Fault::status(403);
    let (client, simulator) = site(Simulator::builder().fault(rejection)).await;
    let error = client.braincubes().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden);
    let text = error.to_string();
    assert!(
        text.contains("BRAINCUBE") && text.contains("SSO_READ"),
        "{text}"
    );
    assert_eq!(simulator.requests().len(), 1, "it is not requested again");
}

#[tokio::test]
async fn the_configuration_of_the_manual_with_an_oauth2_token_is_accepted() {
    let simulator = Simulator::start().await.unwrap();
    let text = format!(
        r#"{{
    "client_id": "app id",
    "client_secret": "app key",
    "sso_base_url": "{}",
    "braincube_base_url": "{}",
    "verify": true,
    "oauth2_token": "{DEMO_OAUTH2_TOKEN}"
}}"#,
        simulator.sso_base_url(),
        simulator.api_base_url(),
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.json");
    std::fs::write(&file, text).unwrap();
    let client = Client::from_config_file(&file).await.unwrap();
    assert_eq!(client.braincubes().await.unwrap().len(), 1);
    let lines = request_lines(&simulator);
    assert_eq!(lines[0], "GET /sso-server/ws/oauth2/session");
    assert!(
        !lines.iter().any(|line| line.contains("/ws/oauth2/token")),
        "{lines:?}"
    );
}

#[tokio::test]
async fn a_variable_has_a_long_id() {
    let (client, _simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let power = dryer.variables().get(2_000_034).await.unwrap();
    let long_id = power.long_id(20).unwrap();
    assert_eq!(
        (long_id.to_string(), long_id),
        ("mb20/d2000034".into(), dryer.variable(2_000_034).unwrap())
    );
}

/// Whether every `AND` and `OR` of a filter has two operands.
fn has_binary_gates(filter: &Value) -> bool {
    let gates = ["AND", "OR"]
        .into_iter()
        .filter_map(|gate| filter.get(gate)?.as_array());
    gates
        .into_iter()
        .all(|operands| operands.len() == 2 && operands.iter().all(has_binary_gates))
}

#[tokio::test]
async fn i8_many_filters_are_sent_as_binary_gates() {
    let (client, simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let filters = (1..=100).map(|bound| dryer.variable(2_000_034).unwrap().greater_than(bound));
    let frame = dryer
        .data([2_000_034_u64])
        .filters(filters)
        .fetch()
        .await
        .unwrap();
    assert!(frame.batch().num_rows() > 0);
    let request = simulator.requests().pop().unwrap();
    let body: Value = serde_json::from_slice(request.body()).unwrap();
    let filter = &body["context"]["filter"];
    assert!(
        filter.get("AND").is_some() && has_binary_gates(filter),
        "{filter}"
    );
}

/// The agitator power of the rows that match a filter.
async fn powers(dryer: &MemoryBaseHandle, filter: Option<&str>) -> Vec<f64> {
    let filters = filter.map(|json| Filter::from_json(json).unwrap());
    let query = dryer.data([2_000_034_u64]).filters(filters);
    let frame = query.fetch().await.unwrap();
    let column: &Float64Array = frame.batch().column(0).as_any().downcast_ref().unwrap();
    column.values().to_vec()
}

#[tokio::test]
async fn every_filter_of_the_manual_selects_the_right_rows() {
    let (client, _simulator) = site(Simulator::builder()).await;
    let dryer = client.braincube("demo").memory_base(20);
    let all = powers(&dryer, None).await;
    let some = all[1_000];
    let v = r#""mb20/d2000034""#;
    type Keeps = Box<dyn Fn(f64) -> bool>;
    let cases: Vec<(String, Keeps)> = vec![
        (
            format!(r#"{{"EQUALS": [{v}, {some}]}}"#),
            Box::new(move |power| power == some),
        ),
        (
            format!(r#"{{"BETWEEN": [{v}, 20, 40]}}"#),
            Box::new(|power| (20.0..=40.0).contains(&power)),
        ),
        (
            format!(r#"{{"LESS": [{v}, {some}]}}"#),
            Box::new(move |power| power < some),
        ),
        (
            format!(r#"{{"LESS_EQUALS": [{v}, {some}]}}"#),
            Box::new(move |power| power <= some),
        ),
        (
            format!(r#"{{"GREAT": [{v}, {some}]}}"#),
            Box::new(move |power| power > some),
        ),
        (
            format!(r#"{{"GREAT_EQUALS": [{v}, {some}]}}"#),
            Box::new(move |power| power >= some),
        ),
        (
            format!(r#"{{"Not": [{{"LESS": [{v}, 20]}}]}}"#),
            Box::new(|power| power >= 20.0),
        ),
        (
            format!(r#"{{"AND": [{{"GREAT": [{v}, 20]}}, {{"LESS": [{v}, 40]}}]}}"#),
            Box::new(|power| power > 20.0 && power < 40.0),
        ),
        (
            format!(
                r#"{{"AND": [{{"AND": [{{"GREAT": [{v}, 20]}}, {{"LESS": [{v}, 40]}}]}}, {{"LESS": [{v}, 30]}}]}}"#
            ),
            Box::new(|power| power > 20.0 && power < 30.0),
        ),
        (
            format!(r#"{{"OR": [{{"LESS": [{v}, 20]}}, {{"GREAT": [{v}, 40]}}]}}"#),
            Box::new(|power| !(20.0..=40.0).contains(&power)),
        ),
    ];
    for (filter, keeps) in cases {
        let expected: Vec<f64> = all.iter().copied().filter(|power| keeps(*power)).collect();
        let kept = powers(&dryer, Some(&filter)).await;
        assert!(!kept.is_empty() && kept.len() < all.len(), "{filter}");
        assert!(
            kept == expected,
            "{filter} keeps {} rows, not {}",
            kept.len(),
            expected.len()
        );
    }
}
