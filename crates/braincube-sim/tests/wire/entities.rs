//! Memory bases and variables: single ones, pages and unknown ones.

use braincube_sim::Simulator;
use serde_json::{Value, json};

use crate::client::Client;

async fn demo() -> (Simulator, Client) {
    let simulator = Simulator::start().await.unwrap();
    let client = Client::new(&simulator);
    (simulator, client)
}

fn ids(list: &Value) -> Vec<u64> {
    list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["bcId"].as_u64().unwrap())
        .collect()
}

#[tokio::test]
async fn the_memory_base_is_described() {
    let (_simulator, client) = demo().await;
    let summary = client
        .get_json("/braincube/demo/braincube/mb/all/summary?offset=0&size=150")
        .await;
    assert_eq!(ids(&summary), [20]);
    assert_eq!(summary["items"][0]["name"], "Batch dryer");
    assert_eq!(summary["items"][0]["numberOfVariables"], 14);

    let extended = client
        .get_json("/braincube/demo/braincube/mb/20/extended")
        .await;
    assert_eq!(
        extended["bcId"], "20",
        "text here, a number in the list: both occur"
    );
    assert_eq!(
        extended["referenceDateVariable"],
        json!({"bcId": 2_000_001})
    );
    let uuid = extended["uuid"]
        .as_str()
        .unwrap()
        .split_once('_')
        .unwrap()
        .1;
    assert_eq!(uuid.len(), 36);

    let selector = client
        .get_json("/braincube/demo/braincube/mb/all/selector")
        .await;
    assert_eq!(
        selector,
        json!({"items": [
            {"bcId": 20, "name": "Batch dryer", "numberOfVariables": 14, "quickStudy": false}
        ]})
    );

    let simple = client
        .get_json("/braincube/demo/braindata/mb20/simple")
        .await;
    assert_eq!(simple["name"], "mb20");
    for key in ["reference", "order", "referenceDate"] {
        assert_eq!(simple[key], "mb20/d2000001", "{key}");
    }
    assert_eq!(simple["timezone"], "Etc/GMT");
}

#[tokio::test]
async fn a_variable_is_described() {
    let (_simulator, client) = demo().await;
    let path = "/braincube/demo/braincube/mb/20/variables/2000040/extended";
    let variable = client.get_json(path).await;
    for (key, value) in [
        ("bcId", "2000040"),
        ("standard", "Dryer temperature"),
        ("tag", "DRY1.TT.101.PV"),
        ("local", "Température du sécheur"),
        ("type", "NUMERIC"),
        ("unit", "°C"),
    ] {
        assert_eq!(variable[key], value, "{key}");
    }
    let selector = client
        .get_json("/braincube/demo/braincube/mb/20/variables/selector")
        .await;
    assert_eq!(selector["items"].as_array().unwrap().len(), 14);
    assert_eq!(
        selector["items"][12],
        json!({"id": 2_000_040, "local": "Température du sécheur"})
    );
}

#[tokio::test]
async fn pages_of_variables_are_counted_in_items() {
    let (_simulator, client) = demo().await;
    let page = async |query: &str| {
        let path = format!("/braincube/demo/braincube/mb/20/variables/summary{query}");
        ids(&client.get_json(&path).await)
    };
    let all: Vec<u64> = [1, 2, 3]
        .into_iter()
        .chain(31..=41)
        .map(|id| 2_000_000 + id)
        .collect();
    assert_eq!(page("").await, all);
    assert_eq!(page("?offset=0&size=150").await, all);
    assert_eq!(page("?offset=0&size=4").await, all[..4]);
    assert_eq!(page("?offset=3&size=4").await, all[3..7]);
    assert_eq!(page("?offset=12&size=4").await, all[12..]);
    for empty in ["?offset=14&size=4", "?offset=99&size=4", "?offset=0&size=0"] {
        assert!(page(empty).await.is_empty(), "{empty}");
    }
    for bad in ["?offset=-1", "?size=many", "?offset=0&size=1.5"] {
        let path = format!("/braincube/demo/braincube/mb/20/variables/summary{bad}");
        client
            .get(&path)
            .await
            .assert_problem(400, "non-negative integers");
    }
}

#[tokio::test]
async fn the_error_for_an_unknown_entity_names_it() {
    let (_simulator, client) = demo().await;
    for (path, named) in [
        (
            "/braincube/other/braincube/mb/all/summary",
            "the braincube \"other\"",
        ),
        (
            "/braincube/other/braincube/mb/20/extended",
            "the braincube \"other\"",
        ),
        (
            "/at/other/braincube/mb/all/selector",
            "the braincube \"other\"",
        ),
        (
            "/braincube/demo/braincube/mb/9/extended",
            "the memory base \"9\"",
        ),
        (
            "/braincube/demo/braincube/mb/+20/extended",
            "the memory base \"+20\"",
        ),
        (
            "/braincube/demo/braincube/mb/9/variables/summary",
            "the memory base \"9\"",
        ),
        (
            "/braincube/demo/braindata/mb9/simple",
            "the memory base \"9\"",
        ),
        (
            "/braincube/demo/braindata/20/simple",
            "the memory base \"20\"",
        ),
        (
            "/braincube/demo/braincube/mb/20/variables/7/extended",
            "the variable \"7\" of the memory base 20",
        ),
        (
            "/braincube/demo/braincube/mb/20/variables/x%2Fy/extended",
            "the variable \"x/y\" of the memory base 20",
        ),
        ("/braincube/demo", "this path"),
        ("/", "this path"),
    ] {
        let response = client.get(path).await;
        response.assert_problem(404, &format!("{named} does not exist"));
    }
    let response = client.get("/braincube/demo/braindata/mb20/LF").await;
    response.assert_problem(405, "method");
}
